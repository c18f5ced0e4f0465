import type { Knex } from 'knex'
import type { Expense } from '../../domain/expenses/expense.ts'
import type { ExpenseRepository } from '../../domain/expenses/expense-ports.ts'
import { encodeTerms } from '../../domain/expenses/terms.ts'
import { fromMoney } from '../columns.ts'
import { toConversionColumns } from '../conversion-columns.ts'
import { changesCompleteUntil, listChanges, listExpenses } from '../queries/expense-lists.ts'
import { type ExpenseRow, selectExpenses, toExpense } from '../queries/expenses.ts'
import { postEntries, toPostBindings } from './balances.ts'
import { appendEvent, toAppendBindings } from './events.ts'

/** How long a statement may run: a change may be seen that much later than it was stamped. */
const changeLagMs = 5_000

export function expenseRepository(db: Knex): ExpenseRepository {
  const first = async (
    where: string,
    bindings: Record<string, unknown>,
  ): Promise<Expense | null> => {
    const { rows } = await db.raw(
      `${selectExpenses} from expenses e where ${where}`,
      bindings as never,
    )
    return rows[0] ? toExpense(rows[0] as ExpenseRow) : null
  }

  return {
    find: (id) => first('e.id = :id', { id }),
    findIn: (groupId, id) => first('e.group_id = :groupId and e.id = :id', { groupId, id }),
    list: (filter, page) => listExpenses(db, filter, page),
    changes: (filter, range) => listChanges(db, filter, range),
    changesCompleteUntil: (now) => changesCompleteUntil(db, now, changeLagMs),
    async refundsOf(groupId, expenseId) {
      const { rows } = await db.raw(
        `${selectExpenses} from expenses e
         where e.group_id = :groupId and e.refund_of = :expenseId and e.voided_at is null`,
        { groupId, expenseId },
      )
      return (rows as ExpenseRow[]).map(toExpense)
    },
    latestBy: (userId, groupIds, since) =>
      first(
        `e.group_id = any(:groupIds) and e.created_by = :userId and e.voided_at is null
         and e.created_at >= :since
         order by e.id desc limit 1`,
        { groupIds: [...groupIds], userId, since },
      ),
    async insert(expense, entries, event) {
      await db.raw(insertNew, {
        ...toBindings(expense),
        ...toPostBindings(entries),
        ...toAppendBindings(event),
      } as never)
    },
    async insertAll(expenses) {
      if (expenses.length === 0) return
      await db.raw(insertMany, { rows: JSON.stringify(expenses.map(toBindings)) })
    },
    async replace(expense) {
      const bindings = toBindings(expense)
      await db.raw(updateExpense, bindings)
      await db('expense_payers')
        .where({ group_id: expense.groupId, expense_id: expense.id })
        .delete()
      await db('expense_splits')
        .where({ group_id: expense.groupId, expense_id: expense.id })
        .delete()
      await db.raw(`with ${insertShares} select 1`, bindings)
    },
    async setVoided({ groupId, id, voidedAt, version, updatedAt }) {
      await db('expenses')
        .where({ group_id: groupId, id })
        .update({ voided_at: voidedAt, version, updated_at: updatedAt })
    },
    async ofCategory(groupId, categoryId) {
      const { rows } = await db.raw(
        `${selectExpenses} from expenses e
         where e.group_id = :groupId and e.category_id = :categoryId order by e.id`,
        { groupId, categoryId },
      )
      return (rows as ExpenseRow[]).map(toExpense)
    },
    async setCategory(groupId, expenses) {
      const [first] = expenses
      if (!first) return
      await db.raw(
        `update expenses set category_id = :categoryId, version = version + 1, updated_at = :updatedAt
         where group_id = :groupId and id = any(:ids)`,
        {
          groupId,
          ids: expenses.map(({ id }) => id),
          categoryId: first.categoryId,
          updatedAt: first.updatedAt,
        },
      )
    },
  }
}

const insertExpense = `
  insert into expenses (group_id, id, kind, amount, currency, description, notes, spent_on, category_id, tags, terms,
    refund_of, original_amount, original_currency, rate, rate_on, rate_source, source, version, created_by,
    created_at, updated_at, voided_at)
  values (:groupId, :id, :kind, :amount, :currency, :description, :notes, :spentOn, :categoryId, :tags, :terms,
    :refundOf, :originalAmount, :originalCurrency, :rate, :rateOn, :rateSource, :source, :version, :createdBy,
    :createdAt, :updatedAt, :voidedAt)`

/** The rows travel as one JSON text, with amounts as text in it. */
const insertMany = `
  with written as (
    select * from jsonb_to_recordset(cast(:rows as jsonb)) as (
      "groupId" uuid, id uuid, kind text, amount numeric, currency text, description text, notes text,
      "spentOn" date, "categoryId" uuid, tags text[], terms text, "refundOf" uuid, "originalAmount" numeric,
      "originalCurrency" text, rate text, "rateOn" date, "rateSource" text, source text, version integer,
      "createdBy" uuid, "createdAt" timestamptz, "updatedAt" timestamptz, "voidedAt" timestamptz,
      "payerIds" uuid[], "payerAmounts" numeric[], "splitIds" uuid[], "splitAmounts" numeric[], "oddUnits" integer[])
  ), expense as (
    insert into expenses (group_id, id, kind, amount, currency, description, notes, spent_on, category_id, tags, terms,
      refund_of, original_amount, original_currency, rate, rate_on, rate_source, source, version, created_by,
      created_at, updated_at, voided_at)
    select "groupId", id, kind, amount, currency, description, notes, "spentOn", "categoryId", tags, cast(terms as jsonb),
      "refundOf", "originalAmount", "originalCurrency", rate, "rateOn", "rateSource", source, version, "createdBy",
      "createdAt", "updatedAt", "voidedAt"
    from written
  ), payers as (
    insert into expense_payers (group_id, expense_id, user_id, position, amount)
    select w."groupId", w.id, share.user_id, share.position - 1, share.amount
    from written w, unnest(w."payerIds", w."payerAmounts") with ordinality as share (user_id, amount, position)
  ), splits as (
    insert into expense_splits (group_id, expense_id, user_id, position, amount, odd_units)
    select w."groupId", w.id, share.user_id, share.position - 1, share.amount, share.odd_units
    from written w, unnest(w."splitIds", w."splitAmounts", w."oddUnits") with ordinality
      as share (user_id, amount, odd_units, position)
  ) select 1`

const updateExpense = `
  update expenses set kind = :kind, amount = :amount, currency = :currency, description = :description,
    notes = :notes, spent_on = :spentOn, category_id = :categoryId, tags = :tags, terms = :terms,
    refund_of = :refundOf, original_amount = :originalAmount, original_currency = :originalCurrency,
    rate = :rate, rate_on = :rateOn, rate_source = :rateSource, version = :version,
    updated_at = :updatedAt, voided_at = :voidedAt
  where group_id = :groupId and id = :id`

/** One statement for any number of shares, whose text does not depend on the number. */
const insertShares = `
  payers as (
    insert into expense_payers (group_id, expense_id, user_id, position, amount)
    select :groupId, :id, share.user_id, share.position - 1, share.amount
    from unnest(cast(:payerIds as uuid[]), cast(:payerAmounts as numeric[])) with ordinality
      as share (user_id, amount, position)
  ), splits as (
    insert into expense_splits (group_id, expense_id, user_id, position, amount, odd_units)
    select :groupId, :id, share.user_id, share.position - 1, share.amount, share.odd_units
    from unnest(cast(:splitIds as uuid[]), cast(:splitAmounts as numeric[]), cast(:oddUnits as integer[])) with ordinality
      as share (user_id, amount, odd_units, position)
  )`

/** All that a new expense writes: each further statement would cost a round trip under the lock. */
const insertNew = `
  with expense as (${insertExpense}), ${insertShares}, posted as (${postEntries}), ${appendEvent} select 1`

function toBindings(expense: Expense) {
  const { conversion } = expense
  return {
    groupId: expense.groupId,
    id: expense.id,
    kind: expense.kind,
    amount: fromMoney(expense.amount),
    currency: expense.amount.currency,
    description: expense.description,
    notes: expense.notes,
    spentOn: expense.spentOn,
    categoryId: expense.categoryId,
    tags: [...expense.tags],
    terms: JSON.stringify(encodeTerms(expense.terms)),
    refundOf: expense.refundOf,
    ...toConversionColumns(conversion),
    source: expense.source,
    version: expense.version,
    createdBy: expense.createdBy,
    createdAt: expense.createdAt,
    updatedAt: expense.updatedAt,
    voidedAt: expense.voidedAt,
    payerIds: expense.payers.map((paid) => paid.userId),
    payerAmounts: expense.payers.map((paid) => fromMoney(paid.amount)),
    splitIds: expense.splits.map((owed) => owed.userId),
    splitAmounts: expense.splits.map((owed) => fromMoney(owed.amount)),
    oddUnits: expense.splits.map((owed) => Number(owed.oddUnits)),
  }
}
