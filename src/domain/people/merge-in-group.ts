import type { Actor } from '../accounts/user.ts'
import type { Expense } from '../expenses/expense.ts'
import { expenseEdited } from '../expenses/expense-events.ts'
import { isOn, type MergedPeople, withMergedPeople } from '../expenses/merge-people.ts'
import type { NewGroupEvent } from '../groups/event.ts'
import type { Group } from '../groups/group.ts'
import { memberMerged } from '../groups/group-events.ts'
import type { Transaction } from '../ports.ts'
import type { Settlement } from '../settlements/settlement.ts'
import { settlementEvent } from '../settlements/settlement-events.ts'
import { takeBack } from '../settlements/void-settlement.ts'
import { mergedDefaultSplit, mergedMember } from './merged-member.ts'

const expensesAtOnce = 200

/** What the merge changes in one group, told before and counted after. */
export type MergeCounts = {
  readonly expenses: number
  /** Of those, on which both stood. */
  readonly joinedExpenses: number
  readonly settlements: number
  /** Payments between the two, which pay nobody any more. */
  readonly voidedSettlements: number
}

/** Puts one person in the place of two in a group whose lock is held. No share of anybody else moves. */
export async function mergeInGroup(
  tx: Transaction,
  actor: Actor,
  group: Group,
  people: MergedPeople,
): Promise<void> {
  const { fromUserId, intoUserId } = people
  const now = tx.clock.now()
  const into = await mergedMember(tx, group, people)
  await tx.merges.moveMembership(group.id, fromUserId, into, now)
  const moved = {
    ...(await moveExpenses(tx, actor, group.id, people)),
    ...(await moveSettlements(tx, actor, group.id, people)),
    conversions: await tx.merges.moveConversions(group.id, fromUserId, intoUserId, now),
  }
  await tx.merges.moveBalances(group.id, fromUserId, intoUserId)
  await tx.merges.moveAuthorship(group.id, fromUserId, intoUserId, now)
  await moveDefaultSplit(tx, group.id, people)
  await tx.events.append(memberMerged(group.id, { fromUserId, into }, actor, tx, moved))
}

async function moveExpenses(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  people: MergedPeople,
): Promise<Pick<MergeCounts, 'expenses' | 'joinedExpenses'>> {
  let expenses = 0
  let joinedExpenses = 0
  for await (const page of pagesOf(tx, groupId, people.fromUserId)) {
    const rewritten = page.map((before) => ({ before, after: rewrite(tx, before, people) }))
    await tx.merges.rewriteExpenses(
      groupId,
      rewritten.map(({ after }) => after),
    )
    const events = rewritten.map(({ before, after }) =>
      namingMerge(expenseEdited(before, after, actor, tx), people),
    )
    await tx.events.appendAll(groupId, events)
    expenses += page.length
    joinedExpenses += page.filter((expense) => isOn(expense, people.intoUserId)).length
  }
  return { expenses, joinedExpenses }
}

/** Those rewritten leave the set, so what comes next is looked for behind the last one seen. */
export async function* pagesOf(
  tx: Transaction,
  groupId: string,
  userId: string,
): AsyncGenerator<readonly Expense[]> {
  let after: string | null = null
  do {
    const page: readonly Expense[] = await tx.merges.expensesOf(groupId, userId, {
      after,
      limit: expensesAtOnce,
    })
    if (page.length > 0) yield page
    after = page.length === expensesAtOnce ? page.at(-1)!.id : null
  } while (after)
}

function rewrite(tx: Transaction, before: Expense, people: MergedPeople): Expense {
  const merged = withMergedPeople(before, people)
  return { ...merged, version: before.version + 1, updatedAt: tx.clock.now() }
}

function namingMerge(event: NewGroupEvent, people: MergedPeople): NewGroupEvent {
  const change = { field: 'userId', from: people.fromUserId, to: people.intoUserId }
  return { ...event, data: { ...event.data, changes: [change, ...event.data.changes] } }
}

async function moveSettlements(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  people: MergedPeople,
): Promise<Pick<MergeCounts, 'settlements' | 'voidedSettlements'>> {
  const all = await tx.merges.settlementsOf(groupId, people.fromUserId)
  const between = all.filter((settlement) => isBetween(settlement, people))
  const inForce = between.filter((settlement) => !settlement.voidedAt)
  for (const settlement of inForce) await takeBack(tx, actor, settlement, 'people-merged')
  const others = all.filter((settlement) => !between.includes(settlement))
  for (const before of others) await moveSettlement(tx, actor, before, people)
  return { settlements: others.length, voidedSettlements: inForce.length }
}

export function isBetween(
  { fromUserId, toUserId }: Pick<Settlement, 'fromUserId' | 'toUserId'>,
  people: MergedPeople,
): boolean {
  const two = [people.fromUserId, people.intoUserId]
  return two.includes(fromUserId) && two.includes(toUserId)
}

async function moveSettlement(
  tx: Transaction,
  actor: Actor,
  before: Settlement,
  people: MergedPeople,
): Promise<void> {
  const replaced = (userId: string) => (userId === people.fromUserId ? people.intoUserId : userId)
  const after: Settlement = {
    ...before,
    fromUserId: replaced(before.fromUserId),
    toUserId: replaced(before.toUserId),
    version: before.version + 1,
    updatedAt: tx.clock.now(),
  }
  await tx.merges.rewriteSettlement(after)
  const event = settlementEvent('settlement.recorded', after, actor, tx)
  await tx.events.append(namingMerge({ ...event, type: 'settlement.edited' }, people))
}

async function moveDefaultSplit(
  tx: Transaction,
  groupId: string,
  people: MergedPeople,
): Promise<void> {
  const group = (await tx.groups.find(groupId))!
  const defaultSplit = mergedDefaultSplit(group.defaultSplit, people)
  if (defaultSplit === group.defaultSplit) return
  await tx.groups.update({
    ...group,
    defaultSplit,
    version: group.version + 1,
    updatedAt: tx.clock.now(),
  })
}
