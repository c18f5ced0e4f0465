import type { OpenBalance } from './open-balances.ts'

/** `minor` is above zero. */
export type Transfer = {
  readonly fromUserId: string
  readonly toUserId: string
  readonly minor: bigint
}

/** One side of the ledger in list order, each with what is still to be paid or received. */
export type Queue = { readonly userId: string; minor: bigint }[]

export function payersOf(open: readonly OpenBalance[]): Queue {
  return open
    .filter(({ minor }) => minor < 0n)
    .map(({ userId, minor }) => ({ userId, minor: -minor }))
}

export function receiversOf(open: readonly OpenBalance[]): Queue {
  return open.filter(({ minor }) => minor > 0n).map(({ userId, minor }) => ({ userId, minor }))
}

/**
 * The first payer pays the first receiver as much as possible, and so on: at most one payment less
 * than people. With the debts laid end to end above the claims, a payment is where two overlap:
 * taking one out shortens both lines in the same place and changes no other.
 */
export function matchInOrder(payers: Queue, receivers: Queue): Transfer[] {
  const transfers: Transfer[] = []
  while (payers.length > 0) transfers.push(...payFirst(payers, receivers))
  return transfers
}

/** Empties the first payer's debt, which leaves the queue with everybody paid in full. */
export function payFirst(payers: Queue, receivers: Queue): Transfer[] {
  const transfers: Transfer[] = []
  const payer = payers.shift()!
  while (payer.minor > 0n) {
    const receiver = receivers[0]!
    let minor = receiver.minor
    if (payer.minor < minor) minor = payer.minor
    transfers.push({ fromUserId: payer.userId, toUserId: receiver.userId, minor })
    payer.minor -= minor
    receiver.minor -= minor
    if (receiver.minor === 0n) receivers.shift()
  }
  return transfers
}
