import { invalid } from '../errors.ts'
import { memoize } from '../memoize.ts'
import type { CalendarDate } from './calendar-date.ts'

/** An IANA zone name in its usual spelling, such as Europe/Kyiv. */
export type TimeZone = string & { readonly __brand: 'TimeZone' }

/** Node answers with CLDR's ids, which keep the names these zones had before IANA renamed them. */
const currentNameOf: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
}

const formatterFor = memoize(
  600,
  (timeZone: string) =>
    new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    }),
)

/** Takes any letter case and old names, and gives the current name. Throws `unknown-time-zone`. */
export function parseTimeZone(text: string, pointer = '/timezone'): TimeZone {
  const resolved = isZoneName(text) ? resolve(text) : null
  if (resolved === null) {
    const detail = 'That is not a time zone we know; use an IANA name such as Europe/Berlin.'
    throw invalid('unknown-time-zone', detail, {}, pointer)
  }
  return (currentNameOf[resolved] ?? resolved) as TimeZone
}

/** The day it is in `zone` at `instant`. */
export function todayIn(zone: TimeZone, instant: Date): CalendarDate {
  const parts = formatterFor(zone).formatToParts(instant)
  const read = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return `${read('year').padStart(4, '0')}-${read('month')}-${read('day')}` as CalendarDate
}

/**
 * Narrower than `Intl`, which also takes offsets ("+02:00") and reads abbreviations its own way
 * (BST as Dhaka).
 */
function isZoneName(text: string): boolean {
  return /^[a-z][a-z0-9_+/-]{3,63}$/i.test(text)
    ? !/^systemv\//i.test(text)
    : /^(utc|gmt)$/i.test(text)
}

function resolve(text: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch {
    return null
  }
}
