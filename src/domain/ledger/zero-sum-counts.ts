/**
 * For every subset of the amounts, as a bit mask: how many disjoint groups that each add up to zero
 * it contains at most. A subset has as many as its best subset with one amount less, and one more
 * if it adds up to zero itself. About n·2^n / 8 steps and 2^n bytes, for up to 24 amounts. With
 * `enough` the table ends with the first subset that contains so many.
 */
export function zeroSumCounts(amounts: readonly bigint[], enough = amounts.length + 1): Uint8Array {
  const lowBits = Math.min(amounts.length, Math.max(2, amounts.length >> 1))
  const { low, high } = matchingHalves(amounts.slice(0, lowBits), amounts.slice(lowBits))
  const counts = new Uint8Array(Math.max(4, low.length * high.length))
  const words = new Int32Array(counts.buffer)
  for (let row = 0; row < high.length; row++) {
    raiseToSubsetRows(words, row, Math.max(1, low.length >> 2))
    for (let column = row === 0 ? 1 : 0; column < low.length; column++) {
      if (low[column] !== high[row]) continue
      const mask = row * low.length + column
      const count = counts[mask]! + 1
      raiseSupersetsInRow(counts, row * low.length, column, low.length, count)
      if (count === enough) return counts.subarray(0, mask + 1)
    }
  }
  return counts.subarray(0, low.length * high.length)
}

/** Four counts at a time: the greater of two bytes, as both are below 128. */
function raiseToSubsetRows(words: Int32Array, row: number, rowWords: number): void {
  const to = row * rowWords
  for (let rest = row; rest !== 0; rest &= rest - 1) {
    const from = (row ^ (rest & -rest)) * rowWords
    for (let i = 0; i < rowWords; i++) {
      const old = words[to + i]!
      const other = words[from + i]!
      if (old === other) continue
      const isOtherGreater = Math.imul((((other | 0x80808080) - old) >>> 7) & 0x01010101, 0xff)
      words[to + i] = (other & isOtherGreater) | (old & ~isOtherGreater)
    }
  }
}

function raiseSupersetsInRow(
  counts: Uint8Array,
  start: number,
  column: number,
  rowLength: number,
  count: number,
): void {
  for (let superset = column; superset < rowLength; superset = (superset + 1) | column) {
    if (counts[start + superset]! < count) counts[start + superset] = count
  }
}

/** Numbers for the sums of either half, equal exactly where the two sums cancel out. */
function matchingHalves(
  lowAmounts: readonly bigint[],
  highAmounts: readonly bigint[],
): { readonly low: Int32Array; readonly high: Int32Array } {
  const numbers = new Map<bigint, number>()
  const low = subsetSums(lowAmounts).map((sum) => {
    const number = numbers.get(sum) ?? numbers.size
    numbers.set(sum, number)
    return number
  })
  const high = subsetSums(highAmounts).map((sum) => numbers.get(-sum) ?? -1)
  return { low: Int32Array.from(low), high: Int32Array.from(high) }
}

function subsetSums(amounts: readonly bigint[]): bigint[] {
  const sums = [0n]
  for (const amount of amounts) {
    for (let i = 0, known = sums.length; i < known; i++) sums.push(sums[i]! + amount)
  }
  return sums
}

/** The positions of the amounts in a subset. */
export function positionsIn(mask: number): number[] {
  const positions: number[] = []
  for (let rest = mask; rest !== 0; rest &= rest - 1) positions.push(31 - Math.clz32(rest & -rest))
  return positions
}

/**
 * As many disjoint zero-sum groups as `counts` finds in all amounts together, as bit masks. Whatever
 * is left of the amounts has no such group.
 */
export function zeroSumGroupsIn(counts: Uint8Array): number[] {
  const groups: number[] = []
  let mask = counts.indexOf(counts.at(-1)!)
  for (let groupsLeft = counts[mask]!; groupsLeft > 0; groupsLeft--) {
    const next = lowestSubsetWith(counts, mask, groupsLeft - 1)
    groups.push(mask ^ next)
    mask = next
  }
  return groups
}

/** Takes single amounts out as long as `groups` remain, so what remains adds up to zero. */
function lowestSubsetWith(counts: Uint8Array, mask: number, groups: number): number {
  let subset = mask
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    const smaller = subset ^ (rest & -rest)
    if (counts[smaller]! >= groups) subset = smaller
  }
  return subset
}
