import type { CurrencyCode } from '../money/currencies.ts'
import { type Money, parseDecimal, toDecimal } from '../money/money.ts'
import type { ExpenseTerms } from './expense.ts'
import type { PayerInput, SplitInput } from './split.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Terms as JSON: the same shape with decimal text where money stands. */
export function encodeTerms(terms: ExpenseTerms): Json {
  return encode(terms) as Json
}

function encode(value: unknown): unknown {
  if (isMoney(value)) return toDecimal(value)
  if (Array.isArray(value)) return value.map(encode)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]))
}

const isMoney = (value: unknown): value is Money =>
  typeof value === 'object' && value !== null && 'minor' in value && 'currency' in value

/** In these fields, and only in these, text is an amount. */
const moneyFields: ReadonlySet<string> = new Set(['amount', 'adjustment', 'unitPrice'])

/** Terms back from JSON, all amounts in the expense's own currency. */
export function decodeTerms(json: unknown, currency: CurrencyCode): ExpenseTerms {
  return decode(json, currency) as { payers: readonly PayerInput[]; split: SplitInput }
}

function decode(value: unknown, currency: CurrencyCode): unknown {
  if (Array.isArray(value)) return value.map((item) => decode(item, currency))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      moneyFields.has(key) && typeof item === 'string'
        ? parseDecimal(item, currency)
        : decode(item, currency),
    ]),
  )
}
