import { addDays, type CalendarDate, firstOfMonth, weekdayOf } from './calendar-date.ts'

export const periodUnits = ['day', 'week', 'month', 'year'] as const
export type PeriodUnit = (typeof periodUnits)[number]

/** Half-open: `from` belongs to it, `to` is the first day after it. */
export type DateRange = { readonly from: CalendarDate; readonly to: CalendarDate }

/** The first day of the unit in which the date lies; weeks begin on Monday. */
export function startOf(unit: PeriodUnit, date: CalendarDate): CalendarDate {
  switch (unit) {
    case 'day':
      return date
    case 'week':
      return addDays(date, 1 - weekdayOf(date))
    case 'month':
      return firstOfMonth(date)
    case 'year':
      return `${date.slice(0, 4)}-01-01` as CalendarDate
  }
}

/** The first day of the unit that follows the one in which the date lies. */
export function nextStart(unit: PeriodUnit, date: CalendarDate): CalendarDate {
  const start = startOf(unit, date)
  switch (unit) {
    case 'day':
      return addDays(start, 1)
    case 'week':
      return addDays(start, 7)
    case 'month':
      return firstOfMonth(addDays(start, 31))
    case 'year':
      return startOf('year', addDays(start, 366))
  }
}

/** The first day of the month that lies so many months later; negative: earlier. */
export function addMonths(firstDay: CalendarDate, months: number): CalendarDate {
  const count = Number(firstDay.slice(0, 4)) * 12 + Number(firstDay.slice(5, 7)) - 1 + months
  const year = String(Math.floor(count / 12)).padStart(4, '0')
  return `${year}-${String((count % 12) + 1).padStart(2, '0')}-01` as CalendarDate
}

/** The units that lie in the range; the first and the last are cut where it begins and ends. */
export function unitsIn(unit: PeriodUnit, range: DateRange): readonly DateRange[] {
  const units: DateRange[] = []
  for (let from = range.from; from < range.to; ) {
    const next = nextStart(unit, from)
    const to = next < range.to ? next : range.to
    units.push({ from, to })
    from = to
  }
  return units
}

/** The range of the same length just before: of whole months as many months, else as many days. */
export function rangeBefore({ from, to }: DateRange): DateRange {
  if (from === firstOfMonth(from) && to === firstOfMonth(to)) {
    let months = 0
    while (addMonths(from, months) < to) months += 1
    return { from: addMonths(from, -months), to: from }
  }
  return { from: addDays(from, -daysIn({ from, to })), to: from }
}

export function daysIn({ from, to }: DateRange): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
}
