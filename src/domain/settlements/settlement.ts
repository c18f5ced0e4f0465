import type { Source } from '../accounts/user.ts'
import type { Conversion } from '../expenses/expense.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import { type Money, negate } from '../money/money.ts'
import type { CalendarDate } from '../time/calendar-date.ts'

/** Money that one member handed to another; it reduces what the payer owes. */
export type Settlement = {
  readonly id: string
  readonly groupId: string
  readonly fromUserId: string
  readonly toUserId: string
  /** Always positive. */
  readonly amount: Money
  readonly settledOn: CalendarDate
  readonly notes: string
  /** The expense whose share it settles; null for a payment between people as such. */
  readonly expenseId: string | null
  /** What changed hands when it was in another currency than the debt. */
  readonly conversion: Conversion | null
  readonly source: Source
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly voidedAt: Date | null
}

/** Positive for who pays, negative for who receives: the debt and the claim shrink alike. */
export function entriesOfSettlement(
  settlement: Pick<Settlement, 'fromUserId' | 'toUserId' | 'amount'>,
): readonly LedgerEntry[] {
  const { fromUserId, toUserId, amount } = settlement
  return [
    { userId: fromUserId, amount, oddUnits: 0n },
    { userId: toUserId, amount: negate(amount), oddUnits: 0n },
  ]
}
