import type { Source } from '../accounts/user.ts'
import type { Conversion } from '../money/convert.ts'
import type { Money } from '../money/money.ts'
import type { Settlement } from '../settlements/settlement.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import type { PayerInput, Share, SplitInput } from './split.ts'

export type { Conversion } from '../money/convert.ts'

export const expenseKinds = ['expense', 'income'] as const
export type ExpenseKind = (typeof expenseKinds)[number]

export type PaidShare = { readonly userId: string; readonly amount: Money }

/** Who pays and how it is split, as it was asked for; kept so that an edit can be computed anew. */
export type ExpenseTerms = {
  readonly payers: readonly PayerInput[]
  readonly split: SplitInput
}

/** A cost, or an income, of a group. Paid shares and owed shares each add up to the amount. */
export type Expense = {
  readonly id: string
  readonly groupId: string
  readonly kind: ExpenseKind
  /** Negative for a refund. */
  readonly amount: Money
  readonly description: string
  readonly notes: string
  readonly spentOn: CalendarDate
  readonly categoryId: string | null
  readonly tags: readonly string[]
  readonly payers: readonly PaidShare[]
  readonly splits: readonly Share[]
  /** Payments in force that settle shares of this very expense. */
  readonly settledBy: readonly Pick<Settlement, 'fromUserId' | 'toUserId' | 'amount'>[]
  readonly terms: ExpenseTerms
  readonly refundOf: string | null
  readonly conversion: Conversion | null
  readonly source: Source
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly voidedAt: Date | null
}

/** Shared means that somebody other than the payer bears a part, or several pay. */
export function isShared(expense: Expense): boolean {
  const people = new Set([...expense.payers, ...expense.splits].map((share) => share.userId))
  return people.size > 1
}

/** Who bears the minor units that could not be divided; empty when it divided evenly. */
export function roundingNote(expense: Expense): readonly { userId: string; units: bigint }[] {
  return expense.splits
    .filter((share) => share.oddUnits !== 0n)
    .map((share) => ({ userId: share.userId, units: share.oddUnits }))
}
