import type { Money } from '../money/money.ts'

/** What a member is owed (positive) or owes (negative) in one currency. Over a group they add up to zero. */
export type Balance = {
  readonly userId: string
  readonly amount: Money
}
