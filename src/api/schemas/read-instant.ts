import { invalid } from '../../domain/errors.ts'

const pattern = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$/

/** An RFC 3339 instant of a body; throws `malformed-instant`. */
export function readInstant(text: string, pointer: string): Date {
  const at = new Date(pattern.test(text) ? text : Number.NaN)
  if (Number.isNaN(at.getTime())) {
    const detail = 'An instant has a date, a time and an offset: 2026-11-20T18:30:00Z.'
    throw invalid('malformed-instant', detail, {}, pointer)
  }
  return at
}
