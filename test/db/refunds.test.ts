import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { editExpense } from '../../src/domain/expenses/edit-expense.ts'
import type { Expense } from '../../src/domain/expenses/expense.ts'
import { type RecordExpense, recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { restoreExpense, voidExpense } from '../../src/domain/expenses/void-expense.ts'
import type { Group } from '../../src/domain/groups/group.ts'
import { toDecimal } from '../../src/domain/money/money.ts'
import { eventualRefusalOf, law } from '../support/laws.ts'
import { eur, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let ann: Actor
let bob: Actor
let cem: Actor

beforeAll(async () => {
  workspace = await openWorkspace()
  const people = [
    await workspace.person('Ann'),
    await workspace.person('Bob'),
    await workspace.person('Cem'),
  ]
  ;[ann, bob, cem] = people.map((person) => person.actor) as [Actor, Actor, Actor]
})

afterAll(() => workspace.close())

const flat = (): Promise<Group> => workspace.group([{ actor: ann }, { actor: bob }, { actor: cem }])

const record = (input: Omit<RecordExpense, 'description'>): Promise<Expense> =>
  workspace.unitOfWork.run((tx) => recordExpense(tx, ann, { description: 'Tent', ...input }))

const refund = (original: Expense, amount: string | null = null): Promise<Expense> =>
  record({
    groupId: original.groupId,
    amount: amount === null ? null : eur(amount),
    refundOf: original.id,
  })

const oddUnits = async (groupId: string): Promise<readonly string[]> => {
  const rows = await workspace.knex('balances').where({ group_id: groupId }).select('odd_units')
  return rows.map((row) => String(row.odd_units))
}

describe('a refund', () => {
  it('is the exact mirror: expense and refund leave zero for everyone, odd units too', async () => {
    const group = await flat()
    await record({ groupId: group.id, amount: eur('100.00') })
    const before = await workspace.balances(group.id)
    const original = await record({
      groupId: group.id,
      amount: eur('10.01'),
      payers: [
        { userId: bob.userId, percentage: '50' },
        { userId: cem.userId, percentage: '50' },
      ],
    })
    await refund(original)
    expect(await workspace.balances(group.id)).toEqual(before)
    expect((await oddUnits(group.id)).map(Number).reduce((a, b) => a + b)).toBe(1)
  })

  it('comes in parts that end at zero, whatever the parts', async () => {
    const { numRuns } = law
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 100_000 }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 3 }),
        async (cents, parts) => {
          const group = await flat()
          const text = (minor: number) =>
            `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`
          const original = await record({ groupId: group.id, amount: eur(text(cents)) })
          let left = cents
          for (const part of parts) {
            if (part >= left) continue
            left -= part
            await refund(original, `-${text(part)}`)
          }
          await refund(original)
          expect(await workspace.balances(group.id)).toEqual({})
          expect(new Set(await oddUnits(group.id))).toEqual(new Set(['0']))
        },
      ),
      { numRuns: Math.max(10, Math.floor(numRuns / 50)) },
    )
  })

  it('never gives back more than was spent', async () => {
    const original = await record({ groupId: (await flat()).id, amount: eur('30.00') })
    await refund(original, '-20.00')
    expect(await eventualRefusalOf(() => refund(original, '-10.01'))).toMatchObject({
      code: 'refund-exceeds-expense',
      facts: { left: '10.00' },
    })
    expect(toDecimal((await refund(original)).amount)).toBe('-10.00')
  })

  it.each([
    ['5.00', 'refund-sign'],
    ['-30.01', 'refund-exceeds-expense'],
  ])('of %s is refused as %s', async (amount, code) => {
    const original = await record({ groupId: (await flat()).id, amount: eur('30.00') })
    expect(await eventualRefusalOf(() => refund(original, amount))).toMatchObject({ code })
  })

  it('follows a new amount in the proportions of what it refunds', async () => {
    const group = await flat()
    const original = await record({ groupId: group.id, amount: eur('90.00') })
    const back = await refund(original, '-30.00')
    await workspace.unitOfWork.run((tx) =>
      editExpense(tx, ann, back.id, null, { amount: eur('-60.00') }),
    )
    expect((await workspace.balances(group.id))[bob.userId]).toBe('-10.00')
  })

  it('holds what it refunds in place: no void, no new amount, until it is undone', async () => {
    const group = await flat()
    const original = await record({ groupId: group.id, amount: eur('90.00') })
    const back = await refund(original)
    const undo = () => workspace.unitOfWork.run((tx) => voidExpense(tx, ann, original.id))
    expect(await eventualRefusalOf(undo)).toMatchObject({ code: 'expense-has-refunds' })
    const edit = () =>
      workspace.unitOfWork.run((tx) =>
        editExpense(tx, ann, original.id, null, { amount: eur('80.00') }),
      )
    expect(await eventualRefusalOf(edit)).toMatchObject({ code: 'expense-has-refunds' })
    await workspace.unitOfWork.run((tx) => voidExpense(tx, ann, back.id))
    await undo()
    const again = () => workspace.unitOfWork.run((tx) => restoreExpense(tx, ann, back.id))
    expect(await eventualRefusalOf(again)).toMatchObject({ code: 'refund-of-nothing' })
    expect(await workspace.balances(group.id)).toEqual({})
  })
})
