import type { Actor } from '../accounts/user.ts'
import { forbidden } from '../errors.ts'
import { isOn, type MergedPeople } from '../expenses/merge-people.ts'
import { activeMember, type Group } from '../groups/group.ts'
import { add, type Money } from '../money/money.ts'
import type { Transaction } from '../ports.ts'
import { isBetween, type MergeCounts, pagesOf } from './merge-in-group.ts'
import { requireMergeable } from './merge-users.ts'

export type MergePreview = {
  readonly from: { readonly userId: string; readonly displayName: string }
  readonly into: { readonly userId: string; readonly displayName: string }
  readonly groups: readonly (MergeCounts & {
    readonly groupId: string
    readonly groupName: string
    /** What the one who remains is owed afterwards, in each currency. */
    readonly balances: readonly Money[]
  })[]
}

/** What a merge would do. Shows everything the two have, so it is for those who may merge them. */
export async function previewMerge(
  tx: Transaction,
  actor: Actor,
  people: MergedPeople,
): Promise<MergePreview> {
  const users = await tx.users.findMany([people.fromUserId, people.intoUserId])
  const { from, into } = requireMergeable(users, people)
  const groups: Group[] = []
  for (const groupId of await tx.groups.idsOf(from.id)) {
    groups.push((await tx.groups.find(groupId))!)
  }
  requireMayLook(actor, from.isGuest, groups)
  const previews = []
  for (const group of groups) previews.push(await previewInGroup(tx, group, people))
  const nameOf = ({ id, displayName }: typeof from) => ({ userId: id, displayName })
  return { from: nameOf(from), into: nameOf(into), groups: previews }
}

/** A guest's entries are known to the whole group; anybody else's only to themselves. */
function requireMayLook(actor: Actor, isGuest: boolean, groups: readonly Group[]): void {
  if (actor.role === 'admin') return
  if (isGuest && groups.every((group) => activeMember(group, actor.userId))) return
  throw forbidden('admins-only', 'Only an admin of this installation can merge other people.')
}

async function previewInGroup(
  tx: Transaction,
  group: Group,
  people: MergedPeople,
): Promise<MergePreview['groups'][number]> {
  let expenses = 0
  let joinedExpenses = 0
  for await (const page of pagesOf(tx, group.id, people.fromUserId)) {
    expenses += page.length
    joinedExpenses += page.filter((expense) => isOn(expense, people.intoUserId)).length
  }
  const settlements = await tx.merges.settlementsOf(group.id, people.fromUserId)
  const between = settlements.filter((settlement) => isBetween(settlement, people))
  return {
    groupId: group.id,
    groupName: group.name,
    expenses,
    joinedExpenses,
    settlements: settlements.length - between.length,
    voidedSettlements: between.filter(({ voidedAt }) => !voidedAt).length,
    balances: await jointBalances(tx, group, people),
  }
}

async function jointBalances(
  tx: Transaction,
  group: Group,
  { fromUserId, intoUserId }: MergedPeople,
): Promise<readonly Money[]> {
  const sums = new Map<string, Money>()
  for (const { userId, amount } of await tx.balances.of(group.id)) {
    if (userId !== fromUserId && userId !== intoUserId) continue
    const other = sums.get(amount.currency)
    sums.set(amount.currency, other ? add(other, amount) : amount)
  }
  return [...sums.values()]
}
