import { allocate } from '../money/allocate.ts'
import { isNegative, type Money, money } from '../money/money.ts'

/** An expense, settlement or conversion by what it does to each member; adds up to zero per currency. */
export type LedgerCause = {
  readonly id: string
  readonly type: 'expense' | 'settlement' | 'conversion'
  readonly happenedOn: string
  readonly label: string
  readonly entries: readonly { readonly userId: string; readonly amount: Money }[]
}

export type DirectDebt = {
  readonly debtorId: string
  readonly creditorId: string
  readonly amount: Money
}

/**
 * Who owes whom because of which cause. With several creditors on one cause each debtor owes them in
 * proportion to what is left of their claims, so that claims and debts both come out to the unit.
 */
export function directDebts(
  causes: readonly Pick<LedgerCause, 'entries'>[],
): readonly DirectDebt[] {
  return causes.flatMap(({ entries }) => {
    const currencies = [...new Set(entries.map(({ amount }) => amount.currency))]
    return currencies.flatMap((currency) =>
      matchDebts(entries.filter(({ amount }) => amount.currency === currency)),
    )
  })
}

function matchDebts(entries: LedgerCause['entries']): readonly DirectDebt[] {
  const creditors = entries
    .filter(({ amount }) => amount.minor > 0n)
    .map(({ userId, amount }) => ({ userId, left: amount.minor }))
  const debts: DirectDebt[] = []
  for (const { userId, amount } of entries.filter((entry) => isNegative(entry.amount))) {
    const weights = creditors.map(({ left }) => ({ weight: left, priority: 0n }))
    allocate(-amount.minor, weights).forEach((part, index) => {
      const creditor = creditors[index]!
      creditor.left -= part.amount
      if (part.amount === 0n) return
      debts.push({
        debtorId: userId,
        creditorId: creditor.userId,
        amount: money(part.amount, amount.currency),
      })
    })
  }
  return debts
}
