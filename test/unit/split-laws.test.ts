import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  computePayers,
  computeSplit,
  type SplitInput,
  splitRefund,
} from '../../src/domain/expenses/split.ts'
import { ratioToText } from '../../src/domain/money/decimal.ts'
import { money } from '../../src/domain/money/money.ts'
import { law } from '../support/laws.ts'
import { equally, minors, nobody, usd } from '../support/split-samples.ts'

const total = fc
  .oneof(fc.bigInt({ min: -500n, max: 500n }), fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }))
  .filter((minor) => minor !== 0n)
const ratios = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 8n }), { minLength: 1, maxLength: 12 })
  .filter((list) => list.some((ratio) => ratio > 0n))
const counts = fc
  .array(fc.bigInt({ min: -2n, max: 2n }), { minLength: 12, maxLength: 12 })
  .map((list): ReadonlyMap<string, bigint> => new Map(list.map((count, i) => [`u${i}`, count])))
const add = (amounts: readonly bigint[]) => amounts.reduce((sum, each) => sum + each, 0n)

/** Cuts 100 % at the given places, so that the percentages always add up. */
const percentages = fc
  .array(fc.bigInt({ min: 0n, max: 1_000_000n }), { maxLength: 8 })
  .map((cuts) => {
    const sorted = [0n, ...cuts.sort((a, b) => (a < b ? -1 : 1)), 1_000_000n]
    return sorted.slice(1).map((cut, i) => ratioToText(cut - (sorted[i] ?? 0n)))
  })

const simpleInput: fc.Arbitrary<SplitInput> = fc.oneof(
  fc
    .integer({ min: 1, max: 12 })
    .map((n) => equally(...Array.from({ length: n }, (_, i) => `u${i}`))),
  percentages.map(
    (list): SplitInput => ({
      method: 'percentage',
      participants: list.map((percentage, i) => ({ userId: `u${i}`, percentage })),
    }),
  ),
  ratios.map(
    (list): SplitInput => ({
      method: 'shares',
      participants: list.map((ratio, i) => ({ userId: `u${i}`, shares: ratioToText(ratio) })),
    }),
  ),
)

it('adds up for every weighted method, with odd units of the sign of the total', () => {
  fc.assert(
    fc.property(total, simpleInput, counts, (minor, input, carried) => {
      const { shares } = computeSplit(money(minor, usd), input, carried)
      expect(add(minors(shares))).toBe(minor)
      for (const { amount, oddUnits } of shares) {
        expect(amount.minor * minor).toBeGreaterThanOrEqual(0n)
        expect([0n, minor < 0n ? -1n : 1n]).toContain(oddUnits)
      }
    }),
    law,
  )
})

it('adds up with adjustments, each share within one unit of exact', () => {
  const adjustments = fc.array(fc.bigInt({ min: 0n, max: 50n }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(
      fc.bigInt({ min: 400n, max: 10n ** 13n }),
      adjustments,
      counts,
      (minor, list, carried) => {
        const input: SplitInput = {
          method: 'adjustment',
          participants: list.map((each, i) => ({ userId: `u${i}`, adjustment: money(each, usd) })),
        }
        const shares = minors(computeSplit(money(minor, usd), input, carried).shares)
        expect(add(shares)).toBe(minor)
        const people = BigInt(list.length)
        shares.forEach((share, i) => {
          const error = (share - (list[i] ?? 0n)) * people - (minor - add(list))
          expect(error < people && -error < people).toBe(true)
        })
      },
    ),
    law,
  )
})

it('adds up for receipts, and their lines and extras make the total', () => {
  const line = fc.record({
    price: fc.bigInt({ min: 1n, max: 100_000n }),
    people: fc.subarray(['u0', 'u1', 'u2', 'u3', 'u4'], { minLength: 1 }),
  })
  const extra = fc.record({
    kind: fc.constantFrom('tax' as const, 'tip' as const, 'service' as const),
    size: fc.bigInt({ min: 0n, max: 10_000n }),
    distribution: fc.constantFrom('proportional' as const, 'equal' as const),
  })
  const bill = fc.record({
    lines: fc.array(line, { minLength: 1, maxLength: 10 }),
    extras: fc.array(extra, { maxLength: 4 }),
  })
  fc.assert(
    fc.property(bill, counts, ({ lines, extras }, carried) => {
      const input: SplitInput = {
        method: 'itemized',
        items: lines.map(({ price, people }) => ({
          name: 'thing',
          unitPrice: money(price, usd),
          participants: people.map((userId) => ({ userId })),
        })),
        extras: extras.map(({ kind, size, distribution }) => ({
          kind,
          amount: money(size, usd),
          distribution,
        })),
      }
      const split = computeSplit(null, input, carried)
      expect(split.total.minor).toBe(
        add([...lines.map((l) => l.price), ...extras.map((e) => e.size)]),
      )
      expect(add(minors(split.shares))).toBe(split.total.minor)
    }),
    law,
  )
})

it('pays and owes alike when the same weights stand on both sides in any order', () => {
  fc.assert(
    fc.property(total, ratios, counts, (minor, list, carried) => {
      const people = list.map((ratio, i) => ({ userId: `u${i}`, shares: ratioToText(ratio) }))
      const amount = money(minor, usd)
      const owed = computeSplit(amount, { method: 'shares', participants: people }, carried).shares
      const order = owed.map((share) => share.userId)
      const paid = computePayers(amount, [...people].reverse(), carried, order)
      expect(minors([...paid].reverse())).toEqual(minors(owed))
    }),
    law,
  )
})

it('leaves nothing of an expense after its refund, whatever was carried', () => {
  fc.assert(
    fc.property(total, simpleInput, counts, counts, (minor, input, before, after) => {
      const { shares } = computeSplit(money(minor, usd), input, before)
      const refund = splitRefund(money(-minor, usd), shares, after)
      const rest = shares.map((share, i) => [
        share.amount.minor + (refund.shares[i]?.amount.minor ?? 0n),
        share.oddUnits + (refund.shares[i]?.oddUnits ?? 0n),
      ])
      expect(rest.flat().every((unit) => unit === 0n)).toBe(true)
    }),
    law,
  )
})

it('takes an ordinary mirrored expense back to zero where all had carried the same', () => {
  fc.assert(
    fc.property(total, simpleInput, (minor, input) => {
      const { shares } = computeSplit(money(minor, usd), input, nobody)
      const carried = new Map(shares.map((share) => [share.userId, share.oddUnits]))
      const mirror = computeSplit(money(-minor, usd), input, carried).shares
      expect(minors(mirror).map((each) => -each)).toEqual(minors(shares))
    }),
    law,
  )
})

it('gives everybody the same share in any order where no two carried the same', () => {
  fc.assert(
    fc.property(total, ratios, (minor, list) => {
      const carried = new Map(list.map((_, i) => [`u${i}`, BigInt((i * 5) % 13)]))
      const people = list.map((ratio, i) => ({ userId: `u${i}`, shares: ratioToText(ratio) }))
      const amounts = (participants: typeof people) =>
        computeSplit(money(minor, usd), { method: 'shares', participants }, carried).shares
      const reversed = [...amounts([...people].reverse())].reverse()
      expect(reversed).toEqual(amounts(people))
    }),
    law,
  )
})
