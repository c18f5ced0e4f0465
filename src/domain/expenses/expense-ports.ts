import type { NewGroupEvent } from '../groups/event.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import type { Money } from '../money/money.ts'
import type { Page, PageRequest } from '../page.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import type { Category } from './categories.ts'
import type { Comment } from './comments.ts'
import type { Expense, ExpenseKind } from './expense.ts'

export type ExpenseFilter = {
  /** Only expenses in groups to which this person belongs now. */
  readonly visibleTo: string
  readonly groupId?: string
  readonly categoryIds?: readonly string[]
  /** Paid or shared by each of these people. */
  readonly involving?: readonly string[]
  readonly payerId?: string
  /** All of them are in the description or the notes, whatever their case and accents. */
  readonly words?: readonly string[]
  readonly tag?: string
  readonly kind?: ExpenseKind
  readonly currency?: CurrencyCode
  /** Signed, and as large at least; at most: both in one currency. */
  readonly minAmount?: Money
  readonly maxAmount?: Money
  /** The first and the last day. */
  readonly from?: CalendarDate
  readonly to?: CalendarDate
  readonly includeVoided?: boolean
}

/** Where a page of changes ended: they run from the oldest to the newest by these two. */
export type ChangeKey = { readonly at: Date; readonly id: string }

export type ChangeRequest = {
  readonly limit: number
  readonly since: Date
  /** Changes that late may have siblings that are not committed yet. */
  readonly before: Date
  readonly after: ChangeKey | null
}

export type ExpenseReads = {
  /** Looks in all groups; callers that know the group use `findIn`. */
  find(id: string): Promise<Expense | null>
  findIn(groupId: string, id: string): Promise<Expense | null>
  list(filter: ExpenseFilter, page: PageRequest): Promise<Page<Expense>>
  /** What changed from `since` to `before`, in the order in which it did. */
  changes(
    filter: ExpenseFilter,
    range: ChangeRequest,
  ): Promise<{ readonly items: readonly Expense[]; readonly next: ChangeKey | null }>
  /** Every change up to then can be read: no transaction that is still open can stamp an earlier one. */
  changesCompleteUntil(now: Date): Promise<Date>
}

export type CategoryReads = {
  find(id: string): Promise<Category | null>
  /** The system's, the person's own, and those of the groups they belong to. */
  visibleTo(userId: string): Promise<readonly Category[]>
}

export type ExpenseRepository = ExpenseReads & {
  /** With what it does to balances and the event that tells of it. */
  insert(expense: Expense, entries: readonly LedgerEntry[], event: NewGroupEvent): Promise<void>
  insertAll(expenses: readonly Expense[]): Promise<void>
  /** Writes the new version with its shares. */
  replace(expense: Expense): Promise<void>
  /** Writes voidedAt and the version; shares stay as they are. */
  setVoided(expense: Expense): Promise<void>
  /** With voided ones. */
  ofCategory(groupId: string, categoryId: string): Promise<readonly Expense[]>
  /** Writes category and version of expenses that go to one category together. */
  setCategory(groupId: string, expenses: readonly Expense[]): Promise<void>
  /** The refunds of an expense that are in force. */
  refundsOf(groupId: string, expenseId: string): Promise<readonly Expense[]>
  /** The newest one this person wrote in these groups that is in force and not older than `since`. */
  latestBy(userId: string, groupIds: readonly string[], since: Date): Promise<Expense | null>
}

export type CommentReads = {
  find(groupId: string, id: string): Promise<Comment | null>
  /** Newest first. */
  list(groupId: string, expenseId: string, page: PageRequest): Promise<Page<Comment>>
  /** What this person wrote in the groups to which they belong now, newest first. */
  listBy(userId: string, page: PageRequest): Promise<Page<Comment>>
}

export type CommentRepository = CommentReads & {
  insert(comment: Comment): Promise<void>
  delete(comment: Comment, at: Date): Promise<void>
}

export type CategoryRepository = CategoryReads & {
  insert(category: Category): Promise<void>
  update(category: Category): Promise<void>
  /** Nobody finds it any more; those below it become top-level ones. */
  archive(category: Category, at: Date): Promise<void>
  /** The groups that have expenses of it. */
  groupsUsing(id: string): Promise<readonly string[]>
}
