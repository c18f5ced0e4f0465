import { DomainError } from '../../domain/errors.ts'
import { type CurrencyCode, isCurrency } from '../../domain/money/currencies.ts'
import { parseRate } from '../../domain/money/rates.ts'
import { type CalendarDate, parseCalendarDate } from '../../domain/time/calendar-date.ts'

/** Rates as Frankfurter writes them: units of each currency for one unit of the base. */
export type RateTable = {
  readonly base: CurrencyCode
  readonly on: CalendarDate | null
  readonly rates: ReadonlyMap<CurrencyCode, string>
}

/**
 * JSON in which numbers stay the text they were written as: a rate never becomes a float.
 * Throws SyntaxError.
 */
export function parseWithNumbersAsText(json: string): unknown {
  return JSON.parse(json, (_, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? context?.source : value,
  )
}

/** Leaves out currencies and rates that we do not take; null when it is no table at all. */
export function readRateTable(json: unknown): RateTable | null {
  if (!isRecord(json) || !isRecord(json.rates)) return null
  const { amount = '1', base, date } = json
  if (typeof base !== 'string' || !isCurrency(base) || Number(amount) !== 1) return null
  const on = typeof date === 'string' ? accepted(() => parseCalendarDate(date)) : null
  if (date !== undefined && on === null) return null
  const rates = new Map<CurrencyCode, string>()
  for (const [currency, text] of Object.entries(json.rates)) {
    const rate = typeof text === 'string' ? accepted(() => parseRate(text)) : null
    if (rate !== null && isCurrency(currency) && currency !== base) rates.set(currency, rate)
  }
  return { base, on, rates }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function accepted<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof DomainError) return null
    throw error
  }
}
