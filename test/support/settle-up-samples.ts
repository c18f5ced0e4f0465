import type { Balance } from '../../src/domain/ledger/balances.ts'
import type { SettleUpPlan, SuggestedSettlement } from '../../src/domain/ledger/settle-up-plan.ts'
import { type CurrencyCode, parseCurrency } from '../../src/domain/money/currencies.ts'
import { add, money, subtract } from '../../src/domain/money/money.ts'
import { usd } from './split-samples.ts'

/** Has four decimals. */
export const clf = parseCurrency('CLF')

export function userIdOf(position: number): string {
  return `u${String(position).padStart(2, '0')}`
}

export function balancesFrom(minors: readonly bigint[], currency: CurrencyCode = usd): Balance[] {
  return minors.map((minor, i) => ({ userId: userIdOf(i), amount: money(minor, currency) }))
}

/** "u00 pays u01 250", in minor units. */
export function paymentsOf(plans: readonly SettleUpPlan[]): string[] {
  return plans.flatMap(({ payments }) =>
    payments.map(
      ({ fromUserId, toUserId, amount }) => `${fromUserId} pays ${toUserId} ${amount.minor}`,
    ),
  )
}

export function afterPayment(
  balances: readonly Balance[],
  { fromUserId, toUserId, amount: paid }: SuggestedSettlement,
): Balance[] {
  return balances.map(({ userId, amount }) => {
    if (userId === fromUserId) return { userId, amount: add(amount, paid) }
    return { userId, amount: userId === toUserId ? subtract(amount, paid) : amount }
  })
}

/** Everything in the groups in one list, in an order that depends on the seed. */
export function plant<T>(groups: readonly (readonly T[])[], seed: number): T[] {
  let state = seed >>> 0
  const keyed = groups.flat().map((value) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return { value, key: state >>> 4 }
  })
  return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value)
}

/** People less the most groups that add up to zero, by taking the first person's group in every way. */
export function fewestByTryingAll(minors: readonly bigint[]): number {
  const open = minors.filter((minor) => minor !== 0n)
  const sums = Array.from({ length: 2 ** open.length }, (_, mask) =>
    open.reduce((sum, minor, i) => ((mask >> i) & 1 ? sum + minor : sum), 0n),
  )
  const known = new Map<number, number>([[0, 0]])
  const mostIn = (mask: number): number => {
    const before = known.get(mask)
    if (before !== undefined) return before
    let most = 0
    const first = mask & -mask
    for (let others = mask ^ first, some = others; ; some = (some - 1) & others) {
      const group = some | first
      if (sums[group] === 0n) most = Math.max(most, 1 + mostIn(mask ^ group))
      if (some === 0) break
    }
    known.set(mask, most)
    return most
  }
  return open.length - mostIn(sums.length - 1)
}
