import type { Actor } from '../accounts/user.ts'
import type { Expense } from '../expenses/expense.ts'
import { type ExpenseSearch, readFilter } from '../expenses/find-expenses.ts'
import { type Money, zero } from '../money/money.ts'
import type { PageKey } from '../page.ts'
import type { Reads } from '../ports.ts'

/** An expense with the names that its ids stand for. */
export type ExportedExpense = {
  readonly expense: Expense
  readonly groupName: string
  readonly categoryName: string | null
  /** What whoever exports bears of it; zero where they only paid, or only may see it. */
  readonly ownShare: Money
  nameOf(userId: string): string
}

const rowsPerPage = 1_000

/**
 * Everything that is found, newest first, a thousand at a time. Each page is read on its own, so that
 * a slow reader holds no connection: what is written meanwhile may be in it, and nothing is in it twice
 * unless its date changes.
 */
export async function* exportExpenses(
  reads: Reads,
  actor: Actor,
  search: ExpenseSearch,
): AsyncGenerator<readonly ExportedExpense[]> {
  const filter = await readFilter(reads, actor, search)
  const categories = await reads.categories.visibleTo(actor.userId)
  const categoryNames = new Map(categories.map(({ id, name }) => [id, name]))
  const groupNames = new Map<string, string>()
  const userNames = new Map<string, string>()
  let after: PageKey | null = null
  do {
    const page: Awaited<ReturnType<Reads['expenses']['list']>> = await reads.expenses.list(filter, {
      limit: rowsPerPage,
      after,
    })
    await learnNames(reads, page.items, groupNames, userNames)
    yield page.items.map((expense) => ({
      expense,
      groupName: groupNames.get(expense.groupId) ?? '',
      categoryName: categoryNames.get(expense.categoryId ?? '') ?? null,
      ownShare:
        expense.splits.find(({ userId }) => userId === actor.userId)?.amount ??
        zero(expense.amount.currency),
      nameOf: (userId) => userNames.get(userId) ?? userId,
    }))
    after = page.next
  } while (after)
}

async function learnNames(
  reads: Reads,
  expenses: readonly Expense[],
  groupNames: Map<string, string>,
  userNames: Map<string, string>,
): Promise<void> {
  for (const id of new Set(expenses.map(({ groupId }) => groupId))) {
    if (!groupNames.has(id)) groupNames.set(id, (await reads.groups.find(id))?.name ?? '')
  }
  const people = expenses.flatMap(({ createdBy, payers, splits }) => [
    createdBy,
    ...[...payers, ...splits].map(({ userId }) => userId),
  ])
  const unknown = [...new Set(people)].filter((id) => !userNames.has(id))
  if (unknown.length === 0) return
  for (const user of await reads.users.findMany(unknown)) userNames.set(user.id, user.displayName)
}
