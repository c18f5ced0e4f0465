import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate, type Weight } from '../../src/domain/money/allocate.ts'
import { law, refusal } from '../support/laws.ts'

const evenly = (...priorities: bigint[]): Weight[] =>
  priorities.map((priority) => ({ weight: 1n, priority }))
const byWeight = (...weights: bigint[]): Weight[] =>
  weights.map((weight) => ({ weight, priority: 0n }))
const amounts = (total: bigint, weights: readonly Weight[]) =>
  allocate(total, weights).map(({ amount }) => amount)

describe('allocate', () => {
  it('gives odd units to the largest remainder first', () => {
    expect(amounts(1000n, byWeight(1n, 2n, 0n))).toEqual([333n, 667n, 0n])
    expect(amounts(10n, byWeight(1n, 1n, 4n))).toEqual([2n, 2n, 6n])
  })

  it('breaks ties for the member rounded up least, then by order', () => {
    expect(amounts(100n, evenly(0n, 0n, 0n))).toEqual([34n, 33n, 33n])
    expect(amounts(100n, evenly(2n, 1n, 1n))).toEqual([33n, 34n, 33n])
    expect(amounts(101n, evenly(2n, -1n, 1n))).toEqual([33n, 34n, 34n])
  })

  it('gives the odd unit of a refund to the member rounded up most', () => {
    expect(amounts(-100n, evenly(0n, 0n, 0n))).toEqual([-34n, -33n, -33n])
    expect(amounts(-100n, evenly(0n, 3n, 1n))).toEqual([-33n, -34n, -33n])
  })

  it('says how many units of each part are odd', () => {
    expect(allocate(5n, evenly(0n, 0n, 0n)).map((p) => p.oddUnits)).toEqual([1n, 1n, 0n])
    expect(allocate(-5n, evenly(0n, 0n, 0n)).map((p) => p.oddUnits)).toEqual([-1n, -1n, 0n])
    expect(allocate(6n, evenly(0n, 0n, 0n)).map((p) => p.oddUnits)).toEqual([0n, 0n, 0n])
    expect(allocate(0n, evenly(0n, 0n)).map((p) => p.amount)).toEqual([0n, 0n])
  })

  it('refuses weights that are all zero, or absent', () => {
    expect(refusal(() => allocate(1n, byWeight(0n, 0n), '/payers'))).toBe(
      'invalid no-weight /payers',
    )
    expect(refusal(() => allocate(1n, []))).toBe('invalid no-weight')
  })

  it('treats a negative weight as a bug', () => {
    expect(() => allocate(1n, byWeight(2n, -1n))).toThrow('negative')
  })

  it('handles numbers far beyond floats', () => {
    const huge = 10n ** 40n
    expect(amounts(huge, byWeight(10n ** 30n, 10n ** 30n, 10n ** 30n))).toEqual([
      huge / 3n + 1n,
      huge / 3n,
      huge / 3n,
    ])
  })
})

describe('the laws of allocation', () => {
  const total = fc.oneof(
    fc.bigInt({ min: -200n, max: 200n }),
    fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
  )
  const weight = fc.oneof(fc.constantFrom(0n, 1n, 2n, 3n), fc.bigInt({ min: 0n, max: 10n ** 13n }))
  const weights = fc
    .array(fc.record({ weight, priority: fc.bigInt({ min: -3n, max: 3n }) }), {
      minLength: 1,
      maxLength: 30,
    })
    .filter((list) => list.some((w) => w.weight > 0n))

  it('adds up, is within one unit of exact, and gives weight zero nothing', () => {
    fc.assert(
      fc.property(total, weights, (all, list) => {
        const parts = allocate(all, list)
        const totalWeight = list.reduce((sum, w) => sum + w.weight, 0n)
        expect(parts.reduce((sum, p) => sum + p.amount, 0n)).toBe(all)
        parts.forEach(({ amount, oddUnits }, i) => {
          const numerator = all * (list[i]?.weight ?? 0n)
          const error = amount * totalWeight - numerator
          expect(error < totalWeight && -error < totalWeight).toBe(true)
          expect(amount - oddUnits).toBe(numerator / totalWeight)
          if (list[i]?.weight === 0n) expect(amount).toBe(0n)
        })
      }),
      law,
    )
  })

  it('mirrors when the total and the counts change sign', () => {
    fc.assert(
      fc.property(total, weights, (all, list) => {
        const mirrored = list.map((w) => ({ weight: w.weight, priority: -w.priority }))
        const back = allocate(-all, mirrored).map((p) => -p.amount)
        expect(back).toEqual(allocate(all, list).map((p) => p.amount))
      }),
      law,
    )
  })

  it('does not depend on the order of the list where the counts differ', () => {
    fc.assert(
      fc.property(total, weights, fc.infiniteStream(fc.nat()), (all, list, keys) => {
        const distinct = list.map((w, i) => ({
          id: i,
          weight: w.weight,
          priority: BigInt(i * 7 - 9),
        }))
        const shuffled = distinct
          .map((w) => ({ w, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ w }) => w)
        const byId = new Map(allocate(all, shuffled).map((p, i) => [shuffled[i]?.id, p]))
        expect(distinct.map((w) => byId.get(w.id))).toEqual(allocate(all, distinct))
      }),
      law,
    )
  })

  it('keeps equal members within one unit of each other over any number of expenses', () => {
    const totals = fc.array(fc.bigInt({ min: 1n, max: 1000n }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(totals, fc.integer({ min: 1, max: 7 }), (all, people) => {
        const borne = new Array<bigint>(people).fill(0n)
        const counts = new Array<bigint>(people).fill(0n)
        for (const each of all) {
          allocate(each, evenly(...counts)).forEach((part, i) => {
            borne[i] = (borne[i] ?? 0n) + part.amount
            counts[i] = (counts[i] ?? 0n) + part.oddUnits
          })
        }
        const sorted = [...borne].sort((a, b) => (a < b ? -1 : 1))
        expect((sorted.at(-1) ?? 0n) - (sorted[0] ?? 0n)).toBeLessThanOrEqual(1n)
      }),
      law,
    )
  })
})
