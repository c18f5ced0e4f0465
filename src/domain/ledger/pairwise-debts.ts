import assert from 'node:assert/strict'
import { type Money, negate } from '../money/money.ts'
import type { Balance } from './balances.ts'
import { isProvablyFewest } from './fewest-payments.ts'
import type { Transfer } from './match-in-order.ts'
import { openBalances } from './open-balances.ts'
import { byText, planOf, type SettleUpPlan } from './settle-up-plan.ts'

type Debt = { readonly debtorId: string; readonly creditorId: string; readonly amount: Money }

/**
 * Only people who owe each other directly pay each other, the difference of what they owe; one plan
 * per currency in which a difference remains. Debts that go round in a circle stay.
 */
export function pairwiseDebts(debts: readonly Debt[]): readonly SettleUpPlan[] {
  const open = openBalances(debts.flatMap(balancesOf))
  return [...open].flatMap(([currency, people]) => {
    const transfers = netted(debts.filter(({ amount }) => amount.currency === currency))
    if (transfers.length === 0) return []
    return [planOf(currency, isProvablyFewest(transfers.length, people), transfers)]
  })
}

function balancesOf({ debtorId, creditorId, amount }: Debt): readonly Balance[] {
  assert(amount.minor >= 0n, 'a debt is negative')
  return [
    { userId: debtorId, amount: negate(amount) },
    { userId: creditorId, amount },
  ]
}

function netted(debts: readonly Debt[]): readonly Transfer[] {
  const pairs = new Map<string, Transfer>()
  for (const { debtorId, creditorId, amount } of debts) {
    const isInOrder = byText(debtorId, creditorId) < 0
    const [fromUserId, toUserId] = isInOrder ? [debtorId, creditorId] : [creditorId, debtorId]
    const key = JSON.stringify([fromUserId, toUserId])
    const owed = isInOrder ? amount.minor : -amount.minor
    pairs.set(key, { fromUserId, toUserId, minor: (pairs.get(key)?.minor ?? 0n) + owed })
  }
  return [...pairs.values()]
    .filter(({ fromUserId, toUserId, minor }) => fromUserId !== toUserId && minor !== 0n)
    .map((net) => (net.minor > 0n ? net : reversed(net)))
}

function reversed({ fromUserId, toUserId, minor }: Transfer): Transfer {
  return { fromUserId: toUserId, toUserId: fromUserId, minor: -minor }
}
