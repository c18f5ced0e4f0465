/** Whole numbers from 0 up to, not including, `below`; the same sequence for the same seed. */
export type Random = (below: number) => number

/** Seeded by the amounts, so that the same balances always meet the same chances. Mulberry32. */
export function randomFrom(amounts: readonly bigint[]): Random {
  let state = amounts.reduce(
    (hash, amount) =>
      Math.imul(hash ^ Number(BigInt.asIntN(32, amount)), 0x01000193) ^ (hash >>> 15),
    0x811c9dc5,
  )
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** A new list in another order. */
export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const result = [...list]
  for (let last = result.length - 1; last > 0; last--) {
    const other = random(last + 1)
    const moved = result[last]!
    result[last] = result[other]!
    result[other] = moved
  }
  return result
}
