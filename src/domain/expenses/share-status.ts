import { directDebts } from '../ledger/direct-debts.ts'
import { entriesOf } from '../ledger/ledger-entry.ts'
import { isNegative } from '../money/money.ts'
import type { Settlement } from '../settlements/settlement.ts'
import type { Expense } from './expense.ts'

export const shareStatuses = ['open', 'settled'] as const
export type ShareStatus = (typeof shareStatuses)[number]

/** What one person's share leaves to be paid, and between whom. */
export type ShareDebt = Pick<Settlement, 'fromUserId' | 'toUserId' | 'amount'>

/**
 * The payments that make a share good: to those who paid for this person, or, where money came in,
 * from those who hold this person's part.
 */
export function debtsOfShare(expense: Expense, userId: string): readonly ShareDebt[] {
  const bearer = bearerIn(expense)
  return allShareDebts(expense).filter((debt) => bearer(debt) === userId)
}

export function allShareDebts(expense: Expense): readonly ShareDebt[] {
  return directDebts([{ id: expense.id, type: 'expense', entries: entriesOf(expense) }]).map(
    ({ debtorId, creditorId, amount }) => ({
      fromUserId: debtorId,
      toUserId: creditorId,
      amount,
    }),
  )
}

/** Settled when nothing is left to pay for it: by payments that name the expense, or from the start. */
export function shareStatus(expense: Expense, userId: string): ShareStatus {
  return shareStatusIn(expense)(userId)
}

/** `shareStatus` for all shares of an expense: who owes whom is worked out only once. */
export function shareStatusIn(expense: Expense): (userId: string) => ShareStatus {
  const isPaid = ({ fromUserId, toUserId, amount }: ShareDebt): boolean =>
    expense.settledBy
      .filter((payment) => payment.fromUserId === fromUserId && payment.toUserId === toUserId)
      .reduce((total, payment) => total + payment.amount.minor, 0n) >= amount.minor
  const unpaid = allShareDebts(expense).filter((debt) => !isPaid(debt))
  const open = new Set(unpaid.map(bearerIn(expense)))
  return (userId) => (open.has(userId) ? 'open' : 'settled')
}

/** Whose share a debt comes from: whoever owes it, or is owed it where money came in. */
function bearerIn(expense: Expense): (debt: ShareDebt) => string {
  const isOutgoing = (expense.kind === 'income') === isNegative(expense.amount)
  return ({ fromUserId, toUserId }) => (isOutgoing ? fromUserId : toUserId)
}
