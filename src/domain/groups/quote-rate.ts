import type { Actor } from '../accounts/user.ts'
import type { OriginalInput } from '../money/convert.ts'
import { findRate, type RateServices } from '../money/find-rate.ts'
import type { Clock, Reads } from '../ports.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import { todayIn } from '../time/zone.ts'
import { activeMember } from './group.ts'

export type QuoteServices = RateServices & { readonly reads: Reads; readonly clock: Clock }

/**
 * Completes an amount in another currency with the rate of that day, today when null; the group is
 * the personal one when null. Throws `rate-missing`, `same-currency`.
 */
export async function quoteRate(
  services: QuoteServices,
  actor: Actor,
  original: OriginalInput,
  place: { readonly groupId: string | null; readonly on: CalendarDate | null },
): Promise<OriginalInput> {
  const author = await services.reads.users.find(actor.userId)
  const groupId = place.groupId ?? author?.personalGroupId ?? ''
  const group = await services.reads.groups.find(groupId)
  // Recording refuses a stranger; until then nothing tells them that the group exists.
  if (!author || !group || !activeMember(group, actor.userId)) return original
  const on = place.on ?? todayIn(author.timeZone, services.clock.now())
  const into = original.into ?? group.currency
  const rate = await findRate(services, actor, original.amount.currency, into, on)
  return { ...original, rate }
}
