import { describe, expect, it } from 'vitest'
import {
  computePayers,
  computeSplit,
  participantsOf,
  type SplitInput,
  splitRefund,
} from '../../src/domain/expenses/split.ts'
import { refusal, refusalOf } from '../support/laws.ts'
import { amount, amountsOf, equally, nobody } from '../support/split-samples.ts'

const split = (total: string, input: SplitInput, carried = nobody) =>
  computeSplit(amount(total), input, carried)

const byShares = (...shares: string[]): SplitInput => ({
  method: 'shares',
  participants: shares.map((each, i) => ({ userId: `u${i}`, shares: each })),
})
const byPercentage = (...percentages: string[]): SplitInput => ({
  method: 'percentage',
  participants: percentages.map((percentage, i) => ({ userId: `u${i}`, percentage })),
})
const exactly = (...amounts: string[]): SplitInput => ({
  method: 'exact',
  participants: amounts.map((each, i) => ({ userId: `u${i}`, amount: amount(each) })),
})
const adjusted = (...adjustments: string[]): SplitInput => ({
  method: 'adjustment',
  participants: adjustments.map((each, i) => ({ userId: `u${i}`, adjustment: amount(each) })),
})

describe('golden cases', () => {
  it.each([
    ['10.01', ['5.01', '5.00']],
    ['100 JPY', ['34', '33', '33']],
    ['1.000 KWD', ['0.334', '0.333', '0.333']],
    ['0.01', ['0.01', '0.00', '0.00', '0.00', '0.00']],
    ['9999999999.99', ['5000000000.00', '4999999999.99']],
    ['0.0001 CLF', ['0.0001', '0.0000']],
  ])('divides %s equally', (total, shares) => {
    const people = shares.map((_, i) => `u${i}`)
    expect(amountsOf(split(total, equally(...people)).shares)).toEqual(shares)
  })

  it('makes thirty times 100.00 between three exactly 1000.00 each', () => {
    const carried = new Map<string, bigint>()
    const borne = new Map<string, bigint>()
    for (let i = 0; i < 30; i++) {
      for (const share of split('100.00', equally('ann', 'bob', 'cem'), carried).shares) {
        carried.set(share.userId, (carried.get(share.userId) ?? 0n) + share.oddUnits)
        borne.set(share.userId, (borne.get(share.userId) ?? 0n) + share.amount.minor)
      }
    }
    expect([...borne.values()]).toEqual([100000n, 100000n, 100000n])
  })

  it('gives the odd unit of 10.00 by weights 1:2:0 to the larger remainder', () => {
    expect(amountsOf(split('10.00', byShares('1', '2', '0')).shares)).toEqual([
      '3.33',
      '6.67',
      '0.00',
    ])
  })

  it.each([[['ann', 'bob']], [['bob', 'ann']]])(
    'leaves two even who pay and share 15.73 half and half, payers named %s',
    (payers) => {
      const total = amount('15.73')
      const halves = payers.map((userId) => ({ userId, percentage: '50' }))
      for (const carried of [nobody, new Map([['ann', 1n]])]) {
        const owed = computeSplit(total, equally('ann', 'bob'), carried).shares
        const paid = computePayers(
          total,
          halves,
          carried,
          owed.map((s) => s.userId),
        )
        const paidBy = new Map(paid.map((p) => [p.userId, p.amount]))
        expect(owed.map((s) => paidBy.get(s.userId))).toEqual(owed.map((s) => s.amount))
      }
    },
  )

  it('leaves nothing of an expense after its refund', () => {
    const carried = new Map([['cem', 7n]])
    const expense = split('100.00', equally('ann', 'bob', 'cem'), carried)
    const refund = splitRefund(amount('-100.00'), expense.shares, nobody)
    expense.shares.forEach((share, i) => {
      expect(share.amount.minor + (refund.shares[i]?.amount.minor ?? 0n)).toBe(0n)
      expect(share.oddUnits + (refund.shares[i]?.oddUnits ?? 0n)).toBe(0n)
    })
  })
})

describe('computeSplit', () => {
  it('says who carries the odd units, and nothing where there are none', () => {
    expect(split('0.05', equally('ann', 'bob', 'cem')).roundingNote).toEqual([
      { userId: 'ann', units: 1n },
      { userId: 'bob', units: 1n },
    ])
    expect(split('0.06', equally('ann', 'bob', 'cem')).roundingNote).toBeNull()
  })

  it('gives the odd unit to whoever carried fewest so far', () => {
    const carried = new Map([
      ['ann', 1n],
      ['cem', 1n],
    ])
    expect(amountsOf(split('1.00', equally('ann', 'bob', 'cem'), carried).shares)).toEqual([
      '0.33',
      '0.34',
      '0.33',
    ])
  })

  it('keeps exact shares as they are', () => {
    const { shares, roundingNote } = split('10.00', exactly('7.00', '0.00', '3.00'))
    expect(amountsOf(shares)).toEqual(['7.00', '0.00', '3.00'])
    expect(roundingNote).toBeNull()
  })

  it('splits by percentages of four places', () => {
    const thirds = byPercentage('33.3333', '33.3333', '33.3334')
    expect(amountsOf(split('100.00', thirds).shares)).toEqual(['33.33', '33.33', '33.34'])
    expect(amountsOf(split('90.00', byPercentage('60', '40', '0')).shares)).toEqual([
      '54.00',
      '36.00',
      '0.00',
    ])
  })

  it('adds adjustments to an equal share of the rest', () => {
    expect(amountsOf(split('30.00', adjusted('5.00', '-2.00', '0.00')).shares)).toEqual([
      '14.00',
      '7.00',
      '9.00',
    ])
    expect(amountsOf(split('10.00', adjusted('6.00', '6.00')).shares)).toEqual(['5.00', '5.00'])
  })

  it('splits refunds like expenses', () => {
    expect(amountsOf(split('-10.01', equally('ann', 'bob')).shares)).toEqual(['-5.01', '-5.00'])
    expect(amountsOf(split('-10.00', exactly('-4.00', '-6.00')).shares)).toEqual(['-4.00', '-6.00'])
    expect(amountsOf(split('-10.00', adjusted('-2.00', '0')).shares)).toEqual(['-6.00', '-4.00'])
  })
})

describe('refusals of a split', () => {
  const many = Array.from({ length: 101 }, (_, i) => `u${i}`)

  it.each<[string, string, SplitInput]>([
    ['zero-amount /amount', '0', equally('ann')],
    ['no-participants /split/participants', '1', equally()],
    ['too-many-participants /split/participants', '1', equally(...many)],
    ['duplicate-participant /split/participants/2/userId', '1', equally('ann', 'bob', 'ann')],
    ['split-does-not-add-up /split/participants', '10.00', exactly('7.00', '2.99')],
    ['sign-differs /split/participants/1/amount', '10.00', exactly('11.00', '-1.00')],
    ['sign-differs /split/participants/0/amount', '-10.00', exactly('1.00', '-11.00')],
    ['percentages-do-not-add-up /split/participants', '1', byPercentage('50', '49.9999')],
    ['malformed-number /split/participants/1/percentage', '1', byPercentage('50', '5O')],
    ['too-many-decimals /split/participants/0/percentage', '1', byPercentage('33.33333', '66')],
    ['negative-number /split/participants/1/shares', '1', byShares('1', '-1')],
    ['number-too-large /split/participants/0/shares', '1', byShares('1000000001', '1')],
    ['no-weight /split/participants', '1', byShares('0', '0')],
    ['adjustment-too-large /split/participants/1/adjustment', '10.00', adjusted('15.00', '0')],
    ['adjustment-too-large /split/participants/0/adjustment', '-10.00', adjusted('15.00', '0')],
  ])('%s', (refused, total, input) => {
    expect(refusal(() => split(total, input))).toBe(`invalid ${refused}`)
  })

  it('names both sums and the difference', () => {
    const refused = refusalOf(() => split('10.00', exactly('7.00', '3.05')))
    expect(refused.detail).toBe('The shares add up to 10.05 USD, 0.05 more than the amount, 10.00.')
    expect(refused.facts).toEqual({
      currency: 'USD',
      amount: '10.00',
      sum: '10.05',
      difference: '0.05',
    })
  })

  it('names what percentages miss', () => {
    const refused = refusalOf(() => split('10.00', byPercentage('60', '39.5')))
    expect(refused.detail).toBe('The percentages add up to 99.5, 0.5 less than 100.')
    expect(refused.facts).toEqual({ sum: '99.5', difference: '-0.5' })
  })

  it('treats shares in another currency, or a missing amount, as a bug', () => {
    expect(() => split('10', exactly('10 JPY'))).toThrow('two currencies')
    expect(() => computeSplit(null, equally('ann'), nobody)).toThrow('leave the amount out')
  })
})

describe('splitRefund', () => {
  const original = split('10.00', byShares('1', '2', '0')).shares

  it('divides a partial refund in the proportion of the original shares', () => {
    const { shares } = splitRefund(amount('-4.00'), original, nobody)
    expect(amountsOf(shares)).toEqual(['-1.33', '-2.67', '0.00'])
    expect(shares.map((share) => share.userId)).toEqual(['u0', 'u1', 'u2'])
  })

  it('refuses zero', () => {
    expect(refusal(() => splitRefund(amount('0'), original, nobody))).toBe(
      'invalid zero-amount /amount',
    )
  })
})

describe('computePayers', () => {
  const total = amount('10.01')
  const payers = (list: Parameters<typeof computePayers>[1]) => computePayers(total, list, nobody)

  it('takes amounts, percentages or shares', () => {
    const byAmount = [
      { userId: 'ann', amount: amount('10.00') },
      { userId: 'bob', amount: amount('0.01') },
    ]
    expect(payers(byAmount)).toEqual(byAmount)
    const halves = [
      { userId: 'ann', percentage: '50' },
      { userId: 'bob', percentage: '50' },
    ]
    expect(amountsOf(payers(halves))).toEqual(['5.01', '5.00'])
    const parts = [
      { userId: 'ann', shares: '1' },
      { userId: 'bob', shares: '3' },
    ]
    expect(amountsOf(payers(parts))).toEqual(['2.50', '7.51'])
  })

  it('follows the order of the participants in ties, yet answers in its own', () => {
    const halves = ['ann', 'eve', 'bob'].map((userId) => ({ userId, shares: '1' }))
    const paid = computePayers(amount('0.02'), halves, nobody, ['bob', 'ann'])
    expect(paid.map((p) => [p.userId, p.amount.minor])).toEqual([
      ['ann', 1n],
      ['eve', 0n],
      ['bob', 1n],
    ])
  })

  it.each<[string, Parameters<typeof computePayers>[1]]>([
    ['no-payers /payers', []],
    [
      'duplicate-payer /payers/1/userId',
      [
        { userId: 'ann', shares: '1' },
        { userId: 'ann', shares: '1' },
      ],
    ],
    [
      'too-many-payers /payers',
      Array.from({ length: 101 }, (_, i) => ({ userId: `u${i}`, shares: '1' })),
    ],
    ['payers-do-not-add-up /payers', [{ userId: 'ann', amount: amount('10.00') }]],
    [
      'sign-differs /payers/1/amount',
      [
        { userId: 'ann', amount: amount('11.01') },
        { userId: 'bob', amount: amount('-1.00') },
      ],
    ],
    ['percentages-do-not-add-up /payers', [{ userId: 'ann', percentage: '99' }]],
    ['malformed-number /payers/0/percentage', [{ userId: 'ann', percentage: 'all' }]],
    ['malformed-number /payers/0/shares', [{ userId: 'ann', shares: '' }]],
    ['no-weight /payers', [{ userId: 'ann', shares: '0' }]],
    [
      'mixed-payers /payers',
      [
        { userId: 'ann', shares: '1' },
        { userId: 'bob', amount: amount('1.00') },
      ],
    ],
  ])('refuses %s', (refused, list) => {
    expect(refusal(() => payers(list))).toBe(`invalid ${refused}`)
  })
})

describe('participantsOf', () => {
  it('lists everybody with the place of the name', () => {
    expect(participantsOf(equally('ann', 'bob'))).toEqual([
      { userId: 'ann', pointer: '/split/participants/0/userId' },
      { userId: 'bob', pointer: '/split/participants/1/userId' },
    ])
    const items = [{ name: 'tea', unitPrice: amount('1'), participants: [{ userId: 'cem' }] }]
    expect(participantsOf({ method: 'itemized', items, extras: [] })).toEqual([
      { userId: 'cem', pointer: '/split/items/0/participants/0/userId' },
    ])
  })
})
