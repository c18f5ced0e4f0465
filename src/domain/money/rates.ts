import { invalid } from '../errors.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import type { CurrencyCode } from './currencies.ts'
import { divideHalfToEven, readPlainDecimal, scaledToText, toScaled } from './decimal.ts'

/** A rate with the day it is of and who says so. */
export type RateQuote = {
  /** Decimal text: units of the currency converted to for one unit of the one converted from. */
  readonly rate: string
  readonly on: CalendarDate
  readonly source: string
}

/** A rate as somebody states it: of the day it is used on, and their own word, when left out. */
export type StatedRate = Pick<RateQuote, 'rate'> & Partial<Pick<RateQuote, 'on' | 'source'>>

/** The source of a rate that somebody typed. */
export const manualSource = 'manual'

/** A rate that is kept: `rate` units of `quote` for one unit of `base`. */
export type StoredRate = RateQuote & {
  readonly id: string
  readonly base: CurrencyCode
  readonly quote: CurrencyCode
  /** Who typed it, and alone converts by it; null: it came from a rate source and serves everybody. */
  readonly ownerId: string | null
  readonly createdAt: Date
}

/** A positive number as a fraction. */
export type Ratio = { readonly numerator: bigint; readonly denominator: bigint }

/** Enough for any two amounts below the limit; what we compute from other rates has fewer. */
export const mostRateDigits = 18
const computedDigits = 12
const mostDecimals = 27

/** Exchange stops on days off: a rate serves for the day it is of and for so many days after. */
export const rateServesDays = 7

const highest: Ratio = { numerator: 1_000_000_000n, denominator: 1n }
const lowest: Ratio = { numerator: 1n, denominator: 1_000_000_000n }

/**
 * The rate in its shortest writing: "1.0800" is "1.08". Throws `malformed-rate`,
 * `rate-out-of-range` outside 10^-9 to 10^9, `too-many-digits` beyond 18 significant ones.
 */
export function parseRate(text: string, pointer = '/rate'): string {
  const read = readPlainDecimal(text)
  if (read === null || read.negative) {
    const detail = 'Write the rate as plain digits with a point, such as "1.0837".'
    throw invalid('malformed-rate', detail, {}, pointer)
  }
  const fraction = read.fraction.replace(/0+$/, '')
  const digits = `${read.whole}${fraction}`.replace(/^0+/, '').length
  const isAllowed =
    read.whole.length <= 10 &&
    fraction.length <= mostDecimals &&
    isInRange({
      numerator: toScaled({ ...read, fraction }, fraction.length),
      denominator: 10n ** BigInt(fraction.length),
    })
  if (digits > mostRateDigits) {
    const detail = `A rate may have at most ${mostRateDigits} digits.`
    throw invalid('too-many-digits', detail, { most: mostRateDigits }, pointer)
  }
  if (!isAllowed) throw outOfRange(pointer)
  return fraction === '' ? read.whole : `${read.whole}.${fraction}`
}

/** Throws what `parseRate` throws. */
export function ratioOf(rate: string, pointer = '/rate'): Ratio {
  const read = readPlainDecimal(parseRate(rate, pointer))!
  const decimals = read.fraction.length
  return { numerator: toScaled(read, decimals), denominator: 10n ** BigInt(decimals) }
}

/** Rounded half to even to so many significant digits. Throws `rate-out-of-range`. */
export function rateText(ratio: Ratio, digits: number, pointer = '/rate'): string {
  if (!isInRange(ratio)) throw outOfRange(pointer)
  const decimals = Math.max(0, digits - wholeDigits(ratio))
  const scale = 10n ** BigInt(decimals)
  const scaled = divideHalfToEven(ratio.numerator * scale, ratio.denominator)
  const text = scaledToText(scaled, decimals)
  return decimals === 0 ? text : text.replace(/\.?0+$/, '')
}

/** The rate of the way back. */
export function inverse({ numerator, denominator }: Ratio): Ratio {
  return { numerator: denominator, denominator: numerator }
}

/** The rate by way of a third currency. */
export function chained(first: Ratio, second: Ratio): Ratio {
  return {
    numerator: first.numerator * second.numerator,
    denominator: first.denominator * second.denominator,
  }
}

/** A rate that we computed from others, rounded once to 12 digits. Throws `rate-out-of-range`. */
export function computedRate(ratio: Ratio): string {
  return rateText(ratio, computedDigits)
}

export function isInRange({ numerator, denominator }: Ratio): boolean {
  return (
    numerator * highest.denominator <= highest.numerator * denominator &&
    numerator * lowest.denominator >= lowest.numerator * denominator
  )
}

/** Digits before the point; of 0.00123 it is -2, because significant digits begin two places later. */
function wholeDigits({ numerator, denominator }: Ratio): number {
  if (numerator >= denominator) return (numerator / denominator).toString().length
  return 1 - ((denominator - 1n) / numerator).toString().length
}

function outOfRange(pointer: string): Error {
  const detail = 'A rate must be from 0.000000001 to 1000000000.'
  return invalid('rate-out-of-range', detail, {}, pointer)
}
