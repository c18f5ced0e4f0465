import { invalid } from '../errors.ts'
import { allocate } from '../money/allocate.ts'
import { add, compare, type Money, money, sum, toDecimal, zero } from '../money/money.ts'

/** What one member bears of a total. `oddUnits` says how many units of it come from rounding up. */
export type Share = {
  readonly userId: string
  readonly amount: Money
  readonly oddUnits: bigint
}

/** Odd units borne so far in this group and currency, by member; nobody listed has borne none. */
export type Carried = ReadonlyMap<string, bigint>

export type Weighted = { readonly userId: string; readonly weight: bigint }

/** The only way from weights to shares. Throws `no-weight` at `pointer`. */
export function apportion(
  total: Money,
  weighted: readonly Weighted[],
  carried: Carried,
  pointer: string,
): readonly Share[] {
  const weights = weighted.map(({ userId, weight }) => ({
    weight,
    priority: carried.get(userId) ?? 0n,
  }))
  const parts = allocate(total.minor, weights, pointer)
  return weighted.map(({ userId }, position) => ({
    userId,
    amount: money(parts[position]?.amount ?? 0n, total.currency),
    oddUnits: parts[position]?.oddUnits ?? 0n,
  }))
}

/** Adds up lists of shares by member, members in the order of their first share. */
export function mergeShares(lists: readonly (readonly Share[])[]): readonly Share[] {
  const merged = new Map<string, Share>()
  for (const share of lists.flat()) {
    const { amount, oddUnits } = merged.get(share.userId) ?? {
      amount: zero(share.amount.currency),
      oddUnits: 0n,
    }
    merged.set(share.userId, {
      userId: share.userId,
      amount: add(amount, share.amount),
      oddUnits: oddUnits + share.oddUnits,
    })
  }
  return [...merged.values()]
}

/** Throws `does-not-add-up` under the caller's code, with both sums and the difference. */
export function requireSum(
  code: string,
  what: string,
  amounts: readonly Money[],
  total: Money,
  pointer: string,
): void {
  const found = sum(total.currency, amounts)
  if (compare(found, total) === 0) return
  const gap = money(found.minor - total.minor, total.currency)
  const facts = {
    currency: total.currency,
    amount: toDecimal(total),
    sum: toDecimal(found),
    difference: toDecimal(gap),
  }
  const size = toDecimal(gap).replace('-', '')
  const detail =
    `The ${what} add up to ${facts.sum} ${total.currency}, ` +
    `${size} ${gap.minor < 0n ? 'less' : 'more'} than the amount, ${facts.amount}.`
  throw invalid(code, detail, facts, pointer)
}

/** Parts must have the sign of the whole, or be zero. Throws `sign-differs`. */
export function requireSign(part: Money, whole: Money, pointer: string): void {
  if (part.minor * whole.minor >= 0n) return
  const detail = 'Every part must have the same sign as the amount: all positive or all negative.'
  throw invalid(
    'sign-differs',
    detail,
    { amount: toDecimal(whole), part: toDecimal(part) },
    pointer,
  )
}
