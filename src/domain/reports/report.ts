import type { Actor } from '../accounts/user.ts'
import { invalid, notFound } from '../errors.ts'
import { emptyRange } from '../expenses/find-expenses.ts'
import { requirePermission } from '../groups/policy.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import type { Money } from '../money/money.ts'
import type { Reads } from '../ports.ts'
import { addDays, type CalendarDate, firstOfMonth } from '../time/calendar-date.ts'
import {
  addMonths,
  type DateRange,
  daysIn,
  nextStart,
  type PeriodUnit,
  rangeBefore,
  unitsIn,
} from '../time/period.ts'
import { type TimeZone, todayIn } from '../time/zone.ts'
import type { ReportFilter } from './report-ports.ts'

/** Spending is somebody's shares of costs less refunds; income apart from it. In one currency. */
export type Totals = {
  readonly spending: Money
  readonly income: Money
  /** How many expenses and incomes those are. */
  readonly count: number
}

export type ReportRequest = {
  /** The first and the last day. */
  readonly from?: CalendarDate
  readonly to?: CalendarDate
  readonly groupId?: string
  readonly currency?: CurrencyCode
  /** Where "today" is; the actor's own zone when left out. */
  readonly timeZone?: TimeZone
}

type Report<Item> = { readonly range: DateRange; readonly items: readonly Item[] }

const mostUnits = 1_000
const longestDays: Readonly<Record<PeriodUnit, number>> = { day: 1, week: 7, month: 31, year: 366 }
/** So far back a report by period goes by itself: this month and the eleven before it. */
const monthsByDefault = 12

export async function summarize(
  reads: Reads,
  actor: Actor,
  request: ReportRequest,
  now: Date,
): Promise<Report<Totals>> {
  const { filter, range } = await readRequest(reads, actor, request, now)
  return { range, items: await reads.reports.totals(filter, range) }
}

/** The largest spending of a currency first. */
export async function summarizeByCategory(
  reads: Reads,
  actor: Actor,
  request: ReportRequest,
  now: Date,
): Promise<Report<Totals & { readonly categoryId: string | null }>> {
  const { filter, range } = await readRequest(reads, actor, request, now)
  const items = await reads.reports.byCategory(filter, range)
  return { range, items: [...items].sort(bySpending) }
}

/** Each currency has an item for each unit of the range, also for those in which nothing happened. */
export async function summarizeByPeriod(
  reads: Reads,
  actor: Actor,
  unit: PeriodUnit,
  request: ReportRequest,
  now: Date,
): Promise<Report<Totals & { readonly range: DateRange }>> {
  const { filter, range } = await readRequest(reads, actor, request, now, monthsByDefault)
  if (daysIn(range) > mostUnits * longestDays[unit]) {
    const detail = `Ask for at most ${mostUnits} periods, or for longer ones.`
    throw invalid('too-many-periods', detail, { most: mostUnits }, 'period')
  }
  const units = unitsIn(unit, range)
  const days = await reads.reports.byDay(filter, range)
  return { range, items: spreadOver(units, days) }
}

/**
 * In a group each member's shares; without one, for each person one has expenses with, one's own
 * shares of those, which overlap where several people are on an expense.
 */
export async function summarizeByPerson(
  reads: Reads,
  actor: Actor,
  request: ReportRequest,
  now: Date,
): Promise<Report<Totals & { readonly userId: string; readonly displayName: string }>> {
  const { filter, range } = await readRequest(reads, actor, request, now)
  const items = await (filter.groupId
    ? reads.reports.byMember(filter, range)
    : reads.reports.byCompanion(filter, range))
  return { range, items: [...items].sort(bySpending) }
}

export type Comparison = { readonly current: Totals; readonly before: Totals }

/** Two ranges beside each other; the earlier one is the range of the same length just before. */
export async function compareRanges(
  reads: Reads,
  actor: Actor,
  request: ReportRequest & { readonly beforeFrom?: CalendarDate; readonly beforeTo?: CalendarDate },
  now: Date,
): Promise<Report<Comparison> & { readonly before: DateRange }> {
  const { filter, range } = await readRequest(reads, actor, request, now)
  const { beforeFrom, beforeTo } = request
  const before =
    beforeFrom && beforeTo ? { from: beforeFrom, to: addDays(beforeTo, 1) } : rangeBefore(range)
  if (before.from >= before.to) throw emptyRange('beforeTo')
  return { range, before, items: await reads.reports.ofRanges(filter, range, before) }
}

/** Without dates: this month in the zone of whoever asks, or that one and some before it. */
async function readRequest(
  reads: Reads,
  actor: Actor,
  { from, to, groupId, currency, timeZone }: ReportRequest,
  now: Date,
  months = 1,
): Promise<{ filter: ReportFilter; range: DateRange }> {
  const user = await reads.users.find(actor.userId)
  if (!user) throw notFound('user')
  if (groupId) requirePermission(await reads.groups.find(groupId), actor, 'group.read')
  const today = todayIn(timeZone ?? user.timeZone, now)
  const latest = from && from > today ? from : today
  const end = to ? addDays(to, 1) : nextStart('month', latest)
  const start = from ?? addMonths(firstOfMonth(addDays(end, -1)), 1 - months)
  if (start >= end) throw emptyRange('to')
  return {
    filter: {
      userId: actor.userId,
      ...(groupId ? { groupId } : {}),
      ...(currency ? { currency } : {}),
    },
    range: { from: start, to: end },
  }
}

function bySpending(left: Totals, right: Totals): number {
  const [a, b] = [left.spending, right.spending]
  if (a.currency !== b.currency) return a.currency < b.currency ? -1 : 1
  return a.minor === b.minor ? 0 : a.minor < b.minor ? 1 : -1
}

function spreadOver(
  units: readonly DateRange[],
  days: readonly (Totals & { readonly date: CalendarDate })[],
): readonly (Totals & { readonly range: DateRange })[] {
  const currencies = [...new Set(days.map(({ spending }) => spending.currency))].sort()
  return currencies.flatMap((currency) => {
    const own = days.filter(({ spending }) => spending.currency === currency)
    let next = 0
    return units.map((range) => {
      let [spending, income, count] = [0n, 0n, 0]
      for (; next < own.length && own[next]!.date < range.to; next += 1) {
        const day = own[next]!
        spending += day.spending.minor
        income += day.income.minor
        count += day.count
      }
      return {
        range,
        spending: { minor: spending, currency },
        income: { minor: income, currency },
        count,
      }
    })
  })
}
