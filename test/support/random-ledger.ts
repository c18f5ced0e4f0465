import type { Actor } from '../../src/domain/accounts/user.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { editExpense } from '../../src/domain/expenses/edit-expense.ts'
import { type RecordExpense, recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { settleShare } from '../../src/domain/expenses/settle-share.ts'
import type { PayerInput, SplitInput } from '../../src/domain/expenses/split.ts'
import { restoreExpense, voidExpense } from '../../src/domain/expenses/void-expense.ts'
import { addMember } from '../../src/domain/groups/add-member.ts'
import { leaveGroup } from '../../src/domain/groups/leave-group.ts'
import { type Random, randomFrom } from '../../src/domain/ledger/seeded-random.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { money, zero } from '../../src/domain/money/money.ts'
import { mergeGuest } from '../../src/domain/people/claim-guest.ts'
import type { Transaction } from '../../src/domain/ports.ts'
import { recordSettlement } from '../../src/domain/settlements/record-settlement.ts'
import { voidSettlement } from '../../src/domain/settlements/void-settlement.ts'

export { randomFrom }

const currencies = ['EUR', 'JPY', 'KWD', 'CLF'].map((code) => parseCurrency(code))

/** An expense of any kind, sign, currency, method and number of payers, from whole numbers alone. */
export function randomExpense(
  groupId: string,
  userIds: readonly string[],
  random: Random,
): RecordExpense {
  const currency = currencies[random(currencies.length)]!
  const sign = random(6) === 0 ? -1n : 1n
  const amount = money(sign * BigInt(1 + random(2_000_000)), currency)
  const people = someOf(userIds, random)
  const split: SplitInput[] = [
    { method: 'equal', participants: people.map((userId) => ({ userId })) },
    {
      method: 'shares',
      participants: people.map((userId, index) => ({
        userId,
        shares: `${index === 0 ? 1 : random(5)}.${random(10_000)}`,
      })),
    },
    { method: 'percentage', participants: percentages(people, random) },
    {
      method: 'adjustment',
      participants: people.map((userId) => ({ userId, adjustment: zero(currency) })),
    },
  ]
  return {
    groupId,
    kind: random(8) === 0 ? 'income' : 'expense',
    amount,
    description: 'Random',
    payers: randomPayers(someOf(userIds, random), random),
    split: split[random(split.length)]!,
  }
}

/** One operation of a busy group, whichever comes up; what is refused by a rule changes nothing. */
export async function randomOperation(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  random: Random,
): Promise<void> {
  const group = (await tx.groups.find(groupId))!
  const userIds = group.members.filter((member) => !member.leftAt).map((member) => member.userId)
  if (!userIds.includes(actor.userId))
    return void (await comeBack(tx, actor, group.createdBy, groupId))
  const roll = random(100)
  if (roll < 45)
    return void (await recordExpense(tx, actor, randomExpense(groupId, userIds, random)))
  const target = await anExpense(tx, actor, groupId, random)
  if (roll < 60 && target) {
    const { amount, split } = randomExpense(groupId, userIds, random)
    return void (await editExpense(tx, actor, target, null, { amount: amount!, split: split! }))
  }
  if (roll < 70 && target) return void (await voidExpense(tx, actor, target))
  if (roll < 78 && target) return void (await restoreExpense(tx, actor, target))
  if (roll < 84 && target)
    return void (await settleShare(
      tx,
      actor,
      groupId,
      target,
      userIds[random(userIds.length)]!,
      'settled',
    ))
  if (roll < 92) return settle(tx, actor, groupId, userIds, random)
  if (roll < 94) return void (await leaveGroup(tx, actor, groupId, { force: true }))
  const owner: Actor = { userId: group.createdBy, role: 'user', source: 'api' }
  const guests = group.members.filter((member) => member.isGuest && !member.leftAt)
  if (guests.length < 3)
    return void (await addMember(tx, actor, groupId, { guestName: `Guest ${random(1000)}` }))
  await mergeGuest(tx, owner, groupId, guests[random(guests.length)]!.userId, actor.userId)
}

/** Runs the operation; a refusal by a rule is an answer, anything else a failure of the test. */
export async function allowing(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error
  }
}

async function comeBack(
  tx: Transaction,
  actor: Actor,
  ownerId: string,
  groupId: string,
): Promise<void> {
  const owner: Actor = { userId: ownerId, role: 'user', source: 'api' }
  await addMember(tx, owner, groupId, { userId: actor.userId })
}

async function anExpense(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  random: Random,
): Promise<string | null> {
  const filter = { visibleTo: actor.userId, groupId, includeVoided: true }
  const { items } = await tx.expenses.list(filter, { limit: 20, after: null })
  return items[random(Math.max(1, items.length))]?.id ?? null
}

async function settle(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  userIds: readonly string[],
  random: Random,
): Promise<void> {
  const { items } = await tx.settlements.list(groupId, { limit: 10, after: null })
  const old = items[random(10)]
  if (old && random(3) === 0) return void (await voidSettlement(tx, actor, groupId, old.id))
  await recordSettlement(tx, actor, {
    groupId,
    fromUserId: actor.userId,
    toUserId: userIds[random(userIds.length)]!,
    amount: money(BigInt(1 + random(5_000)), currencies[random(currencies.length)]!),
    force: true,
  })
}

function someOf(userIds: readonly string[], random: Random): readonly string[] {
  const chosen = userIds.filter(() => random(3) > 0)
  return chosen.length > 0 ? chosen : [userIds[random(userIds.length)]!]
}

function percentages(
  people: readonly string[],
  random: Random,
): { userId: string; percentage: string }[] {
  let left = 1_000_000
  return people.map((userId, index) => {
    const part = index === people.length - 1 ? left : random(left + 1)
    left -= part
    return {
      userId,
      percentage: `${Math.floor(part / 10_000)}.${String(part % 10_000).padStart(4, '0')}`,
    }
  })
}

function randomPayers(people: readonly string[], random: Random): readonly PayerInput[] {
  return random(2) === 0
    ? [{ userId: people[0]!, shares: '1' }]
    : people.map((userId) => ({ userId, shares: String(1 + random(4)) }))
}
