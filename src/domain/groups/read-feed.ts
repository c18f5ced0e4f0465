import type { Actor } from '../accounts/user.ts'
import type { Reads } from '../ports.ts'
import type { GroupEvent } from './event.ts'
import type { EventRange } from './group-ports.ts'
import { requirePermission } from './policy.ts'

export type Feed = { readonly events: readonly GroupEvent[]; readonly hasMore: boolean }

/** What happened in a group: for people from the newest, for programs from where they left off. */
export async function readFeed(
  reads: Pick<Reads, 'groups' | 'events'>,
  actor: Actor,
  groupId: string,
  range: EventRange,
): Promise<Feed> {
  requirePermission(await reads.groups.find(groupId), actor, 'group.read')
  const events = await reads.events.ofGroup(groupId, { ...range, limit: range.limit + 1 })
  return { events: events.slice(0, range.limit), hasMore: events.length > range.limit }
}
