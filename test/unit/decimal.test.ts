import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  divideHalfAwayFromZero,
  parseRatio,
  parseScaled,
  ratioToText,
} from '../../src/domain/money/decimal.ts'
import { law, refusal, refusalOf } from '../support/laws.ts'

describe('parseRatio', () => {
  it.each([
    ['0', 0n],
    ['33.3333', 333333n],
    ['100', 1000000n],
    ['1000000000', 10n ** 13n],
    ['1000000000.0000', 10n ** 13n],
  ])('reads %s as ten-thousandths', (text, scaled) => {
    expect(parseRatio(text, 'weight')).toBe(scaled)
  })

  it.each([
    ['', 'malformed-number'],
    ['1e2', 'malformed-number'],
    ['1,5', 'malformed-number'],
    ['01', 'malformed-number'],
    ['-1', 'negative-number'],
    ['1.00000', 'too-many-decimals'],
    ['1000000001', 'number-too-large'],
    ['1000000000.0001', 'number-too-large'],
    ['9'.repeat(5000), 'number-too-large'],
  ])('refuses %s as %s', (text, code) => {
    expect(refusal(() => parseRatio(text, 'weight', '/w'))).toBe(`invalid ${code} /w`)
  })

  it('names in the refusal what was read', () => {
    expect(refusalOf(() => parseScaled('1.2345', 3, 'quantity')).detail).toBe(
      'The quantity may have at most 3 decimals.',
    )
  })

  it('gives back every ratio from its text', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 13n }), (ratio) => {
        expect(parseRatio(ratioToText(ratio), 'weight')).toBe(ratio)
      }),
      law,
    )
  })
})

describe('divideHalfAwayFromZero', () => {
  it.each([
    [5n, 10n, 1n],
    [4n, 10n, 0n],
    [15n, 10n, 2n],
    [25n, 10n, 3n],
    [-5n, 10n, -1n],
    [-4n, 10n, 0n],
    [5n, 3n, 2n],
    [4n, 3n, 1n],
  ])('rounds %s / %s to %s', (dividend, divisor, rounded) => {
    expect(divideHalfAwayFromZero(dividend, divisor)).toBe(rounded)
  })
})
