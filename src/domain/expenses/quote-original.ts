import type { Actor } from '../accounts/user.ts'
import { type QuoteServices, quoteRate } from '../groups/quote-rate.ts'
import { findRate, type RateServices } from '../money/find-rate.ts'
import { lacksRate } from './convert-expense.ts'
import type { EditExpense } from './edit-expense.ts'
import type { Expense } from './expense.ts'
import type { RecordExpense } from './record-expense.ts'

/**
 * Completes what is to be recorded, or stated anew in the place of `before`, with the rate it needs:
 * where it names an amount in another currency and neither a rate nor the booked amount. Call it
 * before the transaction, because it may ask the rate source. Throws `rate-missing`.
 */
export async function quoteOriginal<
  Input extends Pick<RecordExpense, 'amount' | 'original' | 'groupId' | 'spentOn'>,
>(services: QuoteServices, actor: Actor, input: Input, before?: Expense): Promise<Input> {
  const { amount, original } = input
  if (!original || original.rate || amount) return input
  const quoted = await quoteRate(services, actor, original, {
    groupId: before?.groupId ?? input.groupId ?? null,
    on: input.spentOn ?? before?.spentOn ?? null,
  })
  return { ...input, original: quoted }
}

/** The same for changes to an expense that the actor may see. */
export async function quoteChange(
  services: RateServices,
  actor: Actor,
  before: Expense,
  changes: EditExpense,
): Promise<EditExpense> {
  const { original } = changes
  if (!original?.amount || !lacksRate(before, changes, original)) return changes
  const into = original.into ?? before.amount.currency
  const on = changes.spentOn ?? before.spentOn
  const rate = await findRate(services, actor, original.amount.currency, into, on)
  return { ...changes, original: { ...original, rate } }
}
