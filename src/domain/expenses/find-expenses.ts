import type { Actor } from '../accounts/user.ts'
import { invalid } from '../errors.ts'
import { requirePermission } from '../groups/policy.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Reads } from '../ports.ts'
import { visibleCategory, withChildren } from './categories.ts'
import type { Expense } from './expense.ts'
import type { ChangeKey, ExpenseFilter } from './expense-ports.ts'

/** What somebody looks for, in the groups they belong to. */
export type ExpenseSearch = Omit<ExpenseFilter, 'visibleTo' | 'categoryIds' | 'words'> & {
  /** With the categories below it. */
  readonly categoryId?: string
  /** Words in any order; each may be a part of a longer one. */
  readonly text?: string
}

export type ChangesRequest = {
  readonly limit: number
  readonly since: Date
  /** Where the page before ended, and up to where that list goes; null for the first page. */
  readonly resume: { readonly before: Date; readonly after: ChangeKey } | null
}

export type Changes = {
  readonly items: readonly Expense[]
  readonly next: ChangeKey | null
  /** Everything before it was seen, once there is no next page. */
  readonly until: Date
}

const mostWords = 10

/** Newest first. Groups and categories that the actor may not know of are refused. */
export async function findExpenses(
  reads: Reads,
  actor: Actor,
  search: ExpenseSearch,
  page: PageRequest,
): Promise<Page<Expense>> {
  return reads.expenses.list(await readFilter(reads, actor, search), page)
}

/**
 * What changed since then, voided expenses too, oldest change first; for programs that keep a copy.
 * It lags some seconds behind, so that nothing is missed that is committed late.
 */
export async function findChanges(
  reads: Reads,
  actor: Actor,
  search: ExpenseSearch,
  { limit, since, resume }: ChangesRequest,
  now: Date,
): Promise<Changes> {
  const filter = await readFilter(reads, actor, search)
  const before = resume?.before ?? (await reads.expenses.changesCompleteUntil(now))
  const range = { limit, since, before, after: resume?.after ?? null }
  const until = before < since ? since : before
  return { ...(await reads.expenses.changes(filter, range)), until }
}

export async function readFilter(
  reads: Reads,
  actor: Actor,
  { categoryId, text, ...search }: ExpenseSearch,
): Promise<ExpenseFilter> {
  if (search.from && search.to && search.from > search.to) throw emptyRange('to')
  if (search.groupId) {
    requirePermission(await reads.groups.find(search.groupId), actor, 'group.read')
  }
  return {
    ...search,
    visibleTo: actor.userId,
    ...(categoryId === undefined
      ? {}
      : { categoryIds: await categoriesBelow(reads, actor, categoryId) }),
    ...(text === undefined ? {} : { words: wordsOf(text) }),
  }
}

async function categoriesBelow(reads: Reads, actor: Actor, id: string): Promise<readonly string[]> {
  await visibleCategory(reads.categories, actor, id)
  return withChildren(await reads.categories.visibleTo(actor.userId), id)
}

function wordsOf(text: string): readonly string[] {
  const words = [...new Set(text.split(/\s+/u).filter((word) => word !== ''))]
  if (words.length <= mostWords) return words
  throw invalid('too-many-words', `Look for at most ${mostWords} words.`, {}, 'text')
}

/** `parameter` names the last day. */
export function emptyRange(parameter: string): Error {
  return invalid('empty-range', 'The range ends before it begins.', {}, parameter)
}
