import type { Actor } from '../accounts/user.ts'
import { activeMember } from '../groups/group.ts'
import { findRate, type RateServices } from '../money/find-rate.ts'
import type { Clock, Reads } from '../ports.ts'
import { todayIn } from '../time/zone.ts'
import { lacksRate } from './convert-expense.ts'
import type { EditExpense } from './edit-expense.ts'
import type { Expense } from './expense.ts'
import type { RecordExpense } from './record-expense.ts'

export type QuoteServices = RateServices & { readonly reads: Reads; readonly clock: Clock }

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
  const author = await services.reads.users.find(actor.userId)
  const groupId = before?.groupId ?? input.groupId ?? author?.personalGroupId ?? ''
  const group = await services.reads.groups.find(groupId)
  // Recording refuses a stranger; until then nothing tells them that the group exists.
  if (!author || !group || !activeMember(group, actor.userId)) return input
  const on = input.spentOn ?? before?.spentOn ?? todayIn(author.timeZone, services.clock.now())
  const into = original.into ?? group.currency
  const rate = await findRate(services, actor, original.amount.currency, into, on)
  return { ...input, original: { ...original, rate } }
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
