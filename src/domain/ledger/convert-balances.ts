import assert from 'node:assert/strict'
import { allocate } from '../money/allocate.ts'
import { roundedMinor } from '../money/convert.ts'
import { type CurrencyCode, exponentOf } from '../money/currencies.ts'
import { scaledToText } from '../money/decimal.ts'
import { absolute, isNegative, type Money, money } from '../money/money.ts'
import { type Ratio, ratioOf } from '../money/rates.ts'
import type { Balance } from './balances.ts'

export type ConvertedBalance = {
  readonly userId: string
  readonly before: Money
  readonly after: Money
  /** Decimal text in major units of the new currency: what `before` is worth exactly. */
  readonly exact: string
  /** `after` less exact, as decimal text. */
  readonly difference: string
}

/**
 * The balances of one currency in another. What is owed in all is converted once; creditors and
 * debtors then each share that sum by largest remainder, so the new balances add up to zero as the
 * old ones do, and nobody changes sides. `carried`: odd units borne so far in the new currency.
 */
export function convertBalances(
  balances: readonly Balance[],
  rate: string,
  to: CurrencyCode,
  carried: ReadonlyMap<string, bigint>,
): readonly ConvertedBalance[] {
  const total = (side: readonly Balance[]): bigint =>
    side.reduce((all, { amount }) => all + amount.minor, 0n)
  assert.equal(total(balances), 0n, 'balances do not add up to zero')
  const ratio = ratioOf(rate)
  const convertSide = (side: readonly Balance[], sign: bigint): readonly ConvertedBalance[] => {
    const [first] = side
    if (!first) return []
    const sum = roundedMinor(money(total(side), first.amount.currency), ratio, to)
    const weights = side.map(({ userId, amount }) => ({
      weight: absolute(amount).minor,
      // A unit more is a gain to a creditor and a burden to a debtor, which the counts count.
      priority: -sign * (carried.get(userId) ?? 0n),
    }))
    const parts = allocate(sum * sign, weights)
    return side.map((balance, index) =>
      describe(balance, money(sign * (parts[index]?.amount ?? 0n), to), ratio),
    )
  }
  return [
    ...convertSide(
      balances.filter(({ amount }) => amount.minor > 0n),
      1n,
    ),
    ...convertSide(
      balances.filter(({ amount }) => isNegative(amount)),
      -1n,
    ),
  ]
}

function describe({ userId, amount: before }: Balance, after: Money, ratio: Ratio) {
  const exponent = exponentOf(after.currency)
  const places = exponentOf(before.currency) + ratio.denominator.toString().length - 1
  const decimals = Math.max(places, exponent)
  const exact = before.minor * ratio.numerator * 10n ** BigInt(decimals - places)
  const difference = after.minor * 10n ** BigInt(decimals - exponent) - exact
  return { userId, before, after, exact: toText(exact), difference: toText(difference) }

  function toText(scaled: bigint): string {
    const text = scaledToText(scaled, decimals)
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text
  }
}
