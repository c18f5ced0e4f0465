import { payersOf, receiversOf, type Transfer } from './match-in-order.ts'
import type { OpenBalance } from './open-balances.ts'

/** Whoever owes most pays whoever is owed most as much as possible, and so on. */
export function largestFirst(open: readonly OpenBalance[]): Transfer[] {
  const payers = payersOf(open)
  const receivers = receiversOf(open)
  const transfers: Transfer[] = []
  while (payers.length > 0) {
    const payer = largestOf(payers)
    const receiver = largestOf(receivers)
    let minor = receiver.minor
    if (payer.minor < minor) minor = payer.minor
    transfers.push({ fromUserId: payer.userId, toUserId: receiver.userId, minor })
    payer.minor -= minor
    receiver.minor -= minor
    if (payer.minor === 0n) payers.splice(payers.indexOf(payer), 1)
    if (receiver.minor === 0n) receivers.splice(receivers.indexOf(receiver), 1)
  }
  return transfers
}

function largestOf<T extends { readonly minor: bigint }>(queue: readonly T[]): T {
  return queue.reduce((largest, each) => (each.minor > largest.minor ? each : largest))
}
