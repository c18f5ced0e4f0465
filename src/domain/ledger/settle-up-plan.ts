import type { CurrencyCode } from '../money/currencies.ts'
import { type Money, money } from '../money/money.ts'
import type { Transfer } from './match-in-order.ts'

export const settleUpStrategies = ['minimal', 'pairwise', 'via'] as const

export type SettleUpStrategy = (typeof settleUpStrategies)[number]

/** A payment that would reduce balances; computed when asked for, never stored. */
export type SuggestedSettlement = {
  readonly fromUserId: string
  readonly toUserId: string
  /** Always above zero. */
  readonly amount: Money
}

export type SettleUpPlan = {
  readonly currency: CurrencyCode
  /** No plan with fewer payments exists; false also where that is only unproven. */
  readonly optimal: boolean
  /** In the order of payers, then receivers. */
  readonly payments: readonly SuggestedSettlement[]
}

export function planOf(
  currency: CurrencyCode,
  optimal: boolean,
  transfers: readonly Transfer[],
): SettleUpPlan {
  const payments = transfers
    .toSorted((a, b) => byText(a.fromUserId, b.fromUserId) || byText(a.toUserId, b.toUserId))
    .map(({ fromUserId, toUserId, minor }) => ({
      fromUserId,
      toUserId,
      amount: money(minor, currency),
    }))
  return { currency, optimal, payments }
}

/** The same on every machine, unlike an order by locale. */
export function byText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
