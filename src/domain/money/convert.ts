import { invalid } from '../errors.ts'
import { requireText } from '../text.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import { type CurrencyCode, exponentOf } from './currencies.ts'
import { divideHalfToEven } from './decimal.ts'
import {
  compare,
  isZero,
  type Money,
  money,
  requireNonZero,
  requireWithinLimit,
  toDecimal,
} from './money.ts'
import {
  manualSource,
  mostRateDigits,
  parseRate,
  type RateQuote,
  type Ratio,
  rateText,
  ratioOf,
  type StatedRate,
} from './rates.ts'

/** What the receipt said when it was in another currency than the one booked. */
export type Conversion = {
  readonly original: Money
  /** Decimal text: booked units for one original unit. */
  readonly rate: string
  readonly rateOn: CalendarDate
  readonly rateSource: string
}

/** An amount in another currency than the booked one. */
export type OriginalInput = {
  readonly amount: Money
  /** Left out when the booked amount is stated: then the two amounts make the rate. */
  readonly rate?: StatedRate
  /** The currency to book in when no booked amount is stated; the group's when left out. */
  readonly into?: CurrencyCode
}

/** The source of a rate that two stated amounts make. */
export const typedSource = 'typed'

/** Quoted rates have six digits; a rate made from two amounts has as many, and more where it must. */
const fewestDigits = 6

/**
 * Rounds once, half to even. Throws `same-currency`, `converts-to-zero`, `amount-too-large`, and
 * what is wrong with the rate.
 */
export function convert(
  original: Money,
  rate: string,
  to: CurrencyCode,
  pointer = '/original',
): Money {
  requireOther(original.currency, to, pointer)
  const converted = money(roundedMinor(original, ratioOf(rate), to), to)
  if (isZero(converted) && !isZero(original)) {
    const detail = `${toDecimal(original)} ${original.currency} is less than the smallest unit of ${to}.`
    throw invalid('converts-to-zero', detail, { rate, currency: to }, `${pointer}/amount`)
  }
  requireWithinLimit(converted, `${pointer}/amount`)
  return converted
}

/** What `original` is exactly in minor units of another currency, rounded only at the end. */
export function roundedMinor(original: Money, rate: Ratio, to: CurrencyCode): bigint {
  const { numerator, denominator } = minorRatio(original.currency, rate, to)
  return divideHalfToEven(original.minor * numerator, denominator)
}

/** Minor units of `to` for one minor unit of `from`. */
export function minorRatio(from: CurrencyCode, rate: Ratio, to: CurrencyCode): Ratio {
  return {
    numerator: rate.numerator * 10n ** BigInt(exponentOf(to)),
    denominator: rate.denominator * 10n ** BigInt(exponentOf(from)),
  }
}

/**
 * The rate between two stated amounts, of which neither is zero and both have one sign. It has the
 * digits it needs for `convert` to give back exactly `booked`. Throws `rate-out-of-range`.
 */
export function rateFromAmounts(original: Money, booked: Money, pointer = '/original'): string {
  const ratio = minorRatio(
    booked.currency,
    { numerator: absolute(booked.minor), denominator: absolute(original.minor) },
    original.currency,
  )
  for (let digits = fewestDigits; digits < mostRateDigits; digits += 1) {
    const rate = rateText(ratio, digits, pointer)
    if (roundedMinor(original, ratioOf(rate), booked.currency) === booked.minor) return rate
  }
  return rateText(ratio, mostRateDigits, pointer)
}

/**
 * What is booked for an amount in another currency, and the conversion to keep with it. With a rate
 * the amount follows from it, and a stated one must agree; without, the stated amount makes the
 * rate, of the day `on`. Throws also `rate-missing`, `conversion-differs`, `sign-differs`.
 */
export function bookOriginal(
  { amount: original, rate, into: wanted }: OriginalInput,
  booked: Money | null,
  context: { readonly into: CurrencyCode; readonly on: CalendarDate },
  pointer = '/original',
): { readonly amount: Money; readonly conversion: Conversion } {
  const into = booked?.currency ?? wanted ?? context.into
  requireNonZero(original, `${pointer}/amount`)
  requireOther(original.currency, into, pointer)
  if (rate) {
    const quote = { on: context.on, source: manualSource, ...rate }
    const amount = convert(original, rate.rate, into, pointer)
    if (booked && compare(booked, amount) !== 0) throw differs(original, quote, amount, booked)
    return { amount, conversion: { original, ...kept(quote) } }
  }
  if (!booked) throw rateMissing(original.currency, into, context.on)
  requireNonZero(booked)
  if (original.minor > 0n !== booked.minor > 0n) {
    const detail = 'Both amounts must be positive, or both negative.'
    throw invalid('sign-differs', detail, {}, `${pointer}/amount`)
  }
  const made = { rate: rateFromAmounts(original, booked, pointer), on: context.on }
  return { amount: booked, conversion: { original, ...kept({ ...made, source: typedSource }) } }
}

/** A payment made in another currency than the debt it settles: `bookOriginal`, positive only. */
export function convertedSettlement(
  paid: OriginalInput,
  booked: Money | null,
  context: { readonly into: CurrencyCode; readonly on: CalendarDate },
): { readonly amount: Money; readonly conversion: Conversion } {
  if (paid.amount.minor < 0n) {
    const detail = 'A settlement must not be negative.'
    throw invalid('negative-amount', detail, {}, '/original/amount')
  }
  return bookOriginal(paid, booked, context)
}

/** Nothing is converted at 1 for want of a rate. */
export function rateMissing(
  from: CurrencyCode,
  to: CurrencyCode,
  on: CalendarDate,
  pointer = '/rate',
): Error {
  const detail =
    `There is no rate from ${from} to ${to} for ${on}. ` +
    'State the rate, or the amount in both currencies.'
  return invalid('rate-missing', detail, { from, to, date: on }, pointer)
}

/** Throws `same-currency`. */
export function requireOther(from: CurrencyCode, to: CurrencyCode, pointer = '/original'): void {
  if (from !== to) return
  const detail = `This is ${from} on both sides: there is nothing to convert.`
  throw invalid('same-currency', detail, { currency: from }, `${pointer}/currency`)
}

function kept({ rate, on, source }: RateQuote): Omit<Conversion, 'original'> {
  const rateSource = requireText(source, { pointer: '/rateSource', most: 50 })
  return { rate: parseRate(rate), rateOn: on, rateSource }
}

function differs(original: Money, { rate }: RateQuote, amount: Money, booked: Money): Error {
  const facts = { rate, amount: toDecimal(booked), converted: toDecimal(amount) }
  const detail =
    `${toDecimal(original)} ${original.currency} at ${rate} is ` +
    `${facts.converted} ${amount.currency}, not ${facts.amount}. Leave out the rate or the amount.`
  return invalid('conversion-differs', detail, facts, '/amount')
}

const absolute = (minor: bigint): bigint => (minor < 0n ? -minor : minor)
