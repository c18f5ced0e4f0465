import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairwiseDebts } from '../../src/domain/ledger/pairwise-debts.ts'
import { settleVia } from '../../src/domain/ledger/settle-via.ts'
import { type CurrencyCode, parseCurrency } from '../../src/domain/money/currencies.ts'
import { money } from '../../src/domain/money/money.ts'
import { law } from '../support/laws.ts'
import { afterPayment, balancesFrom, clf, paymentsOf, plant } from '../support/settle-up-samples.ts'
import { usd } from '../support/split-samples.ts'

const jpy = parseCurrency('JPY')

function debt(debtorId: string, creditorId: string, minor: bigint, currency: CurrencyCode = usd) {
  return { debtorId, creditorId, amount: money(minor, currency) }
}

describe('settling via one person', () => {
  it('lets everybody pay them or be paid by them', () => {
    const plans = settleVia(balancesFrom([-5n, -3n, 2n, 6n]), 'u03')
    expect(paymentsOf(plans)).toEqual(['u00 pays u03 5', 'u01 pays u03 3', 'u03 pays u02 2'])
  })

  it('is optimal where nothing shorter exists', () => {
    expect(settleVia(balancesFrom([-5n, -4n, 2n, 7n]), 'u03')[0]?.optimal).toBe(true)
    expect(settleVia(balancesFrom([-5n, -4n, 5n, 4n]), 'u03')[0]?.optimal).toBe(false)
    const many = [...Array.from({ length: 30 }, () => -1n), 30n]
    expect(settleVia(balancesFrom(many), 'u30')[0]?.optimal).toBe(true)
    const mixed = [...Array.from({ length: 30 }, () => -1n), 15n, 15n]
    expect(settleVia(balancesFrom(mixed), 'u30')[0]?.optimal).toBe(false)
  })

  it('takes a person who is settled, at the price of a payment', () => {
    const plans = settleVia(balancesFrom([-5n, 5n, 0n]), 'u02')
    expect(paymentsOf(plans)).toEqual(['u00 pays u02 5', 'u02 pays u01 5'])
    expect(plans[0]?.optimal).toBe(false)
    expect(paymentsOf(settleVia(balancesFrom([-5n, 5n]), 'elsewhere'))).toEqual([
      'elsewhere pays u01 5',
      'u00 pays elsewhere 5',
    ])
  })

  it('keeps currencies apart and leaves out the settled ones', () => {
    const balances = [
      ...balancesFrom([5n, -5n], usd),
      ...balancesFrom([0n, 0n], jpy),
      ...balancesFrom([-1n, 1n], clf),
    ]
    const plans = settleVia(plant([balances], 3), 'u00')
    expect(plans.map(({ currency }) => currency)).toEqual([clf, usd])
    expect(paymentsOf(plans)).toEqual(['u00 pays u01 1', 'u01 pays u00 5'])
  })

  it('is the rest of itself after a payment was made in full', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -9n, max: 9n }), { maxLength: 8 }), (list) => {
        const balances = balancesFrom([...list, -list.reduce((sum, minor) => sum + minor, 0n)])
        const payments = settleVia(balances, 'u00')[0]?.payments ?? []
        for (const paid of payments) {
          const rest = payments.filter((payment) => payment !== paid)
          expect(settleVia(afterPayment(balances, paid), 'u00')[0]?.payments ?? []).toEqual(rest)
        }
      }),
      { numRuns: Math.ceil(law.numRuns / 4) },
    )
  })
})

describe('settling along debts that exist', () => {
  it('nets what two people owe each other', () => {
    const plans = pairwiseDebts([debt('a', 'b', 10n), debt('b', 'a', 4n)])
    expect(plans).toEqual([
      {
        currency: usd,
        optimal: true,
        payments: [{ fromUserId: 'a', toUserId: 'b', amount: money(6n, usd) }],
      },
    ])
  })

  it('turns round where the other owes more, and ends where both owe the same', () => {
    const turned = pairwiseDebts([debt('a', 'b', 4n), debt('b', 'a', 10n), debt('c', 'a', 1n)])
    expect(paymentsOf(turned)).toEqual(['b pays a 6', 'c pays a 1'])
    expect(pairwiseDebts([debt('a', 'b', 4n), debt('b', 'a', 4n), debt('a', 'a', 9n)])).toEqual([])
  })

  it('does not shorten chains or circles', () => {
    const [chain] = pairwiseDebts([debt('a', 'b', 10n), debt('b', 'c', 10n)])
    expect(chain).toMatchObject({ optimal: false, payments: { length: 2 } })
    const circle = [debt('a', 'b', 10n), debt('b', 'c', 10n), debt('c', 'a', 10n)]
    const [round] = pairwiseDebts(circle)
    expect(round).toMatchObject({ optimal: false, payments: { length: 3 } })
  })

  it('sums per pair and currency in any order of the debts', () => {
    const debts = [
      debt('b', 'a', 3n),
      debt('c', 'a', 5n),
      debt('b', 'a', 4n),
      debt('a', 'b', 9n, jpy),
    ]
    const plans = pairwiseDebts(debts)
    expect(plans.map(({ currency }) => currency)).toEqual([jpy, usd])
    expect(paymentsOf(plans)).toEqual(['a pays b 9', 'b pays a 7', 'c pays a 5'])
    expect(pairwiseDebts(debts.toReversed())).toEqual(plans)
  })

  it('refuses a negative debt', () => {
    expect(() => pairwiseDebts([debt('a', 'b', -1n)])).toThrow('a debt is negative')
  })
})
