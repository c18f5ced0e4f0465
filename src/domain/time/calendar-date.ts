import { invalid } from '../errors.ts'
import { memoize } from '../memoize.ts'

/** A day without a time or zone, as YYYY-MM-DD, so that text order is time order. */
export type CalendarDate = string & { readonly __brand: 'CalendarDate' }

/** ISO 8601: Monday is 1, Sunday is 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7

/** `full` with the weekday, `long` month in words, `medium` abbreviated, `short` in figures. */
export type DateStyle = 'full' | 'long' | 'medium' | 'short'

const firstYear = 1900
const lastYear = 2200
const millisecondsPerDay = 86_400_000

/** Throws `malformed-date`; `impossible-date` for days that do not exist or lie out of range. */
export function parseCalendarDate(text: string, pointer = '/date'): CalendarDate {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) {
    const detail = 'Write the date as year-month-day, such as 2026-11-20.'
    throw invalid('malformed-date', detail, {}, pointer)
  }
  const year = Number(text.slice(0, 4))
  if (year < firstYear || year > lastYear) {
    const detail = `The year must be from ${firstYear} to ${lastYear}.`
    throw invalid('impossible-date', detail, { firstYear, lastYear }, pointer)
  }
  const date = text as CalendarDate
  // Date.UTC rolls 31 April over into May; a real day comes back unchanged.
  if (fromUtc(toUtc(date)) !== date) {
    throw invalid('impossible-date', `There is no day ${text}.`, {}, pointer)
  }
  return date
}

/** `days` may be negative. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  return fromUtc(toUtc(date) + days * millisecondsPerDay)
}

export function compareDates(left: CalendarDate, right: CalendarDate): -1 | 0 | 1 {
  if (left === right) return 0
  return left < right ? -1 : 1
}

export function firstOfMonth(date: CalendarDate): CalendarDate {
  return `${date.slice(0, 7)}-01` as CalendarDate
}

export function weekdayOf(date: CalendarDate): Weekday {
  return (new Date(toUtc(date)).getUTCDay() || 7) as Weekday
}

const formatterFor = memoize(
  100,
  (locale: string, style: DateStyle) =>
    new Intl.DateTimeFormat(locale, { dateStyle: style, timeZone: 'UTC', calendar: 'gregory' }),
)

/** `locale` is a BCP 47 tag that `Intl` accepts. */
export function formatDate(date: CalendarDate, locale: string, style: DateStyle): string {
  return formatterFor(locale, style).format(toUtc(date))
}

function toUtc(date: CalendarDate): number {
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8)))
}

function fromUtc(milliseconds: number): CalendarDate {
  return new Date(milliseconds).toISOString().slice(0, 10) as CalendarDate
}
