import { invalid } from '../errors.ts'
import { currencyTable, type Exponent } from './currency-table.ts'

/** A code of our ISO 4217 table, always upper case; only `parseCurrency` and `isCurrency` make one. */
export type CurrencyCode = string & { readonly __brand: 'CurrencyCode' }

export type Currency = {
  readonly code: CurrencyCode
  /** Three digits, as text because some begin with zero. */
  readonly numeric: string
  readonly exponent: Exponent
  readonly name: string
  /** The short sign, shared by several currencies ('$'); the code where there is none. */
  readonly symbol: string
}

/** All currencies, in the order of their codes. */
export const currencies: readonly Currency[] = currencyTable.map(
  ([code, numeric, exponent, name, symbol]) => ({
    code: code as CurrencyCode,
    numeric,
    exponent,
    name,
    symbol: symbol ?? code,
  }),
)

const byCode: ReadonlyMap<string, Currency> = new Map(currencies.map((c) => [c.code, c]))

/** Codes people still write though ISO 4217 withdrew them or never had them. */
const currentCodeOf: Readonly<Record<string, string>> = {
  ANG: 'XCG',
  BGN: 'EUR',
  CUC: 'CUP',
  HRK: 'EUR',
  NIS: 'ILS',
  NTD: 'TWD',
  RMB: 'CNY',
  SLL: 'SLE',
  ZWL: 'ZWG',
}

/** Whom a slip of the finger most likely meant, most used first. */
const widelyUsed = [
  ...['USD', 'EUR', 'GBP', 'JPY', 'CNY', 'INR', 'CAD', 'AUD', 'CHF', 'BRL', 'MXN', 'SEK', 'NOK'],
  ...['DKK', 'PLN', 'CZK', 'HUF', 'TRY', 'KRW', 'SGD', 'HKD', 'NZD', 'ZAR', 'THB', 'IDR'],
]

export function isCurrency(text: string): text is CurrencyCode {
  return byCode.has(text)
}

/** Takes any letter case. Throws `unknown-currency`, with a suggestion when one is near. */
export function parseCurrency(text: string, pointer = '/currency'): CurrencyCode {
  const code = /^[a-z]{3}$/i.test(text) ? text.toUpperCase() : text
  if (isCurrency(code)) return code
  const suggestion = suggestCurrency(text)
  throw invalid(
    'unknown-currency',
    suggestion === null
      ? 'That is not a currency we know; use an ISO 4217 code such as EUR.'
      : `That is not a currency we know. Did you mean ${suggestion}?`,
    suggestion === null ? {} : { suggestion },
    pointer,
  )
}

export function currencyOf(code: CurrencyCode): Currency {
  const currency = byCode.get(code)
  if (currency === undefined) throw new Error(`not a currency of the table: ${code}`)
  return currency
}

/** The number of decimals: 0, 2, 3 or 4. */
export function exponentOf(code: CurrencyCode): Exponent {
  return currencyOf(code).exponent
}

function suggestCurrency(text: string): CurrencyCode | null {
  const wanted = text.slice(0, 50).trim().toUpperCase()
  const exact = currentCodeOf[wanted] ?? wanted
  if (isCurrency(exact)) return exact
  const named = currencies.filter((c) => [c.name.toUpperCase(), c.symbol].includes(wanted))
  if (named.length === 1) return named[0]?.code ?? null
  const near = widelyUsed.find((code) => isOneSlipApart(wanted, code))
  return near !== undefined && isCurrency(near) ? near : null
}

/** Two letters swapped, one letter wrong, one missing or one too many. */
function isOneSlipApart(text: string, code: string): boolean {
  if (text.length === 3) {
    const wrong = [0, 1, 2].filter((i) => text[i] !== code[i])
    return wrong.length === 1 || [...text].sort().join('') === [...code].sort().join('')
  }
  const [short, long] = text.length < code.length ? [text, code] : [code, text]
  if (short.length < 2 || long.length - short.length !== 1) return false
  return [...long].some((_, i) => long.slice(0, i) + long.slice(i + 1) === short)
}
