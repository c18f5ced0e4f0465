import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convertBalances } from '../../src/domain/ledger/convert-balances.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { money, toDecimal } from '../../src/domain/money/money.ts'
import { law } from '../support/laws.ts'
import { amount } from '../support/split-samples.ts'

const eur = parseCurrency('EUR')
const balances = (...amounts: string[]) =>
  amounts.map((text, i) => ({ userId: `member ${i}`, amount: amount(text) }))
const converted = (
  amounts: readonly string[],
  rate: string,
  to = 'EUR',
  carried: ReadonlyMap<string, bigint> = new Map(),
): Record<string, string> =>
  Object.fromEntries(
    convertBalances(balances(...amounts), rate, parseCurrency(to), carried).map((balance) => [
      balance.userId,
      toDecimal(balance.after),
    ]),
  )

describe('converting balances', () => {
  it('converts what is owed once, and lets the odd unit fall to one debtor', () => {
    expect(converted(['10.00', '-3.33', '-3.33', '-3.34'], '0.9')).toEqual({
      'member 0': '9.00',
      'member 1': '-3.00',
      'member 2': '-3.00',
      'member 3': '-3.00',
    })
    expect(converted(['3.00', '-1.00', '-1.00', '-1.00'], '0.3333')).toEqual({
      'member 0': '1.00',
      'member 1': '-0.34',
      'member 2': '-0.33',
      'member 3': '-0.33',
    })
  })

  it('spares whom rounding burdened before, and favours them when it is a gain', () => {
    const burdened = new Map([['member 1', 1n]])
    expect(converted(['2.00', '-1.00', '-1.00'], '0.505', 'EUR', burdened)).toEqual({
      'member 0': '1.01',
      'member 1': '-0.50',
      'member 2': '-0.51',
    })
    expect(converted(['1.00', '1.00', '-2.00'], '0.505', 'EUR', burdened)).toEqual({
      'member 0': '0.50',
      'member 1': '0.51',
      'member 2': '-1.01',
    })
  })

  it('shows what each is worth exactly and what rounding did', () => {
    const [credit, first] = convertBalances(
      balances('1000 JPY', '-500 JPY', '-500 JPY'),
      '0.00611',
      eur,
      new Map(),
    )
    expect(credit).toMatchObject({ exact: '6.11', difference: '0' })
    expect(first).toMatchObject({ exact: '-3.055', difference: '-0.005' })
  })

  it('adds up to zero, keeps sides, and misses no share by more than a unit and a half', () => {
    const currency = fc.constantFrom('USD', 'JPY', 'KWD', 'CLF').map((code) => parseCurrency(code))
    fc.assert(
      fc.property(
        fc.array(fc.bigInt(-(10n ** 12n), 10n ** 12n), { minLength: 1, maxLength: 12 }),
        currency,
        fc.bigInt(1n, 9_999_999n),
        (minors, from, digits) => {
          const sum = minors.reduce((all, minor) => all + minor, 0n)
          const before = [...minors, -sum].map((minor, i) => ({
            userId: `member ${i}`,
            amount: money(minor, from),
          }))
          const rate = `${digits / 10_000n}.${(digits % 10_000n).toString().padStart(4, '0')}`
          const results = convertBalances(before, rate, eur, new Map())
          expect(results.reduce((all, balance) => all + balance.after.minor, 0n)).toBe(0n)
          for (const balance of results) {
            expect(balance.after.minor * balance.before.minor >= 0n).toBe(true)
            expect(Math.abs(Number(balance.difference))).toBeLessThanOrEqual(0.015)
          }
        },
      ),
      law,
    )
  })
})
