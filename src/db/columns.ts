import { type CurrencyCode, exponentOf } from '../domain/money/currencies.ts'
import { type Money, money, toDecimal } from '../domain/money/money.ts'

/** Decimal text for a numeric column: the driver must never see a float. */
export const fromMoney = toDecimal

/** A numeric column has four decimals or more; digits that the currency does not have mean a broken row. */
export function toMoney(text: string, currency: CurrencyCode): Money {
  const exponent = exponentOf(currency)
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  const fraction = (match?.[3] ?? '').padEnd(exponent, '0')
  if (!match || /[1-9]/.test(fraction.slice(exponent))) {
    throw new Error(`not an amount of ${currency} in a money column`)
  }
  const minor = BigInt(match[2]! + fraction.slice(0, exponent))
  return money(match[1] ? -minor : minor, currency)
}
