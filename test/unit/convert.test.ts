import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bookOriginal,
  convert,
  convertedSettlement,
  rateFromAmounts,
  roundedMinor,
} from '../../src/domain/money/convert.ts'
import { currencies, exponentOf, parseCurrency } from '../../src/domain/money/currencies.ts'
import { money, toDecimal } from '../../src/domain/money/money.ts'
import { parseRate, ratioOf } from '../../src/domain/money/rates.ts'
import type { CalendarDate } from '../../src/domain/time/calendar-date.ts'
import { law, refusal, refusalOf } from '../support/laws.ts'
import { amount } from '../support/split-samples.ts'

const on = '2026-11-20' as CalendarDate
const eur = parseCurrency('EUR')
const converted = (original: string, rate: string, to: string): string =>
  toDecimal(convert(amount(original), rate, parseCurrency(to)))

const aCurrency = fc.constantFrom(...currencies.map(({ code }) => code))
const anAmount = fc
  .tuple(aCurrency, fc.bigInt(1n, 10n ** 12n), fc.boolean())
  .map(([currency, minor, isNegative]) => money(isNegative ? -minor : minor, currency))
const aRate = fc
  .tuple(fc.bigInt(1n, 999_999_999_999n), fc.integer({ min: 3, max: 12 }))
  .map(([digits, decimals]) => {
    const padded = digits.toString().padStart(decimals + 1, '0')
    return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`
  })
  .filter((rate) => Number(rate) >= 1e-6 && Number(rate) <= 1e6)

describe('converting', () => {
  it.each([
    ['100.00 USD', '0.9235', 'EUR', '92.35'],
    ['1000 JPY', '0.0020637', 'KWD', '2.064'],
    ['1.000 KWD', '484.5663', 'JPY', '485'],
    ['10.00 EUR', '0.04025', 'CLF', '0.4025'],
    ['-100.00 USD', '0.9235', 'EUR', '-92.35'],
    ['999999999999.99 EUR', '0.5', 'USD', '500000000000.00'],
  ])('%s at %s is %s %s', (original, rate, to, expected) => {
    expect(converted(original, rate, to)).toBe(expected)
  })

  it.each([
    ['0.01 USD', '0.5', '0.00'],
    ['0.03 USD', '0.5', '0.02'],
    ['0.05 USD', '0.5', '0.02'],
    ['-0.03 USD', '0.5', '-0.02'],
  ])('rounds the half of %s at %s to the even %s', (original, rate, expected) => {
    expect(toDecimal(money(roundedMinor(amount(original), ratioOf(rate), eur), eur))).toBe(expected)
  })

  it('refuses what would become nothing, what is too large, and the same currency', () => {
    expect(refusal(() => converted('0.01 USD', '0.0001', 'EUR'))).toBe(
      'invalid converts-to-zero /original/amount',
    )
    expect(refusal(() => converted('999999999999.00 EUR', '1.1', 'USD'))).toBe(
      'invalid amount-too-large /original/amount',
    )
    expect(refusal(() => converted('1.00 EUR', '1', 'EUR'))).toBe(
      'invalid same-currency /original/currency',
    )
  })

  it('is never more than half a unit from exact, and the same but for the sign below zero', () => {
    fc.assert(
      fc.property(anAmount, aRate, aCurrency, (original, rate, to) => {
        fc.pre(original.currency !== to)
        const { numerator, denominator } = ratioOf(rate)
        const exact = original.minor * numerator * 10n ** BigInt(exponentOf(to))
        const unit = denominator * 10n ** BigInt(exponentOf(original.currency))
        const minor = (of: bigint): bigint => {
          try {
            return convert(money(of, original.currency), rate, to).minor
          } catch {
            return 0n
          }
        }
        fc.pre(minor(original.minor) !== 0n)
        const miss = 2n * (minor(original.minor) * unit - exact)
        expect(miss <= unit && miss >= -unit).toBe(true)
        expect(minor(-original.minor)).toBe(-minor(original.minor))
      }),
      law,
    )
  })
})

describe('the rate between two amounts', () => {
  it.each([
    ['100.00 USD', '92.35 EUR', '0.9235'],
    ['3.00 USD', '2.77 EUR', '0.923333'],
    ['1000 JPY', '2.064 KWD', '0.002064'],
    ['0.03 USD', '123456789012.34 EUR', null],
  ])('of %s and %s is %s', (original, booked, expected) => {
    const rate = () => rateFromAmounts(amount(original), amount(booked))
    if (expected === null) expect(refusal(rate)).toBe('invalid rate-out-of-range /original')
    else expect(rate()).toBe(expected)
  })

  it('gives back the booked amount exactly, and is a rate that is accepted', () => {
    const anyMinor = fc.bigInt(1n, 10n ** 16n - 1n)
    fc.assert(
      fc.property(aCurrency, aCurrency, anyMinor, anyMinor, (from, to, one, other) => {
        fc.pre(from !== to)
        const limit = (currency: typeof from) => 10n ** BigInt(12 + exponentOf(currency))
        const original = money((one % (limit(from) - 1n)) + 1n, from)
        const booked = money((other % (limit(to) - 1n)) + 1n, to)
        const ratio = Number(toDecimal(booked)) / Number(toDecimal(original))
        fc.pre(ratio > 1.1e-9 && ratio < 0.9e9)
        const rate = rateFromAmounts(original, booked)
        expect(convert(original, rate, to)).toEqual(booked)
        expect(parseRate(rate)).toBe(rate)
      }),
      law,
    )
  })
})

describe('booking an amount in another currency', () => {
  const context = { into: eur, on }
  const quote = { rate: '0.92350', on: '2026-11-19' as CalendarDate, source: 'ecb' }

  it('follows from the rate, whose date and source stay', () => {
    expect(bookOriginal({ amount: amount('20.00 USD'), rate: quote }, null, context)).toEqual({
      amount: amount('18.47 EUR'),
      conversion: {
        original: amount('20.00 USD'),
        rate: '0.9235',
        rateOn: '2026-11-19',
        rateSource: 'ecb',
      },
    })
  })

  it('makes the rate from two amounts', () => {
    const made = bookOriginal({ amount: amount('20.00 USD') }, amount('19.00 EUR'), context)
    expect(made.conversion).toMatchObject({ rate: '0.95', rateOn: on, rateSource: 'typed' })
  })

  it('refuses amounts that the rate does not join, and names what it would be', () => {
    const { code, facts } = refusalOf(() =>
      bookOriginal({ amount: amount('20.00 USD'), rate: quote }, amount('19.00 EUR'), context),
    )
    expect([code, facts.converted]).toEqual(['conversion-differs', '18.47'])
  })

  it('never converts at 1 for want of a rate', () => {
    const { code, facts } = refusalOf(() =>
      bookOriginal({ amount: amount('20.00 USD') }, null, context),
    )
    expect([code, facts]).toEqual(['rate-missing', { from: 'USD', to: 'EUR', date: on }])
  })

  it.each([
    ['0.00 USD', '1.00 EUR', 'invalid zero-amount /original/amount'],
    ['1.00 USD', '0.00 EUR', 'invalid zero-amount /amount'],
    ['1.00 USD', '-1.00 EUR', 'invalid sign-differs /original/amount'],
    ['1.00 EUR', '1.00 EUR', 'invalid same-currency /original/currency'],
  ])('refuses %s booked as %s', (original, booked, expected) => {
    const work = () => bookOriginal({ amount: amount(original) }, amount(booked), context)
    expect(refusal(work)).toBe(expected)
  })

  it('takes no negative payment', () => {
    const paid = { amount: amount('-20.00 USD'), rate: quote }
    expect(refusal(() => convertedSettlement(paid, null, context))).toBe(
      'invalid negative-amount /original/amount',
    )
    const { amount: booked } = convertedSettlement(
      { ...paid, amount: amount('20.00') },
      null,
      context,
    )
    expect(toDecimal(booked)).toBe('18.47')
  })
})
