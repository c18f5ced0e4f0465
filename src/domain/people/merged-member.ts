import { type MergedPeople, mergedPercentages } from '../expenses/merge-people.ts'
import { type DefaultSplit, type Group, groupRoles, type Member } from '../groups/group.ts'
import type { Transaction } from '../ports.ts'

/** The membership of the person who remains: the higher role, the earlier place, active if one was. */
export async function mergedMember(
  tx: Transaction,
  group: Group,
  { fromUserId, intoUserId }: MergedPeople,
): Promise<Member> {
  const from = group.members.find((member) => member.userId === fromUserId)!
  const into = group.members.find((member) => member.userId === intoUserId)
  const user = (await tx.users.find(intoUserId))!
  const name = { userId: user.id, displayName: user.displayName, username: user.username }
  if (!into) return { ...from, ...name, isGuest: user.isGuest }
  const both = [into, from]
  const active = both.filter((member) => member.leftAt === null)
  const earlier = from.joinedAt < into.joinedAt ? from : into
  return {
    ...into,
    role: highestRole(active.length > 0 ? active : both),
    position: Math.min(from.position, into.position),
    handle: into.handle ?? from.handle,
    joinedAt: earlier.joinedAt,
    leftAt: active.length > 0 ? null : into.leftAt,
  }
}

function highestRole(members: readonly Member[]) {
  return groupRoles.find((role) => members.some((member) => member.role === role))!
}

export function mergedDefaultSplit(
  split: DefaultSplit | null,
  people: MergedPeople,
): DefaultSplit | null {
  if (split?.method !== 'percentage') return split
  if (!split.participants.some(({ userId }) => userId === people.fromUserId)) return split
  const participants = mergedPercentages(split.participants, people)
  return participants && { method: 'percentage', participants }
}
