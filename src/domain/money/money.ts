import assert from 'node:assert/strict'
import { invalid } from '../errors.ts'
import { type CurrencyCode, exponentOf } from './currencies.ts'
import { readPlainDecimal, scaledToText, toScaled } from './decimal.ts'

/** `minor` counts the currency's smallest units: 1050n of USD is 10.50, of JPY is 1050. */
export type Money = { readonly minor: bigint; readonly currency: CurrencyCode }

/** Amounts are below 10^12 in major units. */
const wholeDigitsLimit = 12

export function money(minor: bigint, currency: CurrencyCode): Money {
  return { minor, currency }
}

export function zero(currency: CurrencyCode): Money {
  return money(0n, currency)
}

/**
 * Reads an amount in major units. Never rounds: a decimal the currency does not have is refused,
 * even a zero. Throws `malformed-amount`, `too-many-decimals`, `amount-too-large`.
 */
export function parseDecimal(text: string, currency: CurrencyCode, pointer?: string): Money {
  const read = readPlainDecimal(text)
  if (read === null) {
    const detail = 'Write the amount as plain digits with a point, such as "25.50".'
    throw invalid('malformed-amount', detail, {}, pointer)
  }
  const exponent = exponentOf(currency)
  if (read.fraction.length > exponent) {
    const has = exponent === 0 ? 'no decimals' : `${exponent} decimals`
    const detail = `${currency} has ${has}, this amount has ${read.fraction.length}.`
    throw invalid('too-many-decimals', detail, { currency, decimals: exponent }, pointer)
  }
  if (read.whole.length > wholeDigitsLimit) throw amountTooLarge(pointer)
  return money(toScaled(read, exponent), currency)
}

/** Major units with all the currency's decimals: "-0.50", "1050". */
export function toDecimal(amount: Money): string {
  return scaledToText(amount.minor, exponentOf(amount.currency))
}

export function add(left: Money, right: Money): Money {
  requireSameCurrency(left, right)
  return money(left.minor + right.minor, left.currency)
}

export function subtract(left: Money, right: Money): Money {
  requireSameCurrency(left, right)
  return money(left.minor - right.minor, left.currency)
}

export function negate(amount: Money): Money {
  return money(-amount.minor, amount.currency)
}

export function absolute(amount: Money): Money {
  return amount.minor < 0n ? negate(amount) : amount
}

export function isZero(amount: Money): boolean {
  return amount.minor === 0n
}

export function isNegative(amount: Money): boolean {
  return amount.minor < 0n
}

export function compare(left: Money, right: Money): -1 | 0 | 1 {
  requireSameCurrency(left, right)
  if (left.minor === right.minor) return 0
  return left.minor < right.minor ? -1 : 1
}

/** The currency is named because an empty list has none. */
export function sum(currency: CurrencyCode, amounts: readonly Money[]): Money {
  return amounts.reduce(add, zero(currency))
}

/** Gives the amount back. Throws `zero-amount`. */
export function requireNonZero(amount: Money, pointer = '/amount'): Money {
  if (isZero(amount)) throw invalid('zero-amount', 'The amount must not be zero.', {}, pointer)
  return amount
}

/** For amounts we computed; those we read were checked by `parseDecimal`. Throws `amount-too-large`. */
export function requireWithinLimit(amount: Money, pointer = '/amount'): void {
  const limit = 10n ** BigInt(wholeDigitsLimit + exponentOf(amount.currency))
  if (absolute(amount).minor >= limit) throw amountTooLarge(pointer)
}

function amountTooLarge(pointer: string | undefined): Error {
  const detail = 'The amount must be below 1,000,000,000,000.'
  return invalid('amount-too-large', detail, { limit: '1000000000000' }, pointer)
}

/** A bug, not a refusal: whoever mixes currencies forgot a conversion. */
function requireSameCurrency(left: Money, right: Money): void {
  assert.equal(right.currency, left.currency, 'amounts of two currencies were mixed')
}
