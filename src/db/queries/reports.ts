import type { Knex } from 'knex'
import type { CurrencyCode } from '../../domain/money/currencies.ts'
import type { Totals } from '../../domain/reports/report.ts'
import type { ReportFilter, ReportReads } from '../../domain/reports/report-ports.ts'
import type { CalendarDate } from '../../domain/time/calendar-date.ts'
import type { DateRange } from '../../domain/time/period.ts'
import { toMoney } from '../columns.ts'

/**
 * Sums of shares, one statement each. They are grouped by the columns as they are, by day and not by
 * month, because a formatted date costs more than all the rest.
 */
export function reportReads(db: Knex): ReportReads {
  const read = async <Row>(sql: string, filter: ReportFilter, range: DateRange, more = {}) => {
    const { rows } = await db.raw(sql, {
      userId: filter.userId,
      from: range.from,
      to: range.to,
      ...(filter.groupId ? { groupId: filter.groupId } : {}),
      ...(filter.currency ? { currency: filter.currency } : {}),
      ...more,
    } as never)
    return rows as Row[]
  }

  return {
    async totals(filter, range) {
      const sql = `select e.currency, ${sums()} ${ownShares(filter)} and ${inRange('from', 'to')}
         group by e.currency order by e.currency`
      return (await read<SumRow>(sql, filter, range)).map(toTotals)
    },
    async byCategory(filter, range) {
      const sql = `select e.category_id, e.currency, ${sums()} ${ownShares(filter)} and ${inRange('from', 'to')}
         group by e.category_id, e.currency order by e.category_id`
      const rows = await read<SumRow & { category_id: string | null }>(sql, filter, range)
      return rows.map((row) => ({ ...toTotals(row), categoryId: row.category_id }))
    },
    async byDay(filter, range) {
      const sql = `select e.spent_on, e.currency, ${sums()} ${ownShares(filter)} and ${inRange('from', 'to')}
         group by e.spent_on, e.currency order by e.spent_on`
      const rows = await read<SumRow & { spent_on: string }>(sql, filter, range)
      return rows.map((row) => ({ ...toTotals(row), date: row.spent_on as CalendarDate }))
    },
    async byMember(filter, range) {
      const sql = `select s.user_id, u.display_name, e.currency, ${sums()}
         from group_members m
         join expenses e on e.group_id = m.group_id
         join expense_splits s on s.group_id = e.group_id and s.expense_id = e.id
         join users u on u.id = s.user_id
         where m.user_id = :userId and m.left_at is null and ${inForce(filter)} and ${inRange('from', 'to')}
         group by s.user_id, u.display_name, e.currency order by s.user_id`
      return (await read<PersonRow>(sql, filter, range)).map(toPersonTotals)
    },
    async byCompanion(filter, range) {
      const sql = `select o.user_id, u.display_name, e.currency, ${sums()}
         ${sharesFrom}
         cross join lateral (
           select x.user_id from expense_splits x
             where x.group_id = e.group_id and x.expense_id = e.id and x.user_id <> :userId
           union
           select x.user_id from expense_payers x
             where x.group_id = e.group_id and x.expense_id = e.id and x.user_id <> :userId
         ) o
         join users u on u.id = o.user_id
         ${sharesWhere} and ${inForce(filter)} and ${inRange('from', 'to')}
         group by o.user_id, u.display_name, e.currency order by o.user_id`
      return (await read<PersonRow>(sql, filter, range)).map(toPersonTotals)
    },
    async ofRanges(filter, range, before) {
      const sql = `select e.currency, ${sums(inRange('from', 'to'))},
           ${sums(inRange('beforeFrom', 'beforeTo'), 'before_')}
         ${ownShares(filter)} and (${inRange('from', 'to')} or ${inRange('beforeFrom', 'beforeTo')})
         group by e.currency order by e.currency`
      const rows = await read<SumRow & Record<`before_${keyof Sums}`, string>>(sql, filter, range, {
        beforeFrom: before.from,
        beforeTo: before.to,
      })
      return rows.map((row) => ({
        current: toTotals(row),
        before: toTotals({
          currency: row.currency,
          spending: row.before_spending,
          income: row.before_income,
          count: row.before_count,
        }),
      }))
    },
  }
}

const sharesFrom = `from group_members m
         join expense_splits s on s.group_id = m.group_id and s.user_id = m.user_id
         join expenses e on e.group_id = s.group_id and e.id = s.expense_id`
const sharesWhere = 'where m.user_id = :userId and m.left_at is null'

const ownShares = (filter: ReportFilter): string =>
  `${sharesFrom} ${sharesWhere} and ${inForce(filter)}`

function inForce(filter: ReportFilter): string {
  return [
    'e.voided_at is null',
    ...(filter.groupId ? ['m.group_id = :groupId'] : []),
    ...(filter.currency ? ['e.currency = :currency'] : []),
  ].join(' and ')
}

const inRange = (from: string, to: string): string =>
  `(e.spent_on >= cast(:${from} as date) and e.spent_on < cast(:${to} as date))`

function sums(when = 'true', prefix = ''): string {
  const sum = (kind: string) =>
    `coalesce(sum(s.amount) filter (where e.kind = '${kind}' and ${when}), 0)`
  return `cast(${sum('expense')} as text) as ${prefix}spending, cast(${sum('income')} as text) as ${prefix}income,
    count(*) filter (where ${when}) as ${prefix}count`
}

type Sums = { spending: string; income: string; count: string }
type SumRow = Sums & { currency: CurrencyCode }
type PersonRow = SumRow & { user_id: string; display_name: string }

function toTotals(row: SumRow): Totals {
  return {
    spending: toMoney(row.spending, row.currency),
    income: toMoney(row.income, row.currency),
    count: Number(row.count),
  }
}

function toPersonTotals(row: PersonRow) {
  return { ...toTotals(row), userId: row.user_id, displayName: row.display_name }
}
