import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDays,
  compareDates,
  firstOfMonth,
  formatDate,
  parseCalendarDate,
  weekdayOf,
} from '../../src/domain/time/calendar-date.ts'
import { law, refusal } from '../support/laws.ts'

const day = (text: string) => parseCalendarDate(text)

describe('parseCalendarDate', () => {
  it.each(['2026-11-20', '2024-02-29', '2000-02-29', '1900-01-01', '2200-12-31'])(
    'reads %s',
    (text) => {
      expect(parseCalendarDate(text)).toBe(text)
    },
  )

  it.each([
    '',
    '2026-1-2',
    '20261120',
    '2026-11-20T00:00',
    ' 2026-11-20',
    '2026-11-20\n',
    '٢٠٢٦-11-20',
  ])('refuses %j as malformed', (text) => {
    expect(refusal(() => parseCalendarDate(text))).toBe('invalid malformed-date /date')
  })

  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '1899-12-31',
    '2201-01-01',
    '0099-01-01',
  ])('refuses %s as impossible', (text) => {
    expect(refusal(() => parseCalendarDate(text, '/from'))).toBe('invalid impossible-date /from')
  })
})

describe('calendar dates', () => {
  it('moves by days across months, leap days and years', () => {
    expect(addDays(day('2026-12-31'), 1)).toBe('2027-01-01')
    expect(addDays(day('2024-03-01'), -1)).toBe('2024-02-29')
    expect(addDays(day('2026-03-01'), -1)).toBe('2026-02-28')
  })

  it('comes back from any move', () => {
    const days = fc.integer({ min: -50_000, max: 50_000 })
    fc.assert(
      fc.property(days, days, (start, move) => {
        const date = addDays(day('2050-01-01'), start)
        const moved = addDays(date, move)
        expect(addDays(moved, -move)).toBe(date)
        expect(compareDates(moved, date)).toBe(Math.sign(move))
        expect((weekdayOf(date) + (move % 7) + 13) % 7).toBe(weekdayOf(moved) - 1)
      }),
      law,
    )
  })

  it('finds the first of the month', () => {
    expect(firstOfMonth(day('2026-11-20'))).toBe('2026-11-01')
  })

  it('numbers weekdays from Monday', () => {
    expect(weekdayOf(day('2026-11-16'))).toBe(1)
    expect(weekdayOf(day('2026-11-22'))).toBe(7)
  })

  it.each([
    ['en-US', 'full', 'Friday, November 20, 2026'],
    ['en-GB', 'long', '20 November 2026'],
    ['de-DE', 'short', '20.11.26'],
    ['th-TH', 'medium', '20 พ.ย. 2026'],
  ] as const)('formats for %s as %s', (locale, style, shown) => {
    expect(formatDate(day('2026-11-20'), locale, style)).toBe(shown)
  })
})
