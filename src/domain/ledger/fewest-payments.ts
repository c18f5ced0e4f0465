import {
  matchInOrder,
  payersOf,
  payFirst,
  type Queue,
  receiversOf,
  type Transfer,
} from './match-in-order.ts'
import type { OpenBalance } from './open-balances.ts'
import { positionsIn, zeroSumCounts } from './zero-sum-counts.ts'

/** The table of all subsets of 24 people takes 8 MB and some 100 ms, as long as the search beyond. */
export const mostPeopleTried = 24

/** The same for a mere flag, which may cost some 3 ms. */
const mostPeopleCounted = 20

/**
 * People less the groups they fall into that each add up to zero, where there are as many groups as
 * can be: no plan has fewer payments. Of several it is the first, payments compared by payer, then
 * receiver, then amount with the larger first. Once a payment is made in full the first plan is the
 * rest of this one, for one that came before the rest would, with the payment, come before the whole.
 */
export function fewestPayments(open: readonly OpenBalance[]): Transfer[] {
  const payers = payersOf(open)
  const receivers = receiversOf(open)
  const transfers: Transfer[] = []
  let groups: number | undefined
  while (groups !== 1 && payers.length > 0) {
    const step = firstPayersGroup(payers, receivers, groups)
    const theirs = receivers.filter((_, i) => step.receivers.has(i))
    transfers.push(...payFirst(payers, theirs))
    const isClosed = theirs.length === 0
    groups = isClosed ? step.groups - 1 : step.groups
    receivers.splice(0, receivers.length, ...receivers.filter(({ minor }) => minor > 0n))
  }
  return [...transfers, ...matchInOrder(payers, receivers)]
}

/** Whether no plan has fewer payments; beyond 20 people only where that is plain. */
export function isProvablyFewest(payments: number, open: readonly OpenBalance[]): boolean {
  return payments <= open.length - mostGroups(open)
}

/** Beyond 20 people a bound, as each group has a payer and a receiver. */
function mostGroups(open: readonly OpenBalance[]): number {
  if (open.length === 0) return 0
  if (open.length > mostPeopleCounted) {
    return Math.min(payersOf(open).length, receiversOf(open).length)
  }
  return zeroSumCounts(open.slice(1).map(({ minor }) => minor)).at(-1)! + 1
}

/**
 * How many groups there are, and which receivers are in the first payer's. The lowest mask with all
 * other groups leaves that one out: receivers have the high bits, the first the highest, so each is
 * left to the first payer where it can be. Nobody in the mask is in no group, or it could be lower.
 */
function firstPayersGroup(
  payers: Queue,
  receivers: Queue,
  knownGroups: number | undefined,
): { readonly groups: number; readonly receivers: ReadonlySet<number> } {
  const others = [
    ...payers.slice(1).map(({ minor }) => -minor),
    ...receivers.map(({ minor }) => minor).reverse(),
  ]
  const counts = zeroSumCounts(others, knownGroups === undefined ? undefined : knownGroups - 1)
  const groups = counts.at(-1)! + 1
  const elsewhere = counts.indexOf(groups - 1)
  const theirs = positionsIn((2 ** others.length - 1) ^ elsewhere)
    .filter((position) => position >= payers.length - 1)
    .map((position) => others.length - 1 - position)
  return { groups, receivers: new Set(theirs) }
}
