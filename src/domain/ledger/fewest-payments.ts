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

/**
 * The fewest payments: people less the groups they fall into that each add up to zero, where there
 * are as many groups as can be. Among the plans with so few it is the first one, payments compared
 * by payer, receiver and amount (the larger first). Whatever completes a payment of that plan with
 * as few completes the plan, so the first completion is the rest of it: a payment made in full
 * never changes the others.
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

/** How many groups there are at most; beyond 20 people a bound, as each has a payer and a receiver. */
function mostGroups(open: readonly OpenBalance[]): number {
  if (open.length === 0) return 0
  if (open.length > 20) return Math.min(payersOf(open).length, receiversOf(open).length)
  return zeroSumCounts(open.slice(1).map(({ minor }) => minor)).at(-1)! + 1
}

/**
 * In a plan with the fewest payments: how many groups, and which receivers are with the first payer.
 * What is left of everybody else without them is the lowest mask with all other groups, which adds
 * up to zero since without one of its amounts it would be lower; the first receiver has the highest
 * bit and so is among the others last.
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
