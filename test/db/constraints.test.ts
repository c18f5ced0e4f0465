import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import type { Expense } from '../../src/domain/expenses/expense.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { eur, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let ann: Actor
let expense: Expense

beforeAll(async () => {
  workspace = await openWorkspace()
  ann = (await workspace.person('Ann')).actor
  expense = await workspace.unitOfWork.run((tx) =>
    recordExpense(tx, ann, { amount: eur('12.00'), description: 'Lunch' }),
  )
})

afterAll(() => workspace.close())

const violation = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: { constraint?: string }) => error.constraint ?? String(error),
  )

const where = () => ({ group_id: expense.groupId, expense_id: expense.id })

describe('the database by itself', () => {
  it('refuses an amount that its shares do not add up to', async () => {
    const changed = workspace.knex('expenses').where({ id: expense.id }).update({ amount: '13.00' })
    expect(await violation(changed)).toBe('expenses_sums_check')
  })

  it('refuses a share that changes without its expense', async () => {
    for (const table of ['expense_splits', 'expense_payers']) {
      expect(await violation(workspace.knex(table).where(where()).update({ amount: '1.00' }))).toBe(
        'expenses_sums_check',
      )
      expect(await violation(workspace.knex(table).where(where()).delete())).toBe(
        'expenses_sums_check',
      )
    }
  })

  it('refuses shares that change with their expense but no longer add up', async () => {
    const changed = workspace.knex.transaction(async (trx) => {
      await trx('expenses').where({ id: expense.id }).update({ version: 2 })
      await trx('expense_splits').where(where()).update({ amount: '11.99' })
    })
    expect(await violation(changed)).toBe('expenses_sums_check')
  })

  it('lets amount and shares change together', async () => {
    const changed = workspace.knex.transaction(async (trx) => {
      await trx('expenses').where({ id: expense.id }).update({ amount: '14.00' })
      await trx('expense_splits').where(where()).update({ amount: '14.00' })
      await trx('expense_payers').where(where()).update({ amount: '14.00' })
    })
    expect(await violation(changed)).toBe('accepted')
  })

  it.each([
    [{ amount: '0' }, 'expenses_amount_check'],
    [{ amount: '1000000000000' }, 'expenses_amount_check'],
    [{ kind: 'gift' }, 'expenses_kind_check'],
    [{ description: '' }, 'expenses_description_check'],
    [{ rate: '1.1' }, 'expenses_original_check'],
  ])('refuses %o', async (change, constraint) => {
    expect(
      await violation(workspace.knex('expenses').where({ id: expense.id }).update(change)),
    ).toBe(constraint)
  })

  it('checks the sums once per expense, whatever the number of shares', async () => {
    const { rows } = await workspace.knex.raw(
      `select tgname, tgdeferrable, tginitdeferred from pg_trigger
       where tgrelid = any(array['expenses', 'expense_payers', 'expense_splits']::regclass[])
         and not tgisinternal and tgtype & 1 = 1`,
    )
    expect(rows).toEqual([
      { tgname: 'expenses_sums_check', tgdeferrable: true, tginitdeferred: true },
    ])
  })

  it('has a key beginning with group_id on everything a group owns', async () => {
    const { rows } = await workspace.knex.raw(
      `select c.conrelid::regclass::text as table, a.attname as first
       from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
       where c.contype in ('p', 'u') and exists (
         select from pg_attribute g where g.attrelid = c.conrelid and g.attname = 'group_id' and g.attnotnull
       ) and c.conrelid::regclass::text not in ('chat_spaces', 'direct_groups', 'group_invites')`,
    )
    expect(rows.length).toBeGreaterThanOrEqual(7)
    expect(rows.filter((row: { first: string }) => row.first !== 'group_id')).toEqual([])
  })
})
