import type { Random } from './seeded-random.ts'
import type { Positions } from './small-zero-sum-sets.ts'

/**
 * Many disjoint sets out of those given. Begins with the first that fit, then forces sets in at
 * random: whoever is in the way leaves, and what that frees is filled again. A round that ends with
 * fewer sets, or as many that are larger, is taken back.
 */
export function packSets(sets: readonly Positions[], rounds: number, random: Random): Positions[] {
  const packing = new Packing(sets)
  for (const set of sets.keys()) packing.addIfFree(set)
  for (let round = 0; round < rounds && sets.length > 0; round++) {
    forceIn(random(sets.length), packing, random)
  }
  return packing.chosen()
}

function forceIn(set: number, packing: Packing, random: Random): void {
  const inTheWay = packing.holdersOf(set)
  if (inTheWay.includes(set) || inTheWay.length > 2) return
  for (const other of inTheWay) packing.remove(other)
  const added = packing.addIfFree(set) ? [set] : []
  const freed = inTheWay.flatMap((other) => packing.sets[other]!)
  for (const position of freed) {
    const candidates = packing.setsWith(position)
    const start = random(candidates.length)
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[(start + i) % candidates.length]!
      if (packing.addIfFree(candidate)) added.push(candidate)
    }
  }
  const size = (list: readonly number[]) =>
    list.reduce((total, each) => total + packing.sets[each]!.length, 0)
  const isWorse = added.length < inTheWay.length
  const isAsMany = added.length === inTheWay.length
  if (!isWorse && !(isAsMany && size(added) > size(inTheWay))) return
  for (const other of added) packing.remove(other)
  for (const other of inTheWay) packing.addIfFree(other)
}

class Packing {
  readonly sets: readonly Positions[]
  readonly #holders = new Map<number, number>()
  readonly #setsWith = new Map<number, number[]>()

  constructor(sets: readonly Positions[]) {
    this.sets = sets
    sets.forEach((positions, set) => {
      for (const position of positions) {
        const list = this.#setsWith.get(position)
        if (list === undefined) this.#setsWith.set(position, [set])
        else list.push(set)
      }
    })
  }

  setsWith(position: number): readonly number[] {
    return this.#setsWith.get(position) ?? []
  }

  holdersOf(set: number): number[] {
    const holders = this.sets[set]!.map((position) => this.#holders.get(position))
    return [...new Set(holders.filter((holder) => holder !== undefined))]
  }

  addIfFree(set: number): boolean {
    const positions = this.sets[set]!
    for (const position of positions) if (this.#holders.has(position)) return false
    for (const position of positions) this.#holders.set(position, set)
    return true
  }

  remove(set: number): void {
    for (const position of this.sets[set]!) this.#holders.delete(position)
  }

  chosen(): Positions[] {
    return [...new Set(this.#holders.values())].sort((a, b) => a - b).map((set) => this.sets[set]!)
  }
}
