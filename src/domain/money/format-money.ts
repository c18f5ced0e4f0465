import { memoize } from '../memoize.ts'
import { type CurrencyCode, exponentOf } from './currencies.ts'
import { type Money, toDecimal } from './money.ts'

const formatterFor = memoize(200, (locale: string, currency: string) => {
  const digits = exponentOf(currency as CurrencyCode)
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
})

/** For people: "$1,050.00", "1.050,00 €". `locale` is a BCP 47 tag that `Intl` accepts. */
export function formatMoney(amount: Money, locale: string): string {
  // Intl reads decimal text exactly, where a number would lose digits above 2^53.
  const text = toDecimal(amount) as Intl.StringNumericLiteral
  return formatterFor(locale, amount.currency).format(text)
}
