import type { Knex } from 'knex'
import type { Expense } from '../../domain/expenses/expense.ts'
import { encodeTerms } from '../../domain/expenses/terms.ts'
import type { MergeRepository } from '../../domain/people/merge-ports.ts'
import { fromMoney } from '../columns.ts'
import { GroupMemberModel } from '../models/group-member-model.ts'
import { IdentityModel } from '../models/identity-model.ts'
import { SettlementModel } from '../models/settlement-model.ts'
import { type ExpenseRow, selectExpenses, toExpense } from '../queries/expenses.ts'
import { toSettlement } from './settlements.ts'

export function mergeRepository(db: Knex): MergeRepository {
  return {
    async expensesOf(groupId, userId, { after, limit }) {
      const { rows } = await db.raw(
        `${selectExpenses} from expenses e
         where e.group_id = :groupId and (cast(:after as uuid) is null or e.id > :after)
           and e.id in (
             select expense_id from expense_payers where group_id = :groupId and user_id = :userId
             union select expense_id from expense_splits where group_id = :groupId and user_id = :userId
           )
         order by e.id limit :limit`,
        { groupId, userId, after, limit },
      )
      return (rows as ExpenseRow[]).map(toExpense)
    },
    async rewriteExpenses(groupId, expenses) {
      if (expenses.length === 0) return
      const ids = expenses.map(({ id }) => id)
      await db.raw(rewriteTerms, { groupId, rows: JSON.stringify(expenses.map(toRow)) })
      await db.raw(removeShares, { groupId, ids })
      await db.raw(writeShares, {
        groupId,
        payers: JSON.stringify(expenses.flatMap(payerRows)),
        splits: JSON.stringify(expenses.flatMap(splitRows)),
      })
      // The sums are checked page by page: all at once would make the commit take as long as the merge.
      await db.raw('set constraints expenses_sums_check immediate')
      await db.raw('set constraints expenses_sums_check deferred')
    },
    async settlementsOf(groupId, userId) {
      const rows = await SettlementModel.query(db)
        .where({ group_id: groupId })
        .where((people) => people.where({ from_user_id: userId }).orWhere({ to_user_id: userId }))
        .orderBy('id')
      return rows.map(toSettlement)
    },
    async rewriteSettlement({ groupId, id, fromUserId, toUserId, version, updatedAt }) {
      await SettlementModel.query(db)
        .where({ group_id: groupId, id })
        .patch({ fromUserId, toUserId, version, updatedAt })
    },
    async moveMembership(groupId, fromUserId, into, at) {
      await db.raw(
        `update group_members set handle = null, left_at = coalesce(left_at, :at), position = (
           select least(min(position), 0) - 1 from group_members where group_id = :groupId
         ) where group_id = :groupId and user_id = :fromUserId`,
        { groupId, fromUserId, at },
      )
      const { userId, role, position, weight, handle, joinedAt, leftAt } = into
      await GroupMemberModel.query(db)
        .insert({ groupId, userId, role, position, weight, handle, joinedAt, leftAt })
        .onConflict(['group_id', 'user_id'])
        .merge()
    },
    async moveBalances(groupId, fromUserId, intoUserId) {
      await db.raw(
        `with moved as (
           delete from balances where group_id = :groupId and user_id = :fromUserId
           returning group_id, currency, amount, odd_units
         )
         insert into balances as b (group_id, user_id, currency, amount, odd_units)
         select group_id, :intoUserId, currency, amount, odd_units from moved
         on conflict (group_id, user_id, currency)
           do update set amount = b.amount + excluded.amount, odd_units = b.odd_units + excluded.odd_units`,
        { groupId, fromUserId, intoUserId },
      )
    },
    async moveConversions(groupId, fromUserId, intoUserId, at) {
      const { rows } = await db.raw(moveConversionEntries, { groupId, fromUserId, intoUserId, at })
      return rows.length
    },
    async moveAuthorship(groupId, fromUserId, intoUserId, at) {
      const people = { groupId, fromUserId, intoUserId }
      await db.raw(
        'update groups set created_by = :intoUserId where id = :groupId and created_by = :fromUserId',
        people,
      )
      for (const table of ['expenses', 'settlements', 'group_conversions']) {
        await db.raw(
          `update ${table} set created_by = :intoUserId, updated_at = :at
           where group_id = :groupId and created_by = :fromUserId`,
          { ...people, at },
        )
      }
      await db('expense_comments')
        .where({ group_id: groupId, user_id: fromUserId })
        .update({ user_id: intoUserId })
    },
    async moveBelongings(fromUserId, intoUserId) {
      await IdentityModel.query(db).where({ user_id: fromUserId }).patch({ userId: intoUserId })
      await db.raw(
        `update rates r set owner_id = :intoUserId where owner_id = :fromUserId and not exists (
           select from rates own where own.owner_id = :intoUserId
             and (own.base, own.quote, own.rate_on) = (r.base, r.quote, r.rate_on)
         )`,
        { fromUserId, intoUserId },
      )
    },
  }
}

/** The entries of a conversion add up to zero at the end of each statement, so this is one. */
const moveConversionEntries = `
  with moved as (
    delete from conversion_entries where group_id = :groupId and user_id = :fromUserId
    returning conversion_id, currency, amount
  ), cancelled as (
    delete from conversion_entries e using moved m
    where e.group_id = :groupId and e.user_id = :intoUserId and e.conversion_id = m.conversion_id
      and e.currency = m.currency and e.amount + m.amount = 0
    returning e.conversion_id, e.currency
  ), written as (
    insert into conversion_entries as e (group_id, conversion_id, user_id, currency, amount)
    select :groupId, m.conversion_id, :intoUserId, m.currency, m.amount from moved m
    where (m.conversion_id, m.currency) not in (select conversion_id, currency from cancelled)
    on conflict (group_id, conversion_id, user_id, currency) do update set amount = e.amount + excluded.amount
  )
  update group_conversions c set version = version + 1, updated_at = :at
  where c.group_id = :groupId and c.id in (select conversion_id from moved)
  returning c.id`

const rewriteTerms = `
  update expenses e set terms = r.terms, version = r.version, updated_at = r.updated_at
  from jsonb_to_recordset(cast(:rows as jsonb)) as r (id uuid, terms jsonb, version integer, updated_at timestamptz)
  where e.group_id = :groupId and e.id = r.id`

const removeShares = `
  with payers as (delete from expense_payers where group_id = :groupId and expense_id = any(:ids))
  delete from expense_splits where group_id = :groupId and expense_id = any(:ids)`

/** Amounts travel as text, because JSON numbers are floats. */
const writeShares = `
  with payers as (
    insert into expense_payers (group_id, expense_id, user_id, position, amount)
    select :groupId, expense_id, user_id, position, amount from jsonb_to_recordset(cast(:payers as jsonb))
      as r (expense_id uuid, user_id uuid, position smallint, amount numeric)
  )
  insert into expense_splits (group_id, expense_id, user_id, position, amount, odd_units)
  select :groupId, expense_id, user_id, position, amount, odd_units from jsonb_to_recordset(cast(:splits as jsonb))
    as r (expense_id uuid, user_id uuid, position smallint, amount numeric, odd_units integer)`

const toRow = ({ id, terms, version, updatedAt }: Expense) => ({
  id,
  terms: encodeTerms(terms),
  version,
  updated_at: updatedAt,
})

const payerRows = ({ id, payers }: Expense) =>
  payers.map(({ userId, amount }, position) => ({
    expense_id: id,
    user_id: userId,
    position,
    amount: fromMoney(amount),
  }))

const splitRows = ({ id, splits }: Expense) =>
  splits.map(({ userId, amount, oddUnits }, position) => ({
    expense_id: id,
    user_id: userId,
    position,
    amount: fromMoney(amount),
    odd_units: Number(oddUnits),
  }))
