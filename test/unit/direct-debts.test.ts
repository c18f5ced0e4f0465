import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { directDebts, type LedgerCause } from '../../src/domain/ledger/direct-debts.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { money } from '../../src/domain/money/money.ts'
import { law } from '../support/laws.ts'

const cause = (
  id: number,
  type: LedgerCause['type'],
  nets: Readonly<Record<string, readonly [string, number][]>>,
) => ({
  id: String(id).padStart(4, '0'),
  type,
  entries: Object.entries(nets).flatMap(([code, people]) =>
    people.map(([userId, minor]) => ({
      userId,
      amount: money(BigInt(minor), parseCurrency(code)),
    })),
  ),
})

/** "bob→ann 10 EUR" for each pair, netted. */
function pairs(causes: readonly ReturnType<typeof cause>[]): readonly string[] {
  const nets = new Map<string, bigint>()
  for (const { debtorId, creditorId, amount } of directDebts(causes)) {
    const key = `${debtorId}→${creditorId} ${amount.currency}`
    nets.set(key, (nets.get(key) ?? 0n) + amount.minor)
  }
  return [...nets].map(([key, minor]) => `${key} ${minor}`).sort()
}

describe('direct debts', () => {
  it('follow who paid for whom', () => {
    expect(
      pairs([
        cause(1, 'expense', {
          EUR: [
            ['ann', 60],
            ['bob', -30],
            ['cem', -30],
          ],
        }),
      ]),
    ).toEqual(['bob→ann EUR 30', 'cem→ann EUR 30'])
  })

  it('are shared among several payers in proportion, to the unit', () => {
    expect(
      pairs([
        cause(1, 'expense', {
          EUR: [
            ['ann', 60],
            ['bob', 31],
            ['cem', -90],
            ['dee', -1],
          ],
        }),
      ]),
    ).toEqual(['cem→ann EUR 59', 'cem→bob EUR 31', 'dee→ann EUR 1'])
  })

  it('go on in the new currency after a conversion, pair by pair', () => {
    const causes = [
      cause(1, 'expense', {
        EUR: [
          ['ann', 100],
          ['bob', -100],
        ],
      }),
      cause(2, 'expense', {
        EUR: [
          ['cem', 50],
          ['dee', -50],
        ],
      }),
      cause(3, 'conversion', {
        EUR: [
          ['ann', -100],
          ['bob', 100],
          ['cem', -50],
          ['dee', 50],
        ],
        USD: [
          ['ann', 110],
          ['bob', -110],
          ['cem', 55],
          ['dee', -55],
        ],
      }),
      cause(4, 'expense', {
        USD: [
          ['dee', 5],
          ['cem', -5],
        ],
      }),
    ]
    expect(pairs(causes)).toEqual(['bob→ann USD 110', 'cem→dee USD 5', 'dee→cem USD 55'])
  })

  it('do not depend on the order in which causes are given', () => {
    const first = cause(1, 'expense', {
      EUR: [
        ['ann', 9],
        ['bob', -9],
      ],
    })
    const second = cause(2, 'conversion', {
      EUR: [
        ['ann', -9],
        ['bob', 9],
      ],
      USD: [
        ['ann', 10],
        ['bob', -10],
      ],
    })
    expect(pairs([second, first])).toEqual(['bob→ann USD 10'])
  })

  it('always add up to what the causes do to each person', () => {
    const people = ['ann', 'bob', 'cem', 'dee']
    const nets = fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 3, maxLength: 3 })
    const zeroSum = (values: readonly number[]): [string, number][] =>
      [...values, -values.reduce((total, value) => total + value, 0)].map((value, index) => [
        people[index]!,
        value,
      ])
    const step = fc.record({
      type: fc.constantFrom('expense', 'settlement', 'conversion' as const),
      EUR: nets.map(zeroSum),
      USD: nets.map(zeroSum),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const causes = steps.map(({ type, ...currencies }, index) =>
          cause(
            index,
            type as LedgerCause['type'],
            type === 'conversion' ? currencies : { EUR: currencies.EUR },
          ),
        )
        const left = new Map<string, bigint>()
        const add = (userId: string, code: string, minor: bigint) =>
          left.set(`${userId} ${code}`, (left.get(`${userId} ${code}`) ?? 0n) + minor)
        for (const { entries } of causes)
          for (const { userId, amount } of entries) add(userId, amount.currency, amount.minor)
        for (const { debtorId, creditorId, amount } of directDebts(causes)) {
          add(debtorId, amount.currency, amount.minor)
          add(creditorId, amount.currency, -amount.minor)
        }
        expect([...left.values()].filter((minor) => minor !== 0n)).toEqual([])
      }),
      law,
    )
  })
})
