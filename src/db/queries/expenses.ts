import type { Knex } from 'knex'
import type { Source } from '../../domain/accounts/user.ts'
import type { Expense, ExpenseKind } from '../../domain/expenses/expense.ts'
import { decodeTerms } from '../../domain/expenses/terms.ts'
import type { CurrencyCode } from '../../domain/money/currencies.ts'
import type { ExpenseFilter, Page, PageRequest } from '../../domain/ports.ts'
import type { CalendarDate } from '../../domain/time/calendar-date.ts'
import { toMoney } from '../columns.ts'
import { toConversion } from '../conversion-columns.ts'
import { pageOf } from './page.ts'

/**
 * An expense with its shares in one statement: read by two, an edit between them would show the old
 * amount with the new shares. Amounts travel as text, because JSON numbers are floats.
 */
export const selectExpenses = `
  select e.*,
    (select json_agg(json_build_object('userId', p.user_id, 'amount', cast(p.amount as text)) order by p.position)
     from expense_payers p where p.group_id = e.group_id and p.expense_id = e.id) as payers,
    (select json_agg(json_build_object('userId', s.user_id, 'amount', cast(s.amount as text), 'oddUnits', s.odd_units)
       order by s.position)
     from expense_splits s where s.group_id = e.group_id and s.expense_id = e.id) as splits,
    (select json_agg(json_build_object('fromUserId', t.from_user_id, 'toUserId', t.to_user_id,
       'amount', cast(t.amount as text)) order by t.id)
     from settlements t where t.group_id = e.group_id and t.expense_id = e.id and t.voided_at is null) as settled_by`

/**
 * Newest first. Each of the viewer's groups gives its newest rows from its own index, so the cost
 * depends on the page and the number of groups, not on how much was ever spent.
 */
export async function listExpenses(
  db: Knex,
  filter: ExpenseFilter,
  page: PageRequest,
): Promise<Page<Expense>> {
  const conditions = [
    filter.includeVoided ? null : 'x.voided_at is null',
    filter.categoryIds ? 'x.category_id = any(:categoryIds)' : null,
    filter.involving
      ? `(exists (select from expense_splits s where s.group_id = x.group_id and s.expense_id = x.id and s.user_id = :involving)
          or exists (select from expense_payers p where p.group_id = x.group_id and p.expense_id = x.id and p.user_id = :involving))`
      : null,
    page.after ? '(x.spent_on, x.id) < (cast(:afterDate as date), cast(:afterId as uuid))' : null,
  ].filter((condition) => condition !== null)
  const { rows } = await db.raw(
    `${selectExpenses}
     from (
       select newest.* from group_members m cross join lateral (
         select x.* from expenses x where x.group_id = m.group_id
         ${conditions.map((condition) => `and ${condition}`).join(' ')}
         order by x.spent_on desc, x.id desc limit :fetch
       ) newest
       where m.user_id = :visibleTo and m.left_at is null ${filter.groupId ? 'and m.group_id = :groupId' : ''}
       order by newest.spent_on desc, newest.id desc limit :fetch
     ) e order by e.spent_on desc, e.id desc`,
    {
      visibleTo: filter.visibleTo,
      fetch: page.limit + 1,
      ...(filter.groupId ? { groupId: filter.groupId } : {}),
      ...(filter.categoryIds ? { categoryIds: [...filter.categoryIds] } : {}),
      ...(filter.involving ? { involving: filter.involving } : {}),
      ...(page.after ? { afterDate: page.after.date, afterId: page.after.id } : {}),
    },
  )
  return pageOf((rows as ExpenseRow[]).map(toExpense), page.limit, ({ spentOn, id }) => ({
    date: spentOn,
    id,
  }))
}

export type ExpenseRow = {
  id: string
  group_id: string
  kind: ExpenseKind
  amount: string
  currency: string
  description: string
  notes: string
  spent_on: string
  category_id: string | null
  tags: string[]
  terms: unknown
  refund_of: string | null
  original_amount: string | null
  original_currency: string | null
  rate: string | null
  rate_on: string | null
  rate_source: string | null
  source: Source
  version: number
  created_by: string
  created_at: Date
  updated_at: Date
  voided_at: Date | null
  payers: { userId: string; amount: string }[]
  splits: { userId: string; amount: string; oddUnits: number }[]
  settled_by: { fromUserId: string; toUserId: string; amount: string }[] | null
}

export function toExpense(row: ExpenseRow): Expense {
  const currency = row.currency as CurrencyCode
  return {
    id: row.id,
    groupId: row.group_id,
    kind: row.kind,
    amount: toMoney(row.amount, currency),
    description: row.description,
    notes: row.notes,
    spentOn: row.spent_on as CalendarDate,
    categoryId: row.category_id,
    tags: row.tags,
    payers: row.payers.map((paid) => ({
      userId: paid.userId,
      amount: toMoney(paid.amount, currency),
    })),
    splits: row.splits.map((owed) => ({
      userId: owed.userId,
      amount: toMoney(owed.amount, currency),
      oddUnits: BigInt(owed.oddUnits),
    })),
    settledBy: (row.settled_by ?? []).map((payment) => ({
      ...payment,
      amount: toMoney(payment.amount, currency),
    })),
    terms: decodeTerms(row.terms, currency),
    refundOf: row.refund_of,
    conversion: toConversion({
      originalAmount: row.original_amount,
      originalCurrency: row.original_currency,
      rate: row.rate,
      rateOn: row.rate_on,
      rateSource: row.rate_source,
    }),
    source: row.source,
    version: row.version,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    voidedAt: row.voided_at,
  }
}
