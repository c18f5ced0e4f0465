import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chained, computedRate, inverse, parseRate, ratioOf } from '../../src/domain/money/rates.ts'
import { law, refusal } from '../support/laws.ts'

describe('a rate', () => {
  it.each([
    ['1.0837', '1.0837'],
    ['1.0800', '1.08'],
    ['1.000', '1'],
    ['100', '100'],
    ['0.000000001', '0.000000001'],
    ['1000000000', '1000000000'],
    ['0.00000000123456789012345678', '0.00000000123456789012345678'],
  ])('%s is kept as %s', (text, kept) => {
    expect(parseRate(text)).toBe(kept)
  })

  it.each([
    ['0', 'rate-out-of-range'],
    ['0.0000000009', 'rate-out-of-range'],
    ['1000000000.1', 'rate-out-of-range'],
    ['99999999999', 'rate-out-of-range'],
    [`0.${'0'.repeat(400)}1`, 'rate-out-of-range'],
    ['1.000000000000000001', 'too-many-digits'],
    ['-1', 'malformed-rate'],
    ['+1', 'malformed-rate'],
    ['1e3', 'malformed-rate'],
    ['1,08', 'malformed-rate'],
    ['.5', 'malformed-rate'],
    ['', 'malformed-rate'],
    ['NaN', 'malformed-rate'],
    ['١', 'malformed-rate'],
  ])('%s is refused: %s', (text, code) => {
    expect(refusal(() => parseRate(text))).toBe(`invalid ${code} /rate`)
  })
})

const aRate = fc
  .tuple(fc.bigInt(1n, 999_999_999_999n), fc.integer({ min: 3, max: 17 }))
  .map(([digits, decimals]) => {
    const padded = digits.toString().padStart(decimals + 1, '0')
    return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`
  })
  .filter((rate) => Number(rate) > 1e-4 && Number(rate) < 1e4)

const inverseRate = (rate: string): string => computedRate(inverse(ratioOf(rate)))
const crossRate = (first: string, second: string): string =>
  computedRate(chained(ratioOf(first), ratioOf(second)))
const significant = (rate: string): number => rate.replace('.', '').replace(/^0+|0+$/g, '').length

describe('rates made from rates', () => {
  it.each([
    ['1.08', '0.925925925926'],
    ['8', '0.125'],
    ['0.0061', '163.93442623'],
    ['1000000000', '0.000000001'],
  ])('the way back of %s is %s, to twelve digits', (rate, back) => {
    expect(inverseRate(rate)).toBe(back)
  })

  it('go by way of a third currency', () => {
    expect(crossRate('0.925925925926', '163.45')).toBe('151.342592593')
    expect(refusal(() => crossRate('1000000', '1000000'))).toBe('invalid rate-out-of-range /rate')
  })

  it('have at most twelve digits and miss by half a unit of the last', () => {
    fc.assert(
      fc.property(aRate, aRate, (one, other) => {
        const a = ratioOf(one)
        const b = ratioOf(other)
        const cases = [
          [inverseRate(one), a.denominator, a.numerator],
          [crossRate(one, other), a.numerator * b.numerator, a.denominator * b.denominator],
        ] as const
        for (const [text, numerator, denominator] of cases) {
          expect(significant(text)).toBeLessThanOrEqual(12)
          const got = ratioOf(text)
          const miss = got.numerator * denominator - numerator * got.denominator
          const bound = numerator * got.denominator
          expect((miss < 0n ? -miss : miss) * 10n ** 11n * 2n <= bound).toBe(true)
        }
      }),
      law,
    )
  })
})
