import type { RateSource } from '../../domain/money/rate-ports.ts'
import { parseWithNumbersAsText, type RateTable, readRateTable } from './rate-table.ts'

/**
 * Rates from a table that the operator keeps, for installations without a way out:
 * `{"base": "EUR", "date": "2026-01-01", "rates": {"USD": "1.08"}}`, or a list of such. A table
 * serves from its date on until the next one's; without a date, always. Throws when it is none.
 */
export function createFixedRates(text: string): RateSource {
  const tables = readTables(text)
  const { base } = tables[0]!
  return {
    base,
    isKept: false,
    async fetch(quotes, on) {
      const table = tables.findLast((candidate) => candidate.on === null || candidate.on <= on)
      if (!table) return null
      const wanted = [...table.rates].filter(([currency]) => quotes.includes(currency))
      return { on, source: 'fixed', rates: new Map(wanted) }
    },
  }
}

/** In the order of their dates, the undated one first. */
function readTables(text: string): readonly RateTable[] {
  const json = parseWithNumbersAsText(text)
  const tables = (Array.isArray(json) ? json : [json]).map(readRateTable)
  const known = tables.filter((table) => table !== null)
  const bases = new Set(known.map(({ base }) => base))
  if (known.length === 0 || known.length < tables.length || bases.size !== 1) {
    throw new Error(
      'A table of rates looks like {"base": "EUR", "date": "2026-01-01", "rates": {"USD": "1.08"}}; all tables of a file have one base.',
    )
  }
  return known.toSorted((a, b) => ((a.on ?? '') < (b.on ?? '') ? -1 : 1))
}
