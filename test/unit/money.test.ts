import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { currencies, parseCurrency } from '../../src/domain/money/currencies.ts'
import { formatMoney } from '../../src/domain/money/format-money.ts'
import {
  absolute,
  add,
  compare,
  isNegative,
  isZero,
  money,
  negate,
  parseDecimal,
  requireNonZero,
  requireWithinLimit,
  subtract,
  sum,
  toDecimal,
  zero,
} from '../../src/domain/money/money.ts'
import { law, refusal, refusalOf } from '../support/laws.ts'

const usd = parseCurrency('USD')
const jpy = parseCurrency('JPY')
const kwd = parseCurrency('KWD')
const clf = parseCurrency('CLF')

describe('parseDecimal', () => {
  it.each([
    ['25.50', usd, 2550n],
    ['25.5', usd, 2550n],
    ['25', usd, 2500n],
    ['0', usd, 0n],
    ['0.01', usd, 1n],
    ['-0.01', usd, -1n],
    ['-0', usd, 0n],
    ['-0.00', usd, 0n],
    ['100', jpy, 100n],
    ['1.234', kwd, 1234n],
    ['1.2345', clf, 12345n],
    ['9999999999.99', usd, 999999999999n],
    ['999999999999.99', usd, 99999999999999n],
    ['-999999999999', jpy, -999999999999n],
  ])('reads %s %s', (text, currency, minor) => {
    expect(parseDecimal(text, currency)).toEqual({ minor, currency })
  })

  it.each([
    ...['', ' ', '+1', '1e3', '1E3', ' 1', '1 ', '1\n', '1,5', '1,000', 'NaN', 'Infinity', '.5'],
    ...['5.', '.', '-', '--1', '1.2.3', '007', '00', '-01.5', '0x10', '١٢', '１', '1_000', '−1'],
  ])('refuses %j as malformed', (text) => {
    expect(refusal(() => parseDecimal(text, usd))).toBe('invalid malformed-amount')
  })

  it.each([
    ['1.234', usd, 2],
    ['1.000', usd, 2],
    ['1.0', jpy, 0],
    ['1.2345', kwd, 3],
    ['1.23456', clf, 4],
  ])('refuses the decimals of %s %s instead of rounding', (text, currency, decimals) => {
    const refused = refusalOf(() => parseDecimal(text, currency, '/amount'))
    expect(refused.code).toBe('too-many-decimals')
    expect(refused.facts).toEqual({ currency, decimals })
    expect(refused.detail).toContain(currency)
    expect(refused.faults[0]?.pointer).toBe('/amount')
  })

  it.each(['1000000000000', '-1000000000000', '1000000000000.00', '9'.repeat(5000)])(
    'refuses %s as too large',
    (text) => {
      expect(refusal(() => parseDecimal(text, usd))).toBe('invalid amount-too-large')
    },
  )

  it('gives back every amount of every currency from its text', () => {
    const amounts = fc.record({
      minor: fc.bigInt({ min: -(10n ** 12n) + 1n, max: 10n ** 12n - 1n }),
      currency: fc.constantFrom(...currencies.map((c) => c.code)),
    })
    fc.assert(
      fc.property(amounts, (amount) => {
        const text = toDecimal(amount)
        expect(text).toMatch(/^-?(0|[1-9][0-9]*)(\.[0-9]{2,4})?$/)
        expect(parseDecimal(text, amount.currency)).toEqual(amount)
      }),
      law,
    )
  })
})

describe('toDecimal', () => {
  it.each([
    [-50n, usd, '-0.50'],
    [5n, clf, '0.0005'],
    [0n, usd, '0.00'],
    [1050n, jpy, '1050'],
    [-1n, jpy, '-1'],
  ])('writes %s minor units of %s as %s', (minor, currency, text) => {
    expect(toDecimal(money(minor, currency))).toBe(text)
  })
})

describe('arithmetic', () => {
  const five = money(500n, usd)
  const minusTwo = money(-200n, usd)

  it('adds, subtracts, negates and sums', () => {
    expect(add(five, minusTwo)).toEqual(money(300n, usd))
    expect(subtract(five, minusTwo)).toEqual(money(700n, usd))
    expect(negate(five)).toEqual(money(-500n, usd))
    expect(absolute(minusTwo)).toEqual(money(200n, usd))
    expect(absolute(five)).toEqual(five)
    expect(sum(usd, [five, minusTwo, five])).toEqual(money(800n, usd))
    expect(sum(usd, [])).toEqual(zero(usd))
  })

  it('compares', () => {
    expect([compare(five, minusTwo), compare(minusTwo, five), compare(five, five)]).toEqual([
      1, -1, 0,
    ])
    expect([isZero(zero(usd)), isZero(five)]).toEqual([true, false])
    expect([isNegative(minusTwo), isNegative(zero(usd)), isNegative(five)]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('treats mixed currencies as a bug', () => {
    const yen = money(500n, jpy)
    for (const mix of [add, subtract, compare]) {
      expect(() => mix(five, yen)).toThrow('two currencies')
    }
    expect(() => sum(usd, [yen])).toThrow('two currencies')
  })

  it('refuses zero where an amount is needed', () => {
    expect(refusal(() => requireNonZero(zero(usd)))).toBe('invalid zero-amount /amount')
    expect(requireNonZero(five)).toBe(five)
  })

  it('refuses computed amounts at the limit', () => {
    const limit = money(10n ** 14n, usd)
    expect(refusal(() => requireWithinLimit(limit))).toBe('invalid amount-too-large /amount')
    expect(refusal(() => requireWithinLimit(negate(limit)))).toBe(
      'invalid amount-too-large /amount',
    )
    requireWithinLimit(money(10n ** 14n - 1n, usd))
  })
})

describe('formatMoney', () => {
  it.each([
    ['105000', 'USD', 'en-US', '$105,000.00'],
    ['-1.50', 'USD', 'en-US', '-$1.50'],
    ['1050.00', 'EUR', 'de-DE', '1.050,00 €'],
    ['100', 'JPY', 'en-US', '¥100'],
    ['1.234', 'KWD', 'en-US', 'KWD 1.234'],
    ['150000.50', 'IDR', 'en-US', 'IDR 150,000.50'],
    ['1.50', 'HUF', 'en-US', 'HUF 1.50'],
    ['1.2345', 'CLF', 'en-US', 'CLF 1.2345'],
    ['999999999999.999', 'KWD', 'en-US', 'KWD 999,999,999,999.999'],
  ])('shows %s %s in %s', (text, code, locale, shown) => {
    const amount = parseDecimal(text, parseCurrency(code))
    expect(formatMoney(amount, locale).replaceAll(/\s/g, ' ')).toBe(shown)
  })

  it('keeps every digit beyond the precision of floats', () => {
    const total = money(12345678901234567890123n, usd)
    expect(formatMoney(total, 'en-US')).toBe('$123,456,789,012,345,678,901.23')
  })
})
