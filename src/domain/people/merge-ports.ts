import type { Expense } from '../expenses/expense.ts'
import type { Member } from '../groups/group.ts'
import type { Settlement } from '../settlements/settlement.ts'

/** What merging two people rewrites. The people and the group are locked. */
export type MergeRepository = {
  /** On which this person stands, voided ones too; in the order of their ids. */
  expensesOf(
    groupId: string,
    userId: string,
    page: { readonly after: string | null; readonly limit: number },
  ): Promise<readonly Expense[]>
  /** Writes shares, terms and version. */
  rewriteExpenses(groupId: string, expenses: readonly Expense[]): Promise<void>
  settlementsOf(groupId: string, userId: string): Promise<readonly Settlement[]>
  /** Writes the people and the version. */
  rewriteSettlement(settlement: Settlement): Promise<void>
  /** The old membership keeps its row for what still names it, without a place; `into` gets written. */
  moveMembership(groupId: string, fromUserId: string, into: Member, at: Date): Promise<void>
  moveBalances(groupId: string, fromUserId: string, intoUserId: string): Promise<void>
  /** What conversions of the group did to the two. Gives back how many conversions that were. */
  moveConversions(
    groupId: string,
    fromUserId: string,
    intoUserId: string,
    at: Date,
  ): Promise<number>
  /** Who wrote something in a group may change it: that goes over too. The history keeps who it was. */
  moveAuthorship(groupId: string, fromUserId: string, intoUserId: string, at: Date): Promise<void>
  /** Chat identities, and the rates this person typed, but for those the other has for the same day. */
  moveBelongings(fromUserId: string, intoUserId: string): Promise<void>
}
