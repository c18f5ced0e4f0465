import { describe, expect, it } from 'vitest'
import { parseTimeZone, todayIn } from '../../src/domain/time/zone.ts'
import { refusal } from '../support/laws.ts'

describe('parseTimeZone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['utc', 'UTC'],
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['asia/calcutta', 'Asia/Kolkata'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('reads %s as %s', (text, zone) => {
    expect(parseTimeZone(text)).toBe(zone)
    expect(parseTimeZone(zone)).toBe(zone)
  })

  it.each([
    '',
    'BST',
    'PST',
    '+02:00',
    '-0500',
    'Mars/Olympus',
    'Europe/Berlin ',
    'SystemV/PST8',
    'a\nb/c',
    'x'.repeat(500),
  ])('refuses %j', (text) => {
    expect(refusal(() => parseTimeZone(text))).toBe('invalid unknown-time-zone /timezone')
  })
})

describe('todayIn', () => {
  it.each([
    ['Pacific/Kiritimati', '2026-11-20T09:59:59Z', '2026-11-20'],
    ['Pacific/Kiritimati', '2026-11-20T10:00:00Z', '2026-11-21'],
    ['Pacific/Pago_Pago', '2026-11-20T10:59:59Z', '2026-11-19'],
    ['UTC', '2026-12-31T23:59:59.999Z', '2026-12-31'],
    ['Europe/Berlin', '2026-12-31T23:00:00Z', '2027-01-01'],
    ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01'],
    ['America/New_York', '2026-11-01T03:59:59Z', '2026-10-31'],
  ])('knows the day in %s at %s', (zone, instant, date) => {
    expect(todayIn(parseTimeZone(zone), new Date(instant))).toBe(date)
  })
})
