import { expect } from 'vitest'
import type { Expense } from '../../src/domain/expenses/expense.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import type { Group } from '../../src/domain/groups/group.ts'
import { allowing, randomExpense, randomFrom, randomOperation } from './random-ledger.ts'
import type { Workspace } from './workspace.ts'

type Member = Awaited<ReturnType<Workspace['person']>>

/**
 * Groups with twenty random expenses each: what the expenses show, added up by hand, is what the
 * balances show, for every member and currency.
 */
export async function expectSharesToAddUp(
  workspace: Workspace,
  groups: number,
  seed: number,
): Promise<void> {
  const people = await peopleOf(workspace, 5)
  const random = randomFrom([BigInt(seed)])
  for (let round = 0; round < groups; round += 1) {
    const group = await workspace.group(people.slice(0, 2 + random(4)))
    const userIds = group.members.map((member) => member.userId)
    await workspace.unitOfWork.run(async (tx) => {
      for (let count = 0; count < 20; count += 1) {
        await recordExpense(tx, people[0]!.actor, randomExpense(group.id, userIds, random))
      }
    })
    expect(await balancesShown(workspace, group), `seed ${seed}, group ${round}`).toEqual(
      await sharesShown(workspace, group),
    )
  }
}

async function sharesShown(
  workspace: Workspace,
  group: Group,
): Promise<Readonly<Record<string, string>>> {
  const page = { limit: 200, after: null }
  const filter = { visibleTo: group.createdBy, groupId: group.id }
  const { items } = await workspace.reads.expenses.list(filter, page)
  const totals = new Map<string, bigint>()
  const add = (expense: Expense, userId: string, minor: bigint): void => {
    const key = `${userId} ${expense.amount.currency}`
    totals.set(key, (totals.get(key) ?? 0n) + (expense.kind === 'income' ? -minor : minor))
  }
  for (const expense of items) {
    for (const { userId, amount } of expense.payers) add(expense, userId, amount.minor)
    for (const { userId, amount } of expense.splits) add(expense, userId, -amount.minor)
  }
  return inText(totals)
}

async function balancesShown(
  workspace: Workspace,
  group: Group,
): Promise<Readonly<Record<string, string>>> {
  const balances = await workspace.reads.balances.of(group.id)
  return inText(
    new Map(balances.map(({ userId, amount }) => [`${userId} ${amount.currency}`, amount.minor])),
  )
}

const inText = (totals: ReadonlyMap<string, bigint>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...totals].filter(([, minor]) => minor !== 0n).map(([key, minor]) => [key, String(minor)]),
  )

export type Rush = {
  readonly writers: number
  readonly operations: number
  readonly groups: number
  readonly seed: number
}

/**
 * Writers who do everything at once in a few groups, while the ledger is recomputed again and again:
 * no look at it, at any moment, finds a difference or a sum that is not zero.
 */
export async function expectLedgerToHold(
  workspace: Workspace,
  rush: Rush,
  looks: number,
): Promise<void> {
  const people = await peopleOf(workspace, rush.writers)
  const groups: Group[] = []
  for (let index = 0; index < rush.groups; index += 1) groups.push(await workspace.group(people))
  const total = rush.writers * rush.operations
  let done = 0
  const write = async ({ actor }: Member, writer: number): Promise<void> => {
    const random = randomFrom([BigInt(rush.seed), BigInt(writer)])
    for (let count = 0; count < rush.operations; count += 1) {
      const group = groups[random(groups.length)]!
      await allowing(() =>
        workspace.unitOfWork.run((tx) => randomOperation(tx, actor, group.id, random)),
      )
      done += 1
    }
  }
  const look = async (): Promise<void> => {
    for (let count = 1; count <= looks; count += 1) {
      while (done < (total * count) / (looks + 1))
        await new Promise((resolve) => setTimeout(resolve, 5))
      await expectNoDifference(workspace, groups)
    }
  }
  await Promise.all([look(), ...people.map(write)])
  await expectNoDifference(workspace, groups)
}

async function expectNoDifference(workspace: Workspace, groups: readonly Group[]): Promise<void> {
  expect(await workspace.reads.ledger.differences(null, 10)).toEqual([])
  for (const { id } of groups) {
    const sums = new Map<string, bigint>()
    for (const { amount } of await workspace.reads.balances.of(id)) {
      sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + amount.minor)
    }
    expect([...sums.values()].filter((minor) => minor !== 0n)).toEqual([])
  }
}

async function peopleOf(workspace: Workspace, count: number): Promise<readonly Member[]> {
  const people: Member[] = []
  for (let index = 0; index < count; index += 1)
    people.push(await workspace.person(`Person ${index}`))
  return people
}
