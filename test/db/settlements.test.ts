import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { editExpense } from '../../src/domain/expenses/edit-expense.ts'
import type { Expense } from '../../src/domain/expenses/expense.ts'
import { type RecordExpense, recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { settleShare } from '../../src/domain/expenses/settle-share.ts'
import { type ShareStatus, shareStatus } from '../../src/domain/expenses/share-status.ts'
import { voidExpense } from '../../src/domain/expenses/void-expense.ts'
import type { Group } from '../../src/domain/groups/group.ts'
import { toDecimal } from '../../src/domain/money/money.ts'
import { recordSettlement } from '../../src/domain/settlements/record-settlement.ts'
import { restoreSettlement, voidSettlement } from '../../src/domain/settlements/void-settlement.ts'
import { eventualRefusalOf } from '../support/laws.ts'
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

const record = (input: Omit<RecordExpense, 'description'>, actor = ann): Promise<Expense> =>
  workspace.unitOfWork.run((tx) => recordExpense(tx, actor, { description: 'Dinner', ...input }))

const pay = (group: Group, from: Actor, to: Actor, amount: string, force = false) =>
  workspace.unitOfWork.run((tx) =>
    recordSettlement(tx, from, {
      groupId: group.id,
      fromUserId: from.userId,
      toUserId: to.userId,
      amount: eur(amount),
      force,
    }),
  )

const mark = (expense: Expense, person: Actor, status: ShareStatus): Promise<Expense> =>
  workspace.unitOfWork.run((tx) =>
    settleShare(tx, ann, expense.groupId, expense.id, person.userId, status),
  )

describe('a settlement', () => {
  it('reduces what is owed, can be taken back and put back', async () => {
    const group = await flat()
    await record({ groupId: group.id, amount: eur('90.00') })
    const payment = await pay(group, bob, ann, '10.00')
    const paid = {
      [ann.userId]: '50.00',
      [bob.userId]: '-20.00',
      [cem.userId]: '-30.00',
    }
    expect(await workspace.balances(group.id)).toEqual(paid)
    await workspace.unitOfWork.run((tx) => voidSettlement(tx, ann, group.id, payment.id))
    expect((await workspace.balances(group.id))[bob.userId]).toBe('-30.00')
    await workspace.unitOfWork.run((tx) => restoreSettlement(tx, bob, group.id, payment.id))
    expect(await workspace.balances(group.id)).toEqual(paid)
  })

  it('of more than is owed is refused, naming what is owed, unless forced', async () => {
    const group = await flat()
    await record({ groupId: group.id, amount: eur('90.00') })
    expect(await eventualRefusalOf(() => pay(group, bob, ann, '30.01'))).toMatchObject({
      code: 'settlement-exceeds-debt',
      facts: { owed: '30.00', currency: 'EUR' },
    })
    await pay(group, bob, ann, '50.00', true)
    expect((await workspace.balances(group.id))[bob.userId]).toBe('20.00')
  })

  it('may follow a direct debt although the payer owes nothing on balance', async () => {
    const group = await flat()
    const between = [ann, bob].map(({ userId }) => ({ userId }))
    await record({
      groupId: group.id,
      amount: eur('20.00'),
      split: { method: 'equal', participants: between },
    })
    await record({ groupId: group.id, amount: eur('30.00') }, bob)
    expect((await workspace.balances(group.id))[ann.userId]).toBeUndefined()
    const { balances, ledger } = workspace.reads
    expect((await balances.of(group.id)).length).toBe(2)
    expect(await ledger.causes(group.id, { involving: [ann.userId] })).toHaveLength(2)
  })

  it.each([
    ['0.00', 'not-positive'],
    ['-5.00', 'not-positive'],
  ])('of %s is refused as %s', async (amount, code) => {
    const group = await flat()
    expect(await eventualRefusalOf(() => pay(group, bob, ann, amount))).toMatchObject({ code })
  })

  it('between one person and themselves, or with an outsider, is refused', async () => {
    const group = await flat()
    const { actor: stranger } = await workspace.person('Eve')
    expect(await eventualRefusalOf(() => pay(group, bob, bob, '1.00'))).toMatchObject({
      code: 'same-person',
    })
    expect(await eventualRefusalOf(() => pay(group, bob, stranger, '1.00', true))).toMatchObject({
      code: 'not-a-member',
    })
  })
})

describe("one share's status", () => {
  it('is open until it is marked, and marking it records the payment behind it', async () => {
    const group = await flat()
    const expense = await record({ groupId: group.id, amount: eur('90.00') })
    expect([ann, bob, cem].map(({ userId }) => shareStatus(expense, userId))).toEqual([
      'settled',
      'open',
      'open',
    ])
    const marked = await mark(expense, bob, 'settled')
    expect(shareStatus(marked, bob.userId)).toBe('settled')
    expect(await workspace.balances(group.id)).toEqual({
      [ann.userId]: '30.00',
      [cem.userId]: '-30.00',
    })
    const opened = await mark(expense, bob, 'open')
    expect(shareStatus(opened, bob.userId)).toBe('open')
    expect((await workspace.balances(group.id))[bob.userId]).toBe('-30.00')
  })

  it('goes to every payer in proportion', async () => {
    const group = await flat()
    const expense = await record({
      groupId: group.id,
      amount: eur('90.00'),
      payers: [
        { userId: ann.userId, amount: eur('60.00') },
        { userId: bob.userId, amount: eur('30.00') },
      ],
      split: { method: 'equal', participants: [{ userId: cem.userId }] },
    })
    const { settledBy } = await mark(expense, cem, 'settled')
    expect(settledBy.map(({ toUserId, amount }) => [toUserId, toDecimal(amount)])).toEqual([
      [ann.userId, '60.00'],
      [bob.userId, '30.00'],
    ])
    expect(await workspace.balances(group.id)).toEqual({})
  })

  it('of a refund is settled by those who hold the money', async () => {
    const group = await flat()
    const refund = await record({ groupId: group.id, amount: eur('-90.00') })
    const { settledBy } = await mark(refund, bob, 'settled')
    expect(settledBy).toMatchObject([{ fromUserId: ann.userId, toUserId: bob.userId }])
    expect((await workspace.balances(group.id))[bob.userId]).toBeUndefined()
  })

  it('opens again when the share changes, and the history says why', async () => {
    const group = await flat()
    const expense = await record({ groupId: group.id, amount: eur('90.00') })
    await mark(expense, bob, 'settled')
    const edited = await workspace.unitOfWork.run((tx) =>
      editExpense(tx, ann, expense.id, null, { amount: eur('60.00') }),
    )
    expect(shareStatus(edited, bob.userId)).toBe('open')
    expect((await workspace.balances(group.id))[bob.userId]).toBe('-20.00')
    const voided = await workspace
      .knex('events')
      .where({ group_id: group.id, type: 'settlement.voided' })
    expect(voided.map((event) => event.data.after.reason)).toEqual(['share-changed'])
  })

  it('stays settled when only words change', async () => {
    const group = await flat()
    const expense = await record({ groupId: group.id, amount: eur('90.00') })
    await mark(expense, bob, 'settled')
    const edited = await workspace.unitOfWork.run((tx) =>
      editExpense(tx, ann, expense.id, null, { description: 'Supper' }),
    )
    expect(shareStatus(edited, bob.userId)).toBe('settled')
  })

  it('leaves nothing behind when the expense is undone', async () => {
    const group = await flat()
    const expense = await record({ groupId: group.id, amount: eur('90.00') })
    await mark(expense, bob, 'settled')
    await workspace.unitOfWork.run((tx) => voidExpense(tx, ann, expense.id))
    expect(await workspace.balances(group.id)).toEqual({})
  })
})

describe('verify', () => {
  it('finds nothing where all went through the ledger, and every unit that did not', async () => {
    const group = await flat()
    const expense = await record({ groupId: group.id, amount: eur('100.00') })
    await mark(expense, bob, 'settled')
    const { ledger } = workspace.reads
    expect(await ledger.differences(group.id, 10)).toEqual([])
    await workspace
      .knex('balances')
      .where({ group_id: group.id, user_id: cem.userId })
      .update({ amount: '-33.32', odd_units: 7 })
    const differences = await ledger.differences(null, 10)
    expect(differences.map(({ what, userId, kept }) => [what, userId, kept])).toEqual([
      ['amount', cem.userId, '-33.3200'],
      ['odd-units', cem.userId, '7'],
    ])
    await workspace.knex('groups').where({ id: group.id }).update({ last_event_seq: 99 })
    expect((await ledger.differences(group.id, 10)).map(({ what }) => what)).toContain(
      'event-numbers',
    )
  })
})
