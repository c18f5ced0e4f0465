import type { Knex } from 'knex'
import type { Expense } from '../../domain/expenses/expense.ts'
import type {
  ChangeKey,
  ChangeRequest,
  ExpenseFilter,
} from '../../domain/expenses/expense-ports.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import { fromMoney } from '../columns.ts'
import { type ExpenseRow, selectExpenses, toExpense } from './expenses.ts'
import { pageOf } from './page.ts'

type Conditions = {
  readonly sql: readonly string[]
  readonly bindings: Readonly<Record<string, unknown>>
}

/**
 * Newest first. Each of the viewer's groups gives its newest rows from its own index, so the cost
 * depends on the page and the number of groups, not on how much was ever spent.
 */
export async function listExpenses(
  db: Knex,
  filter: ExpenseFilter,
  page: PageRequest,
): Promise<Page<Expense>> {
  const chosen = conditionsOf(filter)
  const sql = page.after
    ? [...chosen.sql, '(x.spent_on, x.id) < (cast(:afterDate as date), cast(:afterId as uuid))']
    : chosen.sql
  const { rows } = await db.raw(fromEachGroup(filter, sql, ['spent_on desc', 'id desc']), {
    ...chosen.bindings,
    visibleTo: filter.visibleTo,
    fetch: page.limit + 1,
    ...(page.after ? { afterDate: page.after.date, afterId: page.after.id } : {}),
  } as never)
  return pageOf((rows as ExpenseRow[]).map(toExpense), page.limit, ({ spentOn, id }) => ({
    date: spentOn,
    id,
  }))
}

/** In the order of the changes, from the index of each group like the list. */
export async function listChanges(
  db: Knex,
  filter: ExpenseFilter,
  { limit, since, before, after }: ChangeRequest,
): Promise<{ items: readonly Expense[]; next: ChangeKey | null }> {
  const chosen = conditionsOf({ ...filter, includeVoided: true })
  const sql = [
    ...chosen.sql,
    'x.updated_at < :before',
    after ? '(x.updated_at, x.id) > (:afterAt, cast(:afterId as uuid))' : 'x.updated_at >= :since',
  ]
  const { rows } = await db.raw(fromEachGroup(filter, sql, ['updated_at', 'id']), {
    ...chosen.bindings,
    visibleTo: filter.visibleTo,
    fetch: limit + 1,
    before,
    ...(after ? { afterAt: after.at, afterId: after.id } : { since }),
  } as never)
  const items = (rows as ExpenseRow[]).slice(0, limit).map(toExpense)
  const last = items.at(-1)
  return {
    items,
    next: rows.length > limit && last ? { at: last.updatedAt, id: last.id } : null,
  }
}

/**
 * A change is stamped while its transaction runs and seen when it commits. What lies before the
 * start of every transaction that writes now is complete; seconds less, for clocks that differ and
 * for servers whose transactions one cannot see.
 */
export async function changesCompleteUntil(db: Knex, now: Date, lagMs: number): Promise<Date> {
  const { rows } = await db.raw(
    `select least(cast(:now as timestamptz), min(xact_start)) as at from pg_stat_activity
     where datname = current_database() and backend_xid is not null and backend_type = 'client backend'`,
    { now },
  )
  return new Date((rows[0].at as Date).getTime() - lagMs)
}

/** The statement; its text depends on which filters there are, not on what they ask for. */
function fromEachGroup(
  filter: ExpenseFilter,
  conditions: readonly string[],
  order: readonly string[],
): string {
  const by = (table: string) => order.map((column) => `${table}.${column}`).join(', ')
  return `${selectExpenses}
     from (
       select chosen.* from group_members m cross join lateral (
         select x.* from expenses x where x.group_id = m.group_id
         ${conditions.map((condition) => `and ${condition}`).join(' ')}
         order by ${by('x')} limit :fetch
       ) chosen
       where m.user_id = :visibleTo and m.left_at is null ${filter.groupId ? 'and m.group_id = :groupId' : ''}
       order by ${by('chosen')} limit :fetch
     ) e order by ${by('e')}`
}

/** "offset 0" has it looked up row by row: else PostgreSQL first collects all that a person ever shared. */
const isOn = (table: 'expense_splits' | 'expense_payers', person: string) =>
  `exists (select from ${table} s where s.group_id = x.group_id and s.expense_id = x.id and s.user_id = :${person} offset 0)`

function conditionsOf(filter: ExpenseFilter): Conditions {
  const sql: string[] = []
  const bindings: Record<string, unknown> = {}
  const where = (condition: string, values: Record<string, unknown> = {}) => {
    sql.push(condition)
    Object.assign(bindings, values)
  }
  if (!filter.includeVoided) where('x.voided_at is null')
  if (filter.groupId) Object.assign(bindings, { groupId: filter.groupId })
  if (filter.categoryIds) {
    where('x.category_id = any(:categoryIds)', { categoryIds: [...filter.categoryIds] })
  }
  filter.involving?.forEach((userId, i) => {
    const person = `person${i}`
    where(`(${isOn('expense_splits', person)} or ${isOn('expense_payers', person)})`, {
      [person]: userId,
    })
  })
  if (filter.payerId) where(isOn('expense_payers', 'payer'), { payer: filter.payerId })
  filter.words?.forEach((word, i) => {
    where(
      `folded_text(x.description || ' ' || x.notes) like '%' || folded_text(:word${i}) || '%'`,
      {
        [`word${i}`]: word.normalize('NFKC').replace(/[\\%_]/g, '\\$&'),
      },
    )
  })
  if (filter.tag) where('x.tags @> array[cast(:tag as text)]', { tag: filter.tag })
  if (filter.kind) where('x.kind = :kind', { kind: filter.kind })
  if (filter.currency) where('x.currency = :currency', { currency: filter.currency })
  if (filter.minAmount) where('x.amount >= :least', { least: fromMoney(filter.minAmount) })
  if (filter.maxAmount) where('x.amount <= :most', { most: fromMoney(filter.maxAmount) })
  if (filter.from) where('x.spent_on >= :from', { from: filter.from })
  if (filter.to) where('x.spent_on <= :to', { to: filter.to })
  return { sql, bindings }
}
