import { describe, expect, it } from 'vitest'
import {
  currencies,
  currencyOf,
  exponentOf,
  isCurrency,
  parseCurrency,
} from '../../src/domain/money/currencies.ts'
import { refusal, refusalOf } from '../support/laws.ts'

describe('the currency table', () => {
  it('holds the 164 currencies and funds in use, each code and number once', () => {
    expect(currencies).toHaveLength(164)
    expect(new Set(currencies.map((c) => c.code)).size).toBe(164)
    expect(new Set(currencies.map((c) => c.numeric)).size).toBe(164)
    for (const c of currencies) {
      expect(c.code).toMatch(/^[A-Z]{3}$/)
      expect(c.numeric).toMatch(/^[0-9]{3}$/)
      expect(c.name.length).toBeGreaterThan(3)
    }
  })

  it('knows every currency with another exponent than two', () => {
    const withExponent = (exponent: number) =>
      currencies.filter((c) => c.exponent === exponent).map((c) => c.code)
    expect(withExponent(0).join(' ')).toBe(
      'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    )
    expect(withExponent(3).join(' ')).toBe('BHD IQD JOD KWD LYD OMR TND')
    expect(withExponent(4).join(' ')).toBe('CLF UYW')
  })

  it.each(['TWD', 'IDR', 'HUF'])('gives %s two decimals, unlike Intl', (code) => {
    expect(exponentOf(parseCurrency(code))).toBe(2)
  })

  it('leaves out metals, test codes, units of account and withdrawn currencies', () => {
    const absent = ['XAU', 'XXX', 'XTS', 'XDR', 'XAD', 'HRK', 'BGN', 'ANG', 'ZWL', 'SLL', 'CUC']
    expect(absent.filter(isCurrency)).toEqual([])
  })

  it('names a currency and its sign, or its code where it has none', () => {
    expect(currencyOf(parseCurrency('EUR'))).toEqual({
      code: 'EUR',
      numeric: '978',
      exponent: 2,
      name: 'Euro',
      symbol: '€',
    })
    expect(currencyOf(parseCurrency('CHF')).symbol).toBe('CHF')
  })
})

describe('parseCurrency', () => {
  it('takes any letter case', () => {
    expect(parseCurrency('eur')).toBe('EUR')
  })

  it.each([
    ['UDS', 'USD'],
    ['EURO', 'EUR'],
    ['EU', 'EUR'],
    [' eur', 'EUR'],
    ['€', 'EUR'],
    ['Euro', 'EUR'],
    ['GPB', 'GBP'],
    ['ſek', 'SEK'],
    ['BGN', 'EUR'],
    ['RMB', 'CNY'],
  ])('refuses %s and suggests %s', (text, suggestion) => {
    const refused = refusalOf(() => parseCurrency(text))
    expect(refused.code).toBe('unknown-currency')
    expect(refused.facts).toEqual({ suggestion })
    expect(refused.detail).toContain(suggestion)
  })

  it.each(['', '$', 'QQQ', 'XAU', 'bitcoin', 'constructor', 'x'.repeat(10_000)])(
    'refuses %j without guessing',
    (text) => {
      expect(refusalOf(() => parseCurrency(text)).facts).toEqual({})
    },
  )

  it('points at the field', () => {
    expect(refusal(() => parseCurrency('QQQ'))).toBe('invalid unknown-currency /currency')
  })
})
