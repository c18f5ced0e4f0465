import { mostPeopleTried } from './fewest-payments.ts'
import { packSets } from './pack-sets.ts'
import { type Random, randomFrom, shuffled } from './seeded-random.ts'
import { type Positions, smallZeroSumSets } from './small-zero-sum-sets.ts'
import { positionsIn, zeroSumCounts, zeroSumGroupsIn } from './zero-sum-counts.ts'

const packingRounds = 3_000
const neighbourhoodSize = 15

/**
 * Many groups that each add up to zero, for more people than can be tried in full; none of the
 * amounts is zero. Exact opposites are paired, which is never wrong; small sets are listed and
 * packed; then parts of the result are taken apart and regrouped in the best way until `rounds` are
 * over or there can be no more groups. The same amounts in the same order give the same groups.
 */
export function searchZeroSumGroups(
  amounts: readonly bigint[],
  rounds: number,
): readonly Positions[] {
  const { pairs, others } = pairOpposites(amounts)
  const random = randomFrom(amounts)
  const most = atMost(others.map((position) => amounts[position]!))
  if (others.length <= mostPeopleTried) {
    const { found, left } = bestGroups(others.slice(1), amounts)
    const groups = withRest(found, [...others.slice(0, 1), ...left])
    return [...pairs, ...groups]
  }
  let groups: readonly Positions[] = packed(amounts, shuffled(others, random), random)
  for (let round = 0; round < rounds && groups.length < most; round++) {
    groups = regrouped(groups, amounts, random)
  }
  return [...pairs, ...groups]
}

function pairOpposites(amounts: readonly bigint[]): {
  readonly pairs: readonly Positions[]
  readonly others: Positions
} {
  const waiting = new Map<bigint, number[]>()
  const pairs: Positions[] = []
  amounts.forEach((amount, position) => {
    const opposite = waiting.get(-amount)?.shift()
    if (opposite !== undefined) pairs.push([opposite, position])
    else waiting.set(amount, [...(waiting.get(amount) ?? []), position])
  })
  return { pairs, others: [...waiting.values()].flat().sort((a, b) => a - b) }
}

/** Without opposites a group has three people, one of them a payer and one a receiver. */
function atMost(amounts: readonly bigint[]): number {
  const payers = amounts.filter((amount) => amount < 0n).length
  return Math.min(payers, amounts.length - payers, Math.floor(amounts.length / 3))
}

function packed(amounts: readonly bigint[], others: Positions, random: Random): Positions[] {
  const sets = smallZeroSumSets(others.map((position) => amounts[position]!))
  const groups = packSets(sets, packingRounds, random)
  const taken = new Set(groups.flat())
  return withRest(
    groups.map((group) => group.map((i) => others[i]!)),
    others.filter((_, i) => !taken.has(i)),
  )
}

/** As many groups as can be taken out of these, and what is left of them. */
function bestGroups(
  members: Positions,
  amounts: readonly bigint[],
): { readonly found: readonly Positions[]; readonly left: Positions } {
  const counts = zeroSumCounts(members.map((position) => amounts[position]!))
  const found = zeroSumGroupsIn(counts).map((mask) => positionsIn(mask).map((i) => members[i]!))
  const taken = new Set(found.flat())
  return { found, left: members.filter((position) => !taken.has(position)) }
}

/** The rest adds up to zero too, and stands last. */
function withRest(groups: readonly Positions[], rest: Positions): Positions[] {
  return rest.length === 0 ? [...groups] : [...groups, rest]
}

/**
 * Puts some groups and a sample of the last, which is the rest, together and takes the most groups
 * out of them, never fewer than before; what they leave joins the rest.
 */
function regrouped(
  groups: readonly Positions[],
  amounts: readonly bigint[],
  random: Random,
): readonly Positions[] {
  const rest = groups.at(-1)!
  const kept: Positions[] = []
  const union: number[] = []
  const room = neighbourhoodSize - random(Math.min(neighbourhoodSize, rest.length + 1))
  for (const group of shuffled(groups.slice(0, -1), random)) {
    if (union.length + group.length > room) kept.push(group)
    else union.push(...group)
  }
  const sample = shuffled(rest, random)
  union.push(...sample.splice(0, neighbourhoodSize - union.length))
  const { found, left } = bestGroups(shuffled(union, random), amounts)
  return withRest([...kept, ...found], [...sample, ...left])
}
