import type { Balance } from './balances.ts'
import { isProvablyFewest } from './fewest-payments.ts'
import type { Transfer } from './match-in-order.ts'
import { openBalances } from './open-balances.ts'
import { planOf, type SettleUpPlan } from './settle-up-plan.ts'

/**
 * Everybody who owes pays the hub, and the hub pays everybody who is owed; the hub may be settled, or
 * have no balance at all. A payment made in full leaves the rest of the plan.
 */
export function settleVia(
  balances: readonly Balance[],
  hubUserId: string,
): readonly SettleUpPlan[] {
  return [...openBalances(balances)].flatMap(([currency, open]) => {
    if (open.length === 0) return []
    const transfers = open
      .filter(({ userId }) => userId !== hubUserId)
      .map(({ userId, minor }): Transfer => {
        if (minor > 0n) return { fromUserId: hubUserId, toUserId: userId, minor }
        return { fromUserId: userId, toUserId: hubUserId, minor: -minor }
      })
    return [planOf(currency, isProvablyFewest(transfers.length, open), transfers)]
  })
}
