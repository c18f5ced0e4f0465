import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { addComment, deleteComment, listComments } from '../../src/domain/expenses/comments.ts'
import { editExpense } from '../../src/domain/expenses/edit-expense.ts'
import type { Expense } from '../../src/domain/expenses/expense.ts'
import { readHistory } from '../../src/domain/expenses/read-history.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { revertExpense } from '../../src/domain/expenses/revert-expense.ts'
import type { Group } from '../../src/domain/groups/group.ts'
import { parseCalendarDate } from '../../src/domain/time/calendar-date.ts'
import { eventualRefusalOf } from '../support/laws.ts'
import { eur, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let ann: Actor
let bob: Actor
let group: Group
let expense: Expense

beforeAll(async () => {
  workspace = await openWorkspace()
  const people = [await workspace.person('Ann'), await workspace.person('Bob')]
  ;[ann, bob] = people.map((person) => person.actor) as [Actor, Actor]
  group = await workspace.group(people)
  const { unitOfWork } = workspace
  expense = await unitOfWork.run((tx) =>
    recordExpense(tx, ann, { groupId: group.id, amount: eur('10.01'), description: 'Dinner' }),
  )
  await unitOfWork.run((tx) =>
    editExpense(tx, ann, expense.id, null, {
      amount: eur('20.00'),
      spentOn: parseCalendarDate('2026-11-01'),
      tags: ['fish'],
    }),
  )
})

afterAll(() => workspace.close())

describe('the history of an expense', () => {
  it('says who changed what, from what to what', async () => {
    const [latest, first] = await workspace.unitOfWork.run((tx) => readHistory(tx, bob, expense.id))
    expect(first).toMatchObject({
      type: 'expense.recorded',
      actorId: ann.userId,
      source: 'api',
      subjectVersion: 1,
    })
    expect(latest?.data.changes).toContainEqual({ field: 'amount', from: '10.01', to: '20.00' })
    expect(latest?.data.changes).toContainEqual({ field: 'tags', from: [], to: ['fish'] })
    expect(latest?.data.changes.map((change) => change.field)).not.toContain('description')
  })

  it('brings an earlier version back to the unit, as a new version', async () => {
    const reverted = await workspace.unitOfWork.run((tx) =>
      revertExpense(tx, ann, expense.id, 1, 2),
    )
    const { version, updatedAt, ...content } = reverted
    expect({ ...content, version: 1, updatedAt: expense.updatedAt }).toEqual(expense)
    expect(version).toBe(3)
    expect(updatedAt).toBeInstanceOf(Date)
    expect(await workspace.reads.expenses.find(expense.id)).toEqual(reverted)
    expect(await workspace.reads.ledger.differences(group.id, 10)).toEqual([])
  })

  it('has no version that never was', async () => {
    const back = () => workspace.unitOfWork.run((tx) => revertExpense(tx, ann, expense.id, 99))
    expect(await eventualRefusalOf(back)).toMatchObject({ code: 'version-not-found' })
  })

  it('is never rewritten: events only grow', async () => {
    const rows = await workspace
      .knex('events')
      .where({ group_id: group.id })
      .orderBy('seq')
      .pluck('seq')
    expect(rows.map(Number)).toEqual(rows.map((_, index) => index + 1))
  })
})

describe('comments', () => {
  it('are read newest first by the group and by nobody else', async () => {
    const say = (actor: Actor, body: string) =>
      workspace.unitOfWork.run((tx) => addComment(tx, actor, expense.id, body))
    await say(ann, 'Was that with the wine?')
    await say(bob, 'Yes <b>all</b> of it')
    const page = await listComments(workspace.reads, ann, expense.id, { limit: 10, after: null })
    expect(page.items.map(({ userId, body }) => [userId, body])).toEqual([
      [bob.userId, 'Yes <b>all</b> of it'],
      [ann.userId, 'Was that with the wine?'],
    ])
    const { actor: stranger } = await workspace.person('Eve')
    expect(await eventualRefusalOf(() => say(stranger, 'Hi'))).toMatchObject({ kind: 'not-found' })
  })

  it('are deleted by their author or an admin', async () => {
    const comment = await workspace.unitOfWork.run((tx) => addComment(tx, ann, expense.id, 'Oops'))
    const remove = (actor: Actor) =>
      workspace.unitOfWork.run((tx) => deleteComment(tx, actor, expense.id, comment.id))
    expect(await eventualRefusalOf(() => remove(bob))).toMatchObject({ kind: 'forbidden' })
    await remove(ann)
    expect(await eventualRefusalOf(() => remove(ann))).toMatchObject({ code: 'comment-not-found' })
  })
})
