import { type Expense, isShared, roundingNote } from '../../domain/expenses/expense.ts'
import { shareStatusIn } from '../../domain/expenses/share-status.ts'
import { encodeTerms } from '../../domain/expenses/terms.ts'
import { absolute, compare, money } from '../../domain/money/money.ts'
import type { ExpenseResource } from '../schemas/expense.ts'
import { amountText } from '../schemas/money.ts'
import type { SplitResource } from '../schemas/split.ts'
import { presentConversion } from './conversion.ts'

export function presentExpense(expense: Expense): ExpenseResource {
  const statusOf = shareStatusIn(expense)
  return {
    id: expense.id,
    groupId: expense.groupId,
    kind: expense.kind,
    amount: amountText(expense.amount),
    currency: expense.amount.currency,
    description: expense.description,
    notes: expense.notes,
    date: expense.spentOn,
    categoryId: expense.categoryId,
    tags: [...expense.tags],
    userId: mainPayer(expense),
    payers: expense.payers.map(({ userId, amount }) => ({ userId, amount: amountText(amount) })),
    split: presentSplit(expense),
    splits: expense.splits.map(({ userId, amount, oddUnits }) => ({
      userId,
      amount: amountText(amount),
      status: statusOf(userId),
      ...(oddUnits === 0n ? {} : { oddUnits: Number(oddUnits) }),
    })),
    isShared: isShared(expense),
    roundingNote: presentRoundingNote(expense),
    refundOf: expense.refundOf,
    ...presentConversion(expense.conversion),
    source: expense.source,
    version: expense.version,
    createdBy: expense.createdBy,
    createdAt: expense.createdAt.toISOString(),
    updatedAt: expense.updatedAt.toISOString(),
    voidedAt: expense.voidedAt?.toISOString() ?? null,
  }
}

function mainPayer({ payers, createdBy }: Expense): string {
  const [first, ...others] = payers
  if (!first) return createdBy
  return others.reduce(
    (most, payer) => (compare(absolute(payer.amount), absolute(most.amount)) === 1 ? payer : most),
    first,
  ).userId
}

/** The terms as they were asked for; encoded they have the shape of the wire. */
function presentSplit(expense: Expense): SplitResource {
  return (encodeTerms(expense.terms) as unknown as { split: SplitResource }).split
}

function presentRoundingNote(expense: Expense): ExpenseResource['roundingNote'] {
  const { currency } = expense.amount
  const notes = roundingNote(expense).map(({ userId, units }) => {
    const amount = amountText(money(units, currency))
    return { userId, amount, text: `Bears the ${amount} ${currency} that could not be divided.` }
  })
  return notes.length === 0 ? null : notes
}
