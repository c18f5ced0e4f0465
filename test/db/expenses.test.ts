import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { editExpense } from '../../src/domain/expenses/edit-expense.ts'
import type { Expense } from '../../src/domain/expenses/expense.ts'
import { findExpenses } from '../../src/domain/expenses/find-expenses.ts'
import { readExpense } from '../../src/domain/expenses/read-expenses.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { restoreExpense, voidExpense } from '../../src/domain/expenses/void-expense.ts'
import type { Group } from '../../src/domain/groups/group.ts'
import { toDecimal } from '../../src/domain/money/money.ts'
import { eventualRefusalOf } from '../support/laws.ts'
import { eur, inCurrency, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let ann: Actor
let bob: Actor
let cem: Actor
let group: Group

beforeAll(async () => {
  workspace = await openWorkspace()
  const people = [
    await workspace.person('Ann'),
    await workspace.person('Bob'),
    await workspace.person('Cem'),
  ]
  ;[ann, bob, cem] = people.map((person) => person.actor) as [Actor, Actor, Actor]
  group = await workspace.group(people)
})

afterAll(() => workspace.close())

const freshGroup = (currency = 'EUR'): Promise<Group> =>
  workspace.group([{ actor: ann }, { actor: bob }, { actor: cem }], currency)

const dinner = (amount: string, groupId = group.id): Promise<Expense> =>
  workspace.unitOfWork.run((tx) =>
    recordExpense(tx, ann, { groupId, amount: eur(amount), description: 'Dinner' }),
  )

const shares = (expense: Expense): readonly string[] =>
  expense.splits.map((owed) => toDecimal(owed.amount))

describe('recording an expense', () => {
  it('splits equally among the members and keeps their balances', async () => {
    const flat = await freshGroup()
    const expense = await dinner('90.00', flat.id)
    expect(shares(expense)).toEqual(['30.00', '30.00', '30.00'])
    expect(await workspace.balances(flat.id)).toEqual({
      [ann.userId]: '60.00',
      [bob.userId]: '-30.00',
      [cem.userId]: '-30.00',
    })
  })

  it('reads back exactly what was written', async () => {
    const written = await dinner('10.01')
    expect(await readExpense(workspace.reads, bob, written.id)).toEqual(written)
  })

  it('passes the odd unit on, so that thirty times a third of 100 is 1000 each', async () => {
    const flat = await freshGroup()
    for (let round = 0; round < 30; round += 1) await dinner('100.00', flat.id)
    expect(await workspace.balances(flat.id)).toEqual({
      [ann.userId]: '2000.00',
      [bob.userId]: '-1000.00',
      [cem.userId]: '-1000.00',
    })
  })

  it.each([
    ['100', 'JPY', ['34', '33', '33']],
    ['1.000', 'KWD', ['0.334', '0.333', '0.333']],
    ['9999999999.99', 'EUR', ['3333333333.33', '3333333333.33', '3333333333.33']],
  ])('keeps every digit of %s %s', async (amount, currency, expected) => {
    const flat = await freshGroup(currency)
    const expense = await workspace.unitOfWork.run((tx) =>
      recordExpense(tx, ann, {
        groupId: flat.id,
        amount: inCurrency(amount, currency),
        description: 'Tea',
      }),
    )
    expect(shares((await workspace.reads.expenses.find(expense.id))!)).toEqual(expected)
  })

  it('gives each event the next number of its group', async () => {
    const flat = await freshGroup()
    await dinner('1.00', flat.id)
    await dinner('2.00', flat.id)
    const rows = await workspace
      .knex('events')
      .where({ group_id: flat.id })
      .orderBy('seq')
      .select('seq', 'type')
    expect(rows.map((row) => `${row.seq} ${row.type}`)).toEqual([
      '1 group.created',
      '2 member.joined',
      '3 member.joined',
      '4 expense.recorded',
      '5 expense.recorded',
    ])
  })

  it('mirrors an expense for income: who received it owes the others', async () => {
    const flat = await freshGroup()
    await workspace.unitOfWork.run((tx) =>
      recordExpense(tx, ann, {
        groupId: flat.id,
        kind: 'income',
        amount: eur('90.00'),
        description: 'Deposit back',
      }),
    )
    expect((await workspace.balances(flat.id))[ann.userId]).toBe('-60.00')
  })

  it('refuses somebody who is not in the group, and says where', async () => {
    const { actor: stranger } = await workspace.person('Dan')
    const refusal = await eventualRefusalOf(() =>
      workspace.unitOfWork.run((tx) =>
        recordExpense(tx, ann, {
          groupId: group.id,
          amount: eur('9.00'),
          description: 'Taxi',
          split: { method: 'equal', participants: [{ userId: stranger.userId }] },
        }),
      ),
    )
    expect(refusal).toMatchObject({
      code: 'not-a-member',
      faults: [{ pointer: '/split/participants/0/userId' }],
    })
  })

  it('tells an outsider that there is no such group', async () => {
    const { actor: stranger } = await workspace.person('Eve')
    const refusal = await eventualRefusalOf(() =>
      workspace.unitOfWork.run((tx) =>
        recordExpense(tx, stranger, {
          groupId: group.id,
          amount: eur('9.00'),
          description: 'Taxi',
        }),
      ),
    )
    expect(refusal).toMatchObject({ kind: 'not-found', code: 'group-not-found' })
  })
})

describe('changing an expense', () => {
  const edit = (
    actor: Actor,
    id: string,
    changes: Parameters<typeof editExpense>[4],
    expected: number | null = null,
  ) => workspace.unitOfWork.run((tx) => editExpense(tx, actor, id, expected, changes))

  it('moves the balances by the difference', async () => {
    const flat = await freshGroup()
    const expense = await dinner('90.00', flat.id)
    await edit(ann, expense.id, { amount: eur('60.00') })
    expect((await workspace.balances(flat.id))[ann.userId]).toBe('40.00')
  })

  it('leaves the shares alone when only words change', async () => {
    const flat = await freshGroup()
    const first = await dinner('100.00', flat.id)
    await dinner('100.00', flat.id)
    const edited = await edit(ann, first.id, { description: 'Supper' })
    expect(edited).toMatchObject({ description: 'Supper', version: 2, splits: first.splits })
  })

  it('books the new currency and takes the old one back', async () => {
    const flat = await freshGroup()
    const expense = await dinner('90.00', flat.id)
    await edit(ann, expense.id, { amount: inCurrency('9000', 'JPY') })
    expect(await workspace.balances(flat.id, 'EUR')).toEqual({})
    expect((await workspace.balances(flat.id, 'JPY'))[bob.userId]).toBe('-3000')
  })

  it('asks for shares when fixed ones cannot follow the amount', async () => {
    const expense = await workspace.unitOfWork.run((tx) =>
      recordExpense(tx, ann, {
        groupId: group.id,
        amount: eur('10.00'),
        description: 'Books',
        split: {
          method: 'exact',
          participants: [
            { userId: ann.userId, amount: eur('4.00') },
            { userId: bob.userId, amount: eur('6.00') },
          ],
        },
      }),
    )
    expect(
      await eventualRefusalOf(() => edit(ann, expense.id, { amount: eur('12.00') })),
    ).toMatchObject({
      code: 'split-needs-amounts',
    })
  })

  it('lets exactly one of two editors of the same version win', async () => {
    const expense = await dinner('30.00')
    const outcomes = await Promise.allSettled([
      edit(ann, expense.id, { description: 'One' }, 1),
      edit(ann, expense.id, { description: 'Two' }, 1),
    ])
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    const lost = outcomes.find((outcome) => outcome.status === 'rejected')
    expect(lost?.reason).toMatchObject({ kind: 'stale', facts: { currentVersion: 2 } })
  })

  it('is for the author, the payer and admins', async () => {
    const expense = await workspace.unitOfWork.run((tx) =>
      recordExpense(tx, bob, { groupId: group.id, amount: eur('3.00'), description: 'Tea' }),
    )
    expect(
      await eventualRefusalOf(() => edit(cem, expense.id, { description: 'Mine' })),
    ).toMatchObject({
      kind: 'forbidden',
    })
    expect((await edit(ann, expense.id, { description: 'Owner may' })).version).toBe(2)
  })
})

describe('voiding and restoring', () => {
  it('takes the effect out of the balances and puts it back', async () => {
    const flat = await freshGroup()
    const expense = await dinner('100.00', flat.id)
    const before = await workspace.balances(flat.id)
    await workspace.unitOfWork.run((tx) => voidExpense(tx, ann, expense.id))
    expect(await workspace.balances(flat.id)).toEqual({})
    await workspace.unitOfWork.run((tx) => restoreExpense(tx, ann, expense.id))
    expect(await workspace.balances(flat.id)).toEqual(before)
  })

  it('gives the odd unit back: the next expense rounds as if the voided one had never been', async () => {
    const flat = await freshGroup()
    const first = await dinner('100.00', flat.id)
    await workspace.unitOfWork.run((tx) => voidExpense(tx, ann, first.id))
    expect(shares(await dinner('100.00', flat.id))).toEqual(shares(first))
  })

  it('happens once, however often it is asked for', async () => {
    const flat = await freshGroup()
    const expense = await dinner('100.00', flat.id)
    await Promise.all(
      [1, 2, 3].map(() => workspace.unitOfWork.run((tx) => voidExpense(tx, ann, expense.id))),
    )
    const events = await workspace
      .knex('events')
      .where({ group_id: flat.id, type: 'expense.voided' })
    expect(events).toHaveLength(1)
    expect(await workspace.balances(flat.id)).toEqual({})
  })
})

describe('lists', () => {
  it('run from the newest to the oldest and page without gaps or repeats', async () => {
    const flat = await freshGroup()
    const written: string[] = []
    for (let day = 1; day <= 7; day += 1) {
      const expense = await workspace.unitOfWork.run((tx) =>
        recordExpense(tx, ann, {
          groupId: flat.id,
          amount: eur(`${day}.00`),
          description: `Day ${day}`,
          spentOn: `2026-11-0${(day % 3) + 1}` as Expense['spentOn'],
        }),
      )
      written.push(expense.id)
    }
    const seen: Expense[] = []
    let after = null
    do {
      const page: Awaited<ReturnType<typeof findExpenses>> = await findExpenses(
        workspace.reads,
        bob,
        { groupId: flat.id },
        { limit: 3, after },
      )
      seen.push(...page.items)
      after = page.next
    } while (after)
    expect(seen.map((expense) => expense.id).sort()).toEqual([...written].sort())
    const order = seen.map((expense) => `${expense.spentOn} ${expense.id}`)
    expect(order).toEqual([...order].sort().reverse())
  })

  it('show a person only what they paid for or share in, and nothing of groups they are not in', async () => {
    const mine = await workspace.group([{ actor: cem }, { actor: bob }])
    const other = await workspace.group([{ actor: bob }])
    const forBob = await workspace.unitOfWork.run((tx) =>
      recordExpense(tx, bob, {
        groupId: mine.id,
        amount: eur('5.00'),
        description: 'Bob alone',
        split: { method: 'equal', participants: [{ userId: bob.userId }] },
      }),
    )
    const hidden = await workspace.unitOfWork.run((tx) =>
      recordExpense(tx, bob, { groupId: other.id, amount: eur('6.00'), description: 'Secret' }),
    )
    const page = await findExpenses(
      workspace.reads,
      cem,
      { involving: [cem.userId] },
      { limit: 200, after: null },
    )
    const ids = page.items.map((expense) => expense.id)
    expect(ids).not.toContain(forBob.id)
    expect(ids).not.toContain(hidden.id)
    expect(
      await eventualRefusalOf(() => readExpense(workspace.reads, cem, hidden.id)),
    ).toMatchObject({
      kind: 'not-found',
    })
  })
})
