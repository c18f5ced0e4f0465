import type { Actor } from '../accounts/user.ts'
import { conflict, invalid } from '../errors.ts'
import { lockGroup } from '../groups/edit-group.ts'
import { activeMember, activeMembers, type DefaultSplit, type Group } from '../groups/group.ts'
import { groupEvent } from '../groups/group-events.ts'
import { money } from '../money/money.ts'
import type { Transaction } from '../ports.ts'
import { computeSplit, type SplitInput } from './split.ts'

/** How an expense of the group is split that does not say; else equally among those who take part. */
export function splitByDefault(group: Group): SplitInput {
  const sharers = activeMembers(group).filter((member) => member.role !== 'viewer')
  const { defaultSplit } = group
  if (defaultSplit?.method === 'percentage') return defaultSplit
  if (defaultSplit?.method === 'shares') {
    const participants = sharers.map(({ userId, weight }) => ({ userId, shares: weight }))
    return { method: 'shares', participants }
  }
  return { method: 'equal', participants: sharers.map(({ userId }) => ({ userId })) }
}

/** For later expenses; those that are written stay as they are. Null is equally. */
export async function editDefaultSplit(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  expected: number | null,
  split: DefaultSplit | null,
): Promise<Group> {
  const before = await lockGroup(tx, actor, groupId, 'group.edit', expected)
  if (before.kind === 'personal') {
    throw conflict('personal-group', 'In your personal group there is nobody to split with.')
  }
  if (split?.method === 'percentage') requirePeople(before, split)
  const after: Group = {
    ...before,
    defaultSplit: split,
    version: before.version + 1,
    updatedAt: tx.clock.now(),
  }
  // Split something by it: what is wrong with the percentages shows now and not at the next expense.
  if (split) computeSplit(money(10_000n, before.currency), splitByDefault(after), new Map())
  await tx.groups.update(after)
  await tx.events.append(groupEvent('group.edited', before, after, actor, tx))
  return after
}

function requirePeople(group: Group, split: DefaultSplit & { method: 'percentage' }): void {
  split.participants.forEach(({ userId }, index) => {
    if (activeMember(group, userId)) return
    const detail = 'Everybody in the default split must be a member of the group.'
    throw invalid('not-a-member', detail, { userId }, `/split/participants/${index}/userId`)
  })
}
