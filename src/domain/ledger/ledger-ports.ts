import type { CurrencyCode } from '../money/currencies.ts'
import type { Balance, PersonalBalance } from './balances.ts'
import type { LedgerCause } from './direct-debts.ts'
import type { LedgerEntry } from './ledger-entry.ts'

export type BalanceReads = {
  of(groupId: string): Promise<readonly Balance[]>
  /** Where this person is owed or owes something, in each group they are in. */
  ofPerson(userId: string): Promise<readonly PersonalBalance[]>
}

export type BalanceRepository = BalanceReads & {
  /** How many odd units each member has borne so far in this group and currency. */
  oddUnits(groupId: string, currency: CurrencyCode): Promise<ReadonlyMap<string, bigint>>
  post(groupId: string, entries: readonly LedgerEntry[]): Promise<void>
}

export type CauseFilter = {
  /** Only causes that touch all of these people; all causes where a conversion carried debts over. */
  readonly involving?: readonly string[]
  readonly currency?: CurrencyCode
  /** The newest so many. */
  readonly limit?: number
}

/** A place where the kept balances do not agree with the rows they come from. */
export type LedgerDifference = {
  readonly groupId: string
  readonly userId: string
  readonly currency: string
  readonly kept: string
  readonly computed: string
  readonly what: 'amount' | 'odd-units' | 'expense-sums' | 'event-numbers'
  /** The expense whose sums differ; null for what is no expense's. */
  readonly expenseId: string | null
}

export type LedgerReads = {
  /** What the group's balances come from, newest first. */
  causes(groupId: string, filter?: CauseFilter): Promise<readonly LedgerCause[]>
  /** Recomputes everything from the rows; null: all groups. At most `limit` differences. */
  differences(groupId: string | null, limit: number): Promise<readonly LedgerDifference[]>
  /** How much there is to recompute. */
  size(): Promise<{ readonly groups: number; readonly balances: number }>
}
