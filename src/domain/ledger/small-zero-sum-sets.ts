/** Positions in the list of amounts, in rising order. */
export type Positions = readonly number[]

/** Combinations of one size, with their sums modulo a prime. */
type Combinations = { readonly members: readonly Positions[]; readonly sums: Float64Array }

/** Sums of a few residues are exact and miss no zero; what they find is checked with all digits. */
const modulus = 2 ** 50 - 27

const maxCombinations = 100_000
const maxSetsOfOneSize = 4_000

/**
 * Sets of three to six amounts that add up to zero, the small ones first. Two combinations of up to
 * three meet where their sums cancel out, so six of n amounts cost n³/6 steps. Of too many amounts
 * the larger sets are not looked for, and of too many sets the first are kept.
 */
export function smallZeroSumSets(amounts: readonly bigint[]): Positions[] {
  const residues = amounts.map((amount) => {
    const residue = Number(amount % BigInt(modulus))
    return residue < 0 ? residue + modulus : residue
  })
  const n = residues.length
  if ((n * (n - 1)) / 2 > maxCombinations) return []
  const ones = combinationsOf(residues, { members: [[]], sums: new Float64Array(1) })
  const twos = combinationsOf(residues, ones)
  const found = [...joined(twos, ones, amounts), ...joined(twos, twos, amounts)]
  if ((n * (n - 1) * (n - 2)) / 6 > maxCombinations) return found
  const threes = combinationsOf(residues, twos)
  return [...found, ...joined(threes, twos, amounts), ...joined(threes, threes, amounts)]
}

function combinationsOf(residues: readonly number[], smaller: Combinations): Combinations {
  const members: Positions[] = []
  const sums: number[] = []
  smaller.members.forEach((positions, i) => {
    for (let next = (positions.at(-1) ?? -1) + 1; next < residues.length; next++) {
      members.push([...positions, next])
      sums.push((smaller.sums[i]! + residues[next]!) % modulus)
    }
  })
  return { members, sums: Float64Array.from(sums) }
}

/** Every set is found once, as its front in `fronts` and its back in `backs`. */
function joined(
  fronts: Combinations,
  backs: Combinations,
  amounts: readonly bigint[],
): Positions[] {
  const { firstWith, nextWith } = chainsBySum(backs.sums)
  const found: Positions[] = []
  for (let i = 0; i < fronts.members.length; i++) {
    const front = fronts.members[i]!
    const missing = (modulus - fronts.sums[i]!) % modulus
    for (let j = firstWith.get(missing) ?? -1; j >= 0; j = nextWith[j]!) {
      const back = backs.members[j]!
      if (back[0]! <= front.at(-1)!) break
      const set = [...front, ...back]
      if (set.reduce((sum, position) => sum + amounts[position]!, 0n) !== 0n) continue
      found.push(set)
      if (found.length === maxSetsOfOneSize) return found
    }
  }
  return found
}

/** Combinations come in the order of their first positions; each chain begins with the last. */
function chainsBySum(sums: Float64Array): {
  readonly firstWith: ReadonlyMap<number, number>
  readonly nextWith: Int32Array
} {
  const firstWith = new Map<number, number>()
  const nextWith = new Int32Array(sums.length)
  sums.forEach((sum, i) => {
    nextWith[i] = firstWith.get(sum) ?? -1
    firstWith.set(sum, i)
  })
  return { firstWith, nextWith }
}
