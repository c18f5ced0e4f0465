import { conflict, invalid } from '../errors.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import { absolute, add, isNegative, type Money, negate, sum, toDecimal } from '../money/money.ts'
import type { Transaction } from '../ports.ts'
import type { Draft } from './compose-expense.ts'
import type { Expense, ExpenseTerms } from './expense.ts'
import { type Carried, type Share, splitRefund } from './split.ts'

/**
 * The shares of a refund: those of the refunded expense negated, in part where only a part comes
 * back. Stored shares count, so whoever left or changed weights since is refunded as they paid. The
 * refund that completes the whole takes what is left of each share, so that all ends at zero.
 */
export async function refundShares(
  tx: Transaction,
  draft: Draft,
  carried: Carried,
): Promise<Pick<Expense, 'amount' | 'payers' | 'splits' | 'terms'>> {
  const original = await refundedExpense(tx, draft)
  const others = (await tx.expenses.refundsOf(draft.groupId, original.id)).filter(
    ({ id }) => id !== draft.id,
  )
  const left = remaining(original.amount, others)
  const amount = draft.amount ?? negate(left)
  requireRefundable(amount, original, left)
  const isRest = amount.minor === -left.minor
  const splits = isRest
    ? restOf(
        original.splits,
        others.flatMap((other) => other.splits),
      )
    : splitRefund(amount, original.splits, carried).shares
  const paid = original.payers.map(asShare)
  const payers = isRest
    ? restOf(
        paid,
        others.flatMap((other) => other.payers.map(asShare)),
      )
    : splitRefund(amount, paid, carried).shares
  const paidBack = payers.map(withoutOddUnits)
  return {
    amount,
    payers: paidBack,
    splits,
    terms: mirroredTerms(paidBack, splits.map(withoutOddUnits)),
  }
}

/** Puts a voided refund back only if what it refunds is in force and that much of it is left. */
export async function requireStillRefundable(tx: Transaction, refund: Expense): Promise<void> {
  const original = await refundedExpense(tx, refund)
  const others = await tx.expenses.refundsOf(refund.groupId, original.id)
  requireRefundable(refund.amount, original, remaining(original.amount, others))
}

const remaining = (amount: Money, refunds: readonly Expense[]): Money =>
  add(
    amount,
    sum(
      amount.currency,
      refunds.map((refund) => refund.amount),
    ),
  )

/** What takes these shares, of which some came back already, to zero. */
function restOf(original: readonly Share[], back: readonly Share[]): readonly Share[] {
  return original.map((share) => {
    const own = back.filter(({ userId }) => userId === share.userId)
    const returned = sum(
      share.amount.currency,
      own.map(({ amount }) => amount),
    )
    const oddUnits = own.reduce((total, part) => total + part.oddUnits, share.oddUnits)
    return {
      userId: share.userId,
      amount: negate(add(share.amount, returned)),
      oddUnits: -oddUnits,
    }
  })
}

const asShare = (paid: Expense['payers'][number]): Share => ({ ...paid, oddUnits: 0n })

/** Nothing comes back twice, or in another currency, or with the sign of a cost. */
function requireRefundable(amount: Money, original: Expense, left: Money): void {
  requireRefundCurrency(amount.currency, original)
  if (isNegative(amount) === isNegative(original.amount)) {
    const detail =
      'A refund has the opposite sign of what it refunds: write a minus before the amount.'
    throw invalid('refund-sign', detail, {}, '/amount')
  }
  if (absolute(amount).minor > absolute(left).minor) {
    const detail = `Only ${toDecimal(absolute(left))} ${amount.currency} of this expense is left to refund.`
    throw invalid('refund-exceeds-expense', detail, { left: toDecimal(absolute(left)) }, '/amount')
  }
}

export function requireRefundCurrency(currency: CurrencyCode, original: Expense): void {
  if (currency === original.amount.currency) return
  const detail = `The expense was in ${original.amount.currency}; refund it in that currency.`
  throw invalid('refund-currency-differs', detail, {}, '/currency')
}

/** While money of it came back, an expense keeps its amounts. */
export async function requireNoRefunds(tx: Transaction, expense: Expense): Promise<void> {
  const refunds = await tx.expenses.refundsOf(expense.groupId, expense.id)
  if (refunds.length === 0) return
  const refundIds = refunds.map(({ id }) => id)
  throw conflict(
    'expense-has-refunds',
    'A refund of this expense is in force. Undo the refund first.',
    {
      refundIds,
    },
  )
}

/** Throws `refund-of-nothing` unless the expense that is refunded is in force. */
export async function refundedExpense(
  tx: Transaction,
  refund: Pick<Expense, 'groupId' | 'refundOf'>,
): Promise<Expense> {
  const original = await tx.expenses.findIn(refund.groupId, refund.refundOf ?? '')
  if (!original || original.voidedAt || original.refundOf) {
    const detail =
      'A refund names an expense of the same group that is in force and no refund itself.'
    throw invalid('refund-of-nothing', detail, {}, '/refundOf')
  }
  return original
}

const withoutOddUnits = ({ userId, amount }: Share) => ({ userId, amount })

function mirroredTerms(payers: Expense['payers'], shares: Expense['payers']): ExpenseTerms {
  return { payers, split: { method: 'exact', participants: shares } }
}
