import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { type RecordExpense, recordExpense } from '../../src/domain/expenses/record-expense.ts'
import type { Group } from '../../src/domain/groups/group.ts'
import { toDecimal } from '../../src/domain/money/money.ts'
import { suggestSettlements } from '../../src/domain/settlements/suggest-settlements.ts'
import { inCurrency, openWorkspace, type Workspace } from '../support/workspace.ts'

/** The cases every release has to get right, from end to end on the database. */
let workspace: Workspace
let people: Actor[]

beforeAll(async () => {
  workspace = await openWorkspace()
  people = []
  for (const name of ['Ann', 'Bob', 'Cem', 'Dee', 'Eve'])
    people.push((await workspace.person(name)).actor)
})

afterAll(() => workspace.close())

const groupOf = (size: number, currency: string): Promise<Group> =>
  workspace.group(
    people.slice(0, size).map((actor) => ({ actor })),
    currency,
  )

async function record(group: Group, amount: string, more: Partial<RecordExpense> = {}) {
  return workspace.unitOfWork.run((tx) =>
    recordExpense(tx, people[0]!, {
      groupId: group.id,
      amount: inCurrency(amount, group.currency),
      description: 'Golden',
      ...more,
    }),
  )
}

describe('golden cases', () => {
  it.each([
    [2, '10.01', 'USD', ['5.01', '5.00']],
    [3, '100', 'JPY', ['34', '33', '33']],
    [3, '1.000', 'KWD', ['0.334', '0.333', '0.333']],
    [5, '0.01', 'USD', ['0.01', '0.00', '0.00', '0.00', '0.00']],
    [1, '9999999999.99', 'USD', ['9999999999.99']],
  ])('%i people share %s %s', async (size, amount, currency, expected) => {
    const expense = await record(await groupOf(size, currency), amount)
    const stored = await workspace.reads.expenses.find(expense.id)
    expect(stored?.splits.map((share) => toDecimal(share.amount))).toEqual(expected)
  })

  it('weights 1:2:0 on 10.00', async () => {
    const weights = ['1', '2', '0']
    const expense = await record(await groupOf(3, 'USD'), '10.00', {
      split: {
        method: 'shares',
        participants: people
          .slice(0, 3)
          .map(({ userId }, index) => ({ userId, shares: weights[index]! })),
      },
    })
    expect(expense.splits.map((share) => toDecimal(share.amount))).toEqual(['3.33', '6.67', '0.00'])
  })

  it('100.00 by three, thirty times, is 1000.00 each', async () => {
    const group = await groupOf(3, 'USD')
    const owed = new Map<string, bigint>()
    for (let round = 0; round < 30; round += 1) {
      const { splits } = await record(group, '100.00')
      for (const { userId, amount } of splits)
        owed.set(userId, (owed.get(userId) ?? 0n) + amount.minor)
    }
    expect([...owed.values()]).toEqual([100_000n, 100_000n, 100_000n])
  })

  it('15.73 paid half and half by the two who share it leaves both at zero', async () => {
    const group = await groupOf(2, 'EUR')
    const half = people.slice(0, 2).map(({ userId }) => ({ userId, percentage: '50' }))
    for (const payers of [half, [...half].reverse()]) await record(group, '15.73', { payers })
    expect(await workspace.balances(group.id)).toEqual({})
  })

  it('balances of −9, −8, −4, +9 and +12 settle in three payments', async () => {
    const group = await groupOf(5, 'EUR')
    const nets = [-9, -8, -4, 9, 12]
    const exact = (sign: number) =>
      people
        .map(({ userId }, index) => ({ userId, net: nets[index]! * sign }))
        .filter(({ net }) => net > 0)
        .map(({ userId, net }) => ({ userId, amount: inCurrency(`${net}.00`, 'EUR') }))
    await record(group, '21.00', {
      payers: exact(1),
      split: { method: 'exact', participants: exact(-1) },
    })
    const [plan] = await suggestSettlements(workspace.reads, people[0]!, group.id, {
      strategy: 'minimal',
    })
    expect(plan).toMatchObject({ currency: 'EUR', optimal: true })
    expect(plan?.payments).toHaveLength(3)
  })

  it('an expense and its refund leave everyone at zero', async () => {
    const group = await groupOf(3, 'EUR')
    const expense = await record(group, '100.00')
    await record(group, '0.00', { amount: null, refundOf: expense.id })
    expect(await workspace.balances(group.id)).toEqual({})
  })
})
