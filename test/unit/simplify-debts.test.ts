import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Balance } from '../../src/domain/ledger/balances.ts'
import { largestFirst } from '../../src/domain/ledger/largest-first.ts'
import type { SettleUpPlan } from '../../src/domain/ledger/settle-up-plan.ts'
import { simplifyDebts } from '../../src/domain/ledger/simplify-debts.ts'
import { law } from '../support/laws.ts'
import {
  afterPayment,
  balancesFrom,
  clf,
  fewestByTryingAll,
  paymentsOf,
  plant,
  userIdOf,
} from '../support/settle-up-samples.ts'
import { usd } from '../support/split-samples.ts'

/** Laws that solve dozens of instances a run. */
const slowLaw = { numRuns: Math.ceil(law.numRuns / 2) }

const amounts = fc.oneof(
  fc.bigInt({ min: -4n, max: 4n }),
  fc.bigInt({ min: -40n, max: 40n }),
  fc.bigInt({ min: -100_000n, max: 100_000n }),
)

/** Balances of up to `people`, some of them zero, closed by a last one. */
function minorsOf(people: number): fc.Arbitrary<readonly bigint[]> {
  return fc
    .oneof(
      ...[3n, 12n, 100_000n].map((max) =>
        fc.array(fc.bigInt({ min: -max, max }), { maxLength: people - 1, size: 'max' }),
      ),
      fc.array(amounts, { maxLength: people - 1, size: 'max' }),
    )
    .map((list) => [...list, -list.reduce((sum, minor) => sum + minor, 0n)])
}

/** Groups that each add up to zero, in the lists' order: at least so many groups exist. */
function plantedGroups(people: number): fc.Arbitrary<readonly (readonly bigint[])[]> {
  const group = fc
    .array(fc.oneof(fc.bigInt({ min: -9_999n, max: -1n }), fc.bigInt({ min: 1n, max: 9_999n })), {
      minLength: 1,
      maxLength: 5,
    })
    .map((list) => [...list, -list.reduce((sum, minor) => sum + minor, 0n)])
    .filter((list) => list.at(-1) !== 0n)
  return fc.array(group, { minLength: 1, maxLength: people, size: 'max' }).map((groups) => {
    let room = people
    return groups.filter((list) => {
      const fits = list.length <= room
      if (fits) room -= list.length
      return fits
    })
  })
}

const open = (minors: readonly bigint[]) => minors.filter((minor) => minor !== 0n).length

describe('the plan for balances', () => {
  it('settles −9, −8, −4, +9, +12 in three payments', () => {
    expect(paymentsOf(simplifyDebts(balancesFrom([-9n, -8n, -4n, 9n, 12n])))).toEqual([
      'u00 pays u03 9',
      'u01 pays u04 8',
      'u02 pays u04 4',
    ])
  })

  it('has nothing to say where everybody is settled', () => {
    expect(simplifyDebts([])).toEqual([])
    expect(simplifyDebts(balancesFrom([0n, 0n]))).toEqual([])
  })

  it('leaves out people with a balance of zero', () => {
    const plans = simplifyDebts(balancesFrom([0n, -5n, 0n, 5n, 0n]))
    expect(paymentsOf(plans)).toEqual(['u01 pays u03 5'])
  })

  it('keeps currencies apart, in the order of their codes', () => {
    const plans = simplifyDebts([
      ...balancesFrom([-5n, 5n], usd),
      ...balancesFrom([7n, -4n, -3n], clf),
    ])
    expect(plans.map(({ currency }) => currency)).toEqual([clf, usd])
    expect(paymentsOf(plans)).toEqual(['u01 pays u00 4', 'u02 pays u00 3', 'u00 pays u01 5'])
  })

  it('adds the rows of one person', () => {
    const plans = simplifyDebts([...balancesFrom([-5n, 5n]), ...balancesFrom([-2n, 2n])])
    expect(paymentsOf(plans)).toEqual(['u00 pays u01 7'])
  })

  it('refuses balances that do not add up to zero', () => {
    expect(() => simplifyDebts(balancesFrom([-5n, 6n]))).toThrow('do not add up to zero')
  })

  it('finds groups among amounts beyond 2^53 that differ by one minor unit', () => {
    const huge = 10n ** 16n
    const minors = [-huge, -huge - 1n, -3n, huge + 1n, huge + 3n]
    const plans = simplifyDebts(balancesFrom(minors, clf))
    expect(paymentsOf(plans)).toEqual([
      `u00 pays u04 ${huge}`,
      `u01 pays u03 ${huge + 1n}`,
      'u02 pays u04 3',
    ])
  })

  it.each([1, 2, 3])(
    'beats largest first on 6, 5, 5 against 10, 3, 3, %i times scaled',
    (copies) => {
      const scales = [1n, 1_000n, 1_000_000n].slice(0, copies)
      const minors = scales.flatMap((scale) =>
        [-6n, -5n, -5n, 10n, 3n, 3n].map((minor) => minor * scale),
      )
      const balances = balancesFrom(minors)
      expect(paymentsOf(simplifyDebts(balances))).toHaveLength(4 * copies)
      expect(largestFirstCount(minors)).toBeGreaterThan(4 * copies)
    },
  )
})

describe('laws of the plan', () => {
  it('leaves everybody at zero, with payers only paying and receivers only receiving', () => {
    fc.assert(
      fc.property(minorsOf(14), (minors) => {
        const balances = balancesFrom(minors)
        const plans = simplifyDebts(balances)
        for (const { payments, optimal } of plans) {
          expect(optimal).toBe(true)
          expect(payments.length).toBeLessThan(open(minors))
          expect(payments.every(({ amount }) => amount.minor > 0n)).toBe(true)
        }
        expectSettled(minors, plans)
      }),
      law,
    )
  })

  it('has as few payments as trying every way to group people', () => {
    fc.assert(
      fc.property(minorsOf(9), (minors) => {
        const count = paymentsOf(simplifyDebts(balancesFrom(minors))).length
        expect(count).toBe(fewestByTryingAll(minors))
      }),
      { numRuns: law.numRuns * 5 },
    )
  })

  it('has as few as a plain table of all subsets for up to 14 people', () => {
    fc.assert(
      fc.property(plantedGroups(14), (groups) => {
        const minors = groups.flat()
        const count = paymentsOf(simplifyDebts(balancesFrom(minors))).length
        expect(count).toBe(fewestByTryingAll(minors))
      }),
      { numRuns: Math.ceil(law.numRuns / 10) },
    )
  })

  it('finds at least the groups that were planted among up to 20 people', () => {
    fc.assert(
      fc.property(plantedGroups(20), fc.integer(), (groups, seed) => {
        const minors = plant(groups, seed)
        const count = paymentsOf(simplifyDebts(balancesFrom(minors))).length
        expect(count).toBeLessThanOrEqual(minors.length - groups.length)
      }),
      { numRuns: Math.ceil(law.numRuns / 5) },
    )
  })

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(minorsOf(12), fc.integer(), (minors, seed) => {
        const balances = balancesFrom(minors)
        expect(simplifyDebts(plant([balances], seed))).toEqual(simplifyDebts(balances))
      }),
      law,
    )
  })

  it('is the rest of itself after any payment was made in full, down to the last', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          minorsOf(11),
          plantedGroups(11).map((groups) => groups.flat()),
        ),
        fc.infiniteStream(fc.nat()),
        (minors, choices) => {
          let balances: readonly Balance[] = balancesFrom(minors)
          let payments = simplifyDebts(balances)[0]?.payments ?? []
          while (payments.length > 0) {
            for (const paid of payments) {
              const rest = payments.filter((payment) => payment !== paid)
              const plans = simplifyDebts(afterPayment(balances, paid))
              expect(plans[0]?.payments ?? []).toEqual(rest)
            }
            const paid = payments[choices.next().value % payments.length]!
            balances = afterPayment(balances, paid)
            payments = payments.filter((payment) => payment !== paid)
          }
        },
      ),
      slowLaw,
    )
  })

  it('stays as short, or becomes shorter, after a payment was made in part', () => {
    fc.assert(
      fc.property(minorsOf(10), fc.nat(), fc.nat(), (minors, which, share) => {
        const balances = balancesFrom(minors)
        const payments = simplifyDebts(balances)[0]?.payments ?? []
        const whole = payments[which % payments.length]
        fc.pre(whole !== undefined && whole.amount.minor > 1n)
        const minor = 1n + (BigInt(share) % (whole.amount.minor - 1n))
        const left = afterPayment(balances, { ...whole, amount: { ...whole.amount, minor } })
        const plans = simplifyDebts(left)
        const leftMinors = left.map(({ amount }) => amount.minor)
        expectSettled(leftMinors, plans)
        expect(paymentsOf(plans).length).toBe(fewestByTryingAll(leftMinors))
        expect(paymentsOf(plans).length).toBeLessThanOrEqual(payments.length)
      }),
      law,
    )
  })
})

describe('the plan for more people than can be tried in full', () => {
  const searched = { searchRounds: 20 }

  it('settles everybody, never in more payments than largest first', () => {
    fc.assert(
      fc.property(
        fc.array(
          amounts.filter((minor) => minor !== 0n),
          { minLength: 26, maxLength: 45 },
        ),
        fc.integer(),
        (list, seed) => {
          const minors = [...list, -list.reduce((sum, minor) => sum + minor, 0n)]
          const balances = balancesFrom(minors)
          const plans = simplifyDebts(balances, searched)
          expectSettled(minors, plans)
          expect(paymentsOf(plans).length).toBeLessThanOrEqual(largestFirstCount(minors))
          expect(simplifyDebts(plant([balances], seed), searched)).toEqual(plans)
        },
      ),
      { numRuns: Math.ceil(law.numRuns / 50) },
    )
  })

  it.each([40, 60])(
    'comes within a twentieth of what groups planted among %i people need',
    (people) => {
      const random = fc.sample(plantedGroups(people), { numRuns: 2, seed: 20 })
      const tight = random.map((groups) => [...groups, ...padding(people - groups.flat().length)])
      for (const groups of tight) {
        const minors = plant(groups, people)
        const count = paymentsOf(simplifyDebts(balancesFrom(minors))).length
        expect(count).toBeLessThanOrEqual((minors.length - groups.length) * 1.05)
        expect(count).toBeLessThanOrEqual(largestFirstCount(minors))
      }
    },
  )

  it('finds the fewest where people come in opposite pairs, or few remain without them', () => {
    const pairs = Array.from({ length: 15 }, (_, i) => [BigInt(i + 1), -BigInt(i + 1)])
    const [ofPairs] = simplifyDebts(balancesFrom(plant(pairs, 1)))
    expect(ofPairs).toMatchObject({ optimal: false, payments: { length: 15 } })
    const more = [...pairs, [100n, 200n, -300n], [1_000n, 5_000n, -2_000n, -4_000n]]
    const [ofMore] = simplifyDebts(balancesFrom(plant(more, 2)))
    expect(ofMore).toMatchObject({ optimal: false, payments: { length: 15 + 2 + 3 } })
  })

  it('does not claim what it cannot know', () => {
    const powers = Array.from({ length: 29 }, (_, i) => (-3n) ** BigInt(i))
    const minors = [...powers, -powers.reduce((sum, minor) => sum + minor, 0n)]
    const [plan] = simplifyDebts(balancesFrom(minors), searched)
    expect(plan).toMatchObject({ optimal: false, payments: { length: 29 } })
  })

  it('takes no set for a group that only looks like one in the residues it compares', () => {
    const powers = Array.from({ length: 25 }, (_, i) => (-3n) ** BigInt(i) * (2n ** 50n - 27n))
    const minors = [...powers, -powers.reduce((sum, minor) => sum + minor, 0n)]
    const plans = simplifyDebts(balancesFrom(minors), searched)
    expectSettled(minors, plans)
    expect(paymentsOf(plans)).toHaveLength(25)
  })

  it('falls back on largest first where the search finds less', () => {
    const groups = [0n, 6n, 12n, 18n].map((exponent) =>
      [-1n, -2n, -4n, -8n, -16n, -32n, -64n, 127n].map((minor) => minor * 10n ** exponent),
    )
    const [plan] = simplifyDebts(balancesFrom(plant(groups, 5)), { searchRounds: 0 })
    expect(plan).toMatchObject({ optimal: false, payments: { length: 28 } })
  })

  it('tries in full as many people as asked', () => {
    const minors = [-9n, -8n, -4n, 9n, 12n]
    expect(paymentsOf(simplifyDebts(balancesFrom(minors), { exactUpTo: 4 }))).toHaveLength(3)
    expect(() => simplifyDebts([], { exactUpTo: 25 })).toThrow('would not fit')
  })
})

function padding(people: number): readonly (readonly bigint[])[] {
  return people >= 2
    ? [Array.from({ length: people }, (_, i) => BigInt(i === 0 ? 1 - people : 1))]
    : []
}

function largestFirstCount(minors: readonly bigint[]): number {
  const people = minors.map((minor, i) => ({ userId: userIdOf(i), minor }))
  return largestFirst(people.filter(({ minor }) => minor !== 0n)).length
}

function expectSettled(minors: readonly bigint[], plans: readonly SettleUpPlan[]): void {
  const left = new Map(minors.map((minor, i) => [userIdOf(i), minor]))
  for (const { fromUserId, toUserId, amount } of plans.flatMap(({ payments }) => payments)) {
    expect(left.get(fromUserId)! < 0n && left.get(toUserId)! > 0n).toBe(true)
    left.set(fromUserId, left.get(fromUserId)! + amount.minor)
    left.set(toUserId, left.get(toUserId)! - amount.minor)
  }
  expect([...left.values()].every((minor) => minor === 0n)).toBe(true)
}
