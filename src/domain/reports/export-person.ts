import type { Identity } from '../accounts/identity.ts'
import type { Actor, User } from '../accounts/user.ts'
import { notFound } from '../errors.ts'
import type { Category } from '../expenses/categories.ts'
import type { Comment } from '../expenses/comments.ts'
import type { Expense } from '../expenses/expense.ts'
import { type Group, groupKinds } from '../groups/group.ts'
import type { Page, PageKey, PageRequest } from '../page.ts'
import type { Reads, UnitOfWork } from '../ports.ts'
import type { Settlement } from '../settlements/settlement.ts'

/** What Quits holds about somebody; the long lists come page by page. */
export type PersonExport = {
  readonly user: User
  readonly identities: readonly Identity[]
  readonly categories: readonly Category[]
  readonly groups: AsyncIterable<readonly Group[]>
  /** Everything in their groups, voided expenses too. */
  readonly expenses: AsyncIterable<readonly Expense[]>
  /** Those of their groups that are in force. */
  readonly settlements: AsyncIterable<readonly Settlement[]>
  /** What they wrote. */
  readonly comments: AsyncIterable<readonly Comment[]>
}

const rowsPerPage = 1_000

export async function exportPerson(
  reads: Reads,
  unitOfWork: UnitOfWork,
  actor: Actor,
): Promise<PersonExport> {
  const { userId } = actor
  const user = await reads.users.find(userId)
  if (!user) throw notFound('user')
  const identities = await unitOfWork.run((tx) => tx.identities.listOf(userId))
  const categories = (await reads.categories.visibleTo(userId)).filter(({ slug }) => slug === null)
  const groups = () => allPages((page) => reads.groups.listOf(userId, groupKinds, page))
  const filter = { visibleTo: userId, includeVoided: true }
  return {
    user,
    identities,
    categories,
    groups: groups(),
    expenses: allPages((page) => reads.expenses.list(filter, page)),
    settlements: settlementsOf(reads, groups()),
    comments: allPages((page) => reads.comments.listBy(userId, page)),
  }
}

async function* settlementsOf(reads: Reads, groups: AsyncIterable<readonly Group[]>) {
  for await (const page of groups) {
    for (const { id } of page) {
      yield* allPages((request) => reads.settlements.list(id, request))
    }
  }
}

async function* allPages<Item>(
  read: (page: PageRequest) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[]> {
  let after: PageKey | null = null
  do {
    const page: Page<Item> = await read({ limit: rowsPerPage, after })
    yield page.items
    after = page.next
  } while (after)
}
