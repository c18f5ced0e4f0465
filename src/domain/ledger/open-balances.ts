import assert from 'node:assert/strict'
import type { CurrencyCode } from '../money/currencies.ts'
import type { Balance } from './balances.ts'
import { byText } from './settle-up-plan.ts'

/** What one person has yet to receive (positive) or to pay (negative), never zero. */
export type OpenBalance = { readonly userId: string; readonly minor: bigint }

/**
 * Everybody who is not settled, per currency: both in the order of their codes and ids, so that
 * nothing made from it depends on the order of the rows. Rows of one person are added.
 */
export function openBalances(
  balances: readonly Balance[],
): ReadonlyMap<CurrencyCode, readonly OpenBalance[]> {
  const currencies = new Map<CurrencyCode, Map<string, bigint>>()
  for (const { userId, amount } of balances) {
    const people = currencies.get(amount.currency) ?? new Map<string, bigint>()
    currencies.set(amount.currency, people)
    people.set(userId, (people.get(userId) ?? 0n) + amount.minor)
  }
  const inOrder = [...currencies].sort(([a], [b]) => byText(a, b))
  return new Map(inOrder.map(([currency, people]) => [currency, stillOpen(people)]))
}

function stillOpen(people: ReadonlyMap<string, bigint>): readonly OpenBalance[] {
  const open = [...people].map(([userId, minor]) => ({ userId, minor }))
  assert.equal(
    open.reduce((total, { minor }) => total + minor, 0n),
    0n,
    'the balances of one currency do not add up to zero',
  )
  return open.filter(({ minor }) => minor !== 0n).sort((a, b) => byText(a.userId, b.userId))
}
