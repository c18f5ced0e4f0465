import assert from 'node:assert/strict'
import type { Balance } from './balances.ts'
import { fewestPayments, mostPeopleTried } from './fewest-payments.ts'
import { largestFirst } from './largest-first.ts'
import { matchInOrder, payersOf, receiversOf, type Transfer } from './match-in-order.ts'
import { type OpenBalance, openBalances } from './open-balances.ts'
import { searchZeroSumGroups } from './search-zero-sum-groups.ts'
import { planOf, type SettleUpPlan } from './settle-up-plan.ts'

export type SimplifyOptions = {
  /** How many people with a balance are tried in full; 24 is the limit. */
  readonly exactUpTo?: number
  /** Rounds of the search beyond that; one takes about 0.2 ms. */
  readonly searchRounds?: number
}

/**
 * The fewest payments that settle everybody, one plan per currency in which somebody is not settled.
 * Nobody both pays and receives, so no more money moves than must. The order of the rows does not
 * matter, and after a payment of an exact plan is made in full, the plan is the rest of it. Beyond
 * `exactUpTo` people it is the best of a bounded search and of largest first, and not called optimal:
 * even where nothing shorter exists, the rest of such a plan need not be the next plan.
 */
export function simplifyDebts(
  balances: readonly Balance[],
  { exactUpTo = mostPeopleTried, searchRounds = 400 }: SimplifyOptions = {},
): readonly SettleUpPlan[] {
  assert(exactUpTo <= mostPeopleTried, 'the table of all subsets would not fit')
  return [...openBalances(balances)]
    .filter(([, open]) => open.length > 0)
    .map(([currency, open]) => {
      if (open.length <= exactUpTo) return planOf(currency, true, fewestPayments(open))
      return planOf(currency, false, searched(open, searchRounds))
    })
}

function searched(open: readonly OpenBalance[], rounds: number): readonly Transfer[] {
  const amounts = open.map(({ minor }) => minor)
  const transfers = searchZeroSumGroups(amounts, rounds).flatMap((group) => {
    const members = open.filter((_, position) => group.includes(position))
    return matchInOrder(payersOf(members), receiversOf(members))
  })
  const simple = largestFirst(open)
  return simple.length < transfers.length ? simple : transfers
}
