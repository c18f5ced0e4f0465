import { describe, expect, it } from 'vitest'
import type { CalendarDate } from '../../src/domain/time/calendar-date.ts'
import { nextStart, rangeBefore, startOf, unitsIn } from '../../src/domain/time/period.ts'

const date = (text: string) => text as CalendarDate
const range = (from: string, to: string) => ({ from: date(from), to: date(to) })

describe('periods', () => {
  it.each([
    ['day', '2026-02-28', '2026-02-28', '2026-03-01'],
    ['week', '2026-11-22', '2026-11-16', '2026-11-23'],
    ['week', '2026-11-23', '2026-11-23', '2026-11-30'],
    ['month', '2028-02-29', '2028-02-01', '2028-03-01'],
    ['month', '2026-12-31', '2026-12-01', '2027-01-01'],
    ['year', '2028-12-31', '2028-01-01', '2029-01-01'],
  ] as const)('a %s with %s goes from %s to before %s', (unit, day, start, next) => {
    expect(startOf(unit, date(day))).toBe(start)
    expect(nextStart(unit, date(day))).toBe(next)
  })

  it('are cut where the range begins and ends', () => {
    expect(unitsIn('month', range('2026-01-15', '2026-03-02'))).toEqual([
      range('2026-01-15', '2026-02-01'),
      range('2026-02-01', '2026-03-01'),
      range('2026-03-01', '2026-03-02'),
    ])
  })
})

describe('the range before', () => {
  it.each([
    [range('2026-03-01', '2026-04-01'), range('2026-02-01', '2026-03-01')],
    [range('2026-01-01', '2026-04-01'), range('2025-10-01', '2026-01-01')],
    [range('2026-01-01', '2027-01-01'), range('2025-01-01', '2026-01-01')],
    [range('2026-03-02', '2026-03-12'), range('2026-02-20', '2026-03-02')],
  ])('of %j is %j', (now, before) => {
    expect(rangeBefore(now)).toEqual(before)
  })
})
