import { type Static, Type } from 'typebox'
import { parseCurrency } from '../../domain/money/currencies.ts'
import { subtract } from '../../domain/money/money.ts'
import type { Comparison, ReportRequest, Totals } from '../../domain/reports/report.ts'
import { addDays, parseCalendarDate } from '../../domain/time/calendar-date.ts'
import { type DateRange, periodUnits } from '../../domain/time/period.ts'
import { parseTimeZone } from '../../domain/time/zone.ts'
import { Currency, calendarDate, closed, id, nullable, oneOf, TimeZoneName } from './fields.ts'
import { amount, amountText } from './money.ts'

const request = {
  from: Type.Optional(calendarDate('The first day; the first of the month of `to` when left out.')),
  to: Type.Optional(
    calendarDate('The last day, which counts; the end of this month when left out.'),
  ),
  groupId: Type.Optional(id('Only this group.')),
  currency: Type.Optional(Currency),
  timezone: Type.Optional(
    Type.Unsafe<string>({
      ...TimeZoneName,
      description: 'Where "this month" is: an IANA time zone, your own when left out.',
    }),
  ),
}
export const ReportQuery = Type.Object(request, closed)

export const PeriodQuery = Type.Object(
  {
    ...request,
    from: Type.Optional(
      calendarDate('The first day; eleven months before the month of `to` when left out.'),
    ),
    period: Type.Unsafe<(typeof periodUnits)[number]>({
      ...oneOf(periodUnits, 'Weeks begin on Monday.'),
      default: 'month',
    }),
  },
  closed,
)

export const CompareQuery = Type.Object(
  {
    ...request,
    beforeFrom: Type.Optional(calendarDate('The first day of the range to compare with.')),
    beforeTo: Type.Optional(calendarDate('Its last day, which counts.')),
  },
  {
    ...closed,
    dependentRequired: { beforeFrom: ['beforeTo'], beforeTo: ['beforeFrom'] },
  },
)

const range = {
  from: calendarDate('The first day.'),
  to: calendarDate('The last day; it counts.'),
}
const totals = {
  currency: Currency,
  spending: amount('Shares of costs, less refunds.', '412.30'),
  income: amount('Shares of income, which never counts as spending.', '0.00'),
  count: Type.Integer({ description: 'How many expenses and incomes.', examples: [17] }),
}

export const SummarySchema = Type.Object(
  { ...range, items: Type.Array(Type.Object(totals, { title: 'CurrencyTotals' })) },
  { title: 'Summary', description: 'One item for each currency; currencies are never added.' },
)

export const CategorySummarySchema = Type.Object(
  {
    ...range,
    items: Type.Array(
      Type.Object(
        { categoryId: nullable(id('Null: expenses without a category.')), ...totals },
        { title: 'CategoryTotals' },
      ),
    ),
  },
  { title: 'CategorySummary', description: 'By currency, the largest spending first.' },
)

export const PeriodSummarySchema = Type.Object(
  {
    ...range,
    items: Type.Array(Type.Object({ ...range, ...totals }, { title: 'PeriodTotals' })),
  },
  {
    title: 'PeriodSummary',
    description:
      'By currency, the earliest period first, also those in which nothing happened. The first and the last are cut where the range begins and ends.',
  },
)

export const PersonSummarySchema = Type.Object(
  {
    ...range,
    items: Type.Array(
      Type.Object(
        {
          userId: id('Of the person.'),
          displayName: Type.String({ examples: ['Ann'] }),
          ...totals,
        },
        { title: 'PersonTotals' },
      ),
    ),
  },
  { title: 'PersonSummary', description: 'By currency, the largest spending first.' },
)

const Change = Type.Object(
  {
    current: amount('In the range.', '412.30'),
    before: amount('In the range before.', '380.00'),
    difference: amount('Current less before; negative when it became less.', '32.30'),
  },
  { title: 'Change' },
)
export const ComparisonSchema = Type.Object(
  {
    ...range,
    before: Type.Object(range, { title: 'RangeBefore' }),
    items: Type.Array(
      Type.Object(
        { currency: Currency, spending: Change, income: Change },
        { title: 'CurrencyChange' },
      ),
    ),
  },
  { title: 'Comparison', description: 'One item for each currency of either range.' },
)

export function readReportRequest(query: Static<typeof ReportQuery>): ReportRequest {
  const { from, to, groupId, currency, timezone } = query
  return {
    ...(from === undefined ? {} : { from: parseCalendarDate(from, 'from') }),
    ...(to === undefined ? {} : { to: parseCalendarDate(to, 'to') }),
    ...(groupId === undefined ? {} : { groupId }),
    ...(currency === undefined ? {} : { currency: parseCurrency(currency, 'currency') }),
    ...(timezone === undefined ? {} : { timeZone: parseTimeZone(timezone, 'timezone') }),
  }
}

/** On the wire a range has its last day, inside the day after it. */
export function presentRange({ from, to }: DateRange): { from: string; to: string } {
  return { from, to: addDays(to, -1) }
}

export function presentTotals({ spending, income, count }: Totals) {
  return {
    currency: spending.currency,
    spending: amountText(spending),
    income: amountText(income),
    count,
  }
}

export function presentComparison({ current, before }: Comparison) {
  const change = (of: 'spending' | 'income') => ({
    current: amountText(current[of]),
    before: amountText(before[of]),
    difference: amountText(subtract(current[of], before[of])),
  })
  return {
    currency: current.spending.currency,
    spending: change('spending'),
    income: change('income'),
  }
}
