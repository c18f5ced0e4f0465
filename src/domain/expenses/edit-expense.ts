import type { Actor } from '../accounts/user.ts'
import { conflict, DomainError, forbidden, invalid, notFound } from '../errors.ts'
import type { Group } from '../groups/group.ts'
import { may, requirePermission } from '../groups/policy.ts'
import { difference, entriesOf } from '../ledger/ledger-entry.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import type { Money } from '../money/money.ts'
import type { Transaction } from '../ports.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import { requireUsableCategory } from './categories.ts'
import { composeExpense } from './compose-expense.ts'
import { bookChanged, isSame, keptConversion, type OriginalChange } from './convert-expense.ts'
import type { Expense, ExpenseKind } from './expense.ts'
import { expenseEdited } from './expense-events.ts'
import { refundHasOwnShares } from './record-expense.ts'
import { requireNoRefunds } from './refund.ts'
import { releaseSettlements } from './release-settlements.ts'
import { allShareDebts, type ShareDebt } from './share-status.ts'
import type { PayerInput, SplitInput } from './split.ts'

/** Only what is present changes. */
export type EditExpense = {
  readonly kind?: ExpenseKind
  /** Null together with an itemized split: then the items make the amount. */
  readonly amount?: Money | null
  /** What is present of the receipt's amount and its rate; null: there is none any more. */
  readonly original?: OriginalChange | null
  readonly description?: string
  readonly notes?: string
  readonly spentOn?: CalendarDate
  readonly categoryId?: string | null
  readonly tags?: readonly string[]
  readonly payers?: readonly PayerInput[]
  readonly split?: SplitInput
}

/** Which version the editor has seen; null goes through whatever happened since. */
export type ExpectedVersion = number | null

/** Changes an expense. Shares are computed anew only if amount, payers or split change. */
export async function editExpense(
  tx: Transaction,
  actor: Actor,
  id: string,
  expected: ExpectedVersion,
  changes: EditExpense,
): Promise<Expense> {
  const { group, expense: before } = await lockExpense(tx, actor, id, expected)
  requireInForce(before)
  if (changes.categoryId) await requireUsableCategory(tx.categories, group, changes.categoryId)
  const { original, ...others } = changes
  const booked = original ? bookChanged(before, changes, original) : null
  const amount = booked?.amount ?? changes.amount
  const touchesMoney = [amount, changes.payers, changes.split, changes.kind].some(
    (change) => change !== undefined,
  )
  if (before.refundOf && (changes.payers || changes.split || changes.kind))
    throw refundHasOwnShares()
  if (touchesMoney) await requireNoRefunds(tx, before)
  const terms = before.refundOf ? before.terms : changedTerms(before, { ...changes, amount })
  const draft = { ...before, ...others, ...booked, terms }
  const composed = await composeExpense(tx, group, draft, before)
  const money = touchesMoney ? composed : before
  return writeEdited(tx, actor, before, {
    ...composed,
    amount: money.amount,
    payers: money.payers,
    splits: money.splits,
    terms: money.terms,
    conversion: booked?.conversion ?? keptConversion(before, money.amount, original),
  })
}

/** Puts `composed` in the place of `before`, in the books and in the history. */
export async function writeEdited(
  tx: Transaction,
  actor: Actor,
  before: Expense,
  composed: Expense,
): Promise<Expense> {
  const after = { ...composed, version: before.version + 1, updatedAt: tx.clock.now() }
  await tx.expenses.replace(after)
  await releaseSettlements(tx, actor, before, (payment) => !settles(payment, after))
  await tx.balances.post(after.groupId, difference(entriesOf(before), entriesOf(after)))
  await tx.events.append(expenseEdited(before, after, actor, tx))
  return { ...after, settledBy: after.settledBy.filter((payment) => settles(payment, after)) }
}

/** Whether a payment still is what a share of this expense asks for. */
function settles(payment: ShareDebt, expense: Expense): boolean {
  return allShareDebts(expense).some(
    (debt) =>
      debt.fromUserId === payment.fromUserId &&
      debt.toUserId === payment.toUserId &&
      debt.amount.currency === payment.amount.currency &&
      debt.amount.minor === payment.amount.minor,
  )
}

export function requireInForce(expense: Expense): void {
  if (expense.voidedAt)
    throw conflict('expense-voided', 'This expense was undone. Restore it first.')
}

/**
 * Terms for the new amount. Exact amounts and payers named by amount cannot follow by themselves,
 * unless one person bears all.
 */
function changedTerms(
  before: Expense,
  changes: Pick<EditExpense, 'payers' | 'split'> & { readonly amount: Money | null | undefined },
): Expense['terms'] {
  const terms = {
    payers: changes.payers ?? before.terms.payers,
    split: changes.split ?? before.terms.split,
  }
  if (!changes.amount || isSame(changes.amount, before.amount)) return terms
  return {
    payers: changes.payers ?? followingPayers(terms.payers),
    split: changes.split ?? followingSplit(terms.split, changes.amount.currency),
  }
}

function followingPayers(payers: readonly PayerInput[]): readonly PayerInput[] {
  if (!payers.some((payer) => 'amount' in payer)) return payers
  if (payers.length === 1) return [{ userId: payers[0]!.userId, shares: '1' }]
  throw invalid(
    'payers-need-amounts',
    'Several people paid fixed amounts: state the payers together with the new amount.',
    {},
    '/payers',
  )
}

function followingSplit(split: SplitInput, currency: CurrencyCode): SplitInput {
  if (split.method === 'itemized') {
    throw invalid(
      'split-needs-items',
      'The items make the amount: state the split together with the new amount.',
      {},
      '/split',
    )
  }
  const isFixed =
    split.method === 'exact' ||
    (split.method === 'adjustment' &&
      split.participants.some(({ adjustment }) => adjustment.currency !== currency))
  if (!isFixed) return split
  if (split.participants.length === 1) {
    return { method: 'equal', participants: [{ userId: split.participants[0]!.userId }] }
  }
  throw invalid(
    'split-needs-amounts',
    'The shares are fixed amounts: state the split together with the new amount.',
    {},
    '/split',
  )
}

/** Locks the group, then reads the expense, and checks that the actor may change this version of it. */
export async function lockExpense(
  tx: Transaction,
  actor: Actor,
  id: string,
  expected: ExpectedVersion,
): Promise<{ group: Group; expense: Expense }> {
  const seen = await tx.expenses.find(id)
  const group = seen && (await tx.groups.lock(seen.groupId))
  const expense = seen && (await tx.expenses.findIn(seen.groupId, id))
  if (
    !group ||
    !expense ||
    !group.members.some((member) => member.userId === actor.userId && !member.leftAt)
  ) {
    throw notFound('expense')
  }
  const member = requirePermission(group, actor, 'expense.change-own')
  const own =
    expense.createdBy === actor.userId ||
    expense.payers.some((paid) => paid.userId === actor.userId)
  if (!own && !may(member.role, 'expense.change-any')) {
    throw forbidden(
      'not-yours',
      'Only who wrote or paid this expense, or an admin of the group, can change it.',
    )
  }
  if (expected !== null && expense.version !== expected) {
    throw new DomainError(
      'stale',
      'version-changed',
      'Somebody changed this expense since you read it. Read it again.',
      {
        currentVersion: expense.version,
      },
    )
  }
  return { group, expense }
}
