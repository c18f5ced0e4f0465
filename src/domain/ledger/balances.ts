import type { Money } from '../money/money.ts'

/** What a member is owed (positive) or owes (negative) in one currency. Over a group they add up to zero. */
export type Balance = {
  readonly userId: string
  readonly amount: Money
}

/** One person's balance in one of their groups. */
export type PersonalBalance = {
  readonly groupId: string
  /** The group's name; for a direct group the other people's names. */
  readonly groupName: string
  readonly amount: Money
}
