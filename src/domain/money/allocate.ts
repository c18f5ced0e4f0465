import assert from 'node:assert/strict'
import { invalid } from '../errors.ts'

export type Weight = {
  /** Zero or more; only the proportion between weights counts. */
  readonly weight: bigint
  /** How often this member was rounded up so far in this group and currency, less the times down. */
  readonly priority: bigint
}

export type Part = {
  readonly amount: bigint
  /** `amount` less the exact part cut towards zero: 1 or 0, of a negative total -1 or 0. */
  readonly oddUnits: bigint
}

/**
 * Largest remainder in whole units: the parts add up to `total`, each is within one unit of exact.
 * Ties go to the member rounded up least so far; of a negative total, where the odd unit is the
 * better end, to the one rounded up most; then to list order. Throws `no-weight`.
 */
export function allocate(
  total: bigint,
  weights: readonly Weight[],
  pointer?: string,
): readonly Part[] {
  const totalWeight = weights.reduce((all, { weight }) => all + weight, 0n)
  if (totalWeight === 0n) {
    throw invalid('no-weight', 'At least one weight must be above zero.', {}, pointer)
  }
  const unit = total < 0n ? -1n : 1n
  const parts = weights.map(({ weight, priority }, position) => {
    assert(weight >= 0n, 'a weight is negative')
    const numerator = total * weight
    const remainder = (numerator % totalWeight) * unit
    return { position, cut: numerator / totalWeight, remainder, tie: priority * unit }
  })
  const odd = (total - parts.reduce((all, { cut }) => all + cut, 0n)) * unit
  const receivers = [...parts]
    .sort(
      (a, b) => sign(b.remainder - a.remainder) || sign(a.tie - b.tie) || a.position - b.position,
    )
    .slice(0, Number(odd))
  const receives = new Set(receivers.map(({ position }) => position))
  const result = parts.map(({ position, cut }) => {
    const oddUnits = receives.has(position) ? unit : 0n
    return { amount: cut + oddUnits, oddUnits }
  })
  assert.equal(
    result.reduce((all, { amount }) => all + amount, 0n),
    total,
    'the parts do not add up to the total',
  )
  return result
}

function sign(value: bigint): number {
  if (value === 0n) return 0
  return value < 0n ? -1 : 1
}
