import type { Actor } from '../accounts/user.ts'
import { invalid, notFound } from '../errors.ts'
import type { Group } from '../groups/group.ts'
import { requirePermission } from '../groups/policy.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import type { CategoryReads } from './expense-ports.ts'

/** System categories have a slug, own ones a user or a group. */
export type Category = {
  readonly id: string
  readonly slug: string | null
  readonly name: string
  readonly icon: string
  readonly parentId: string | null
  readonly userId: string | null
  readonly groupId: string | null
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type CreateCategory = {
  readonly name: string
  readonly icon?: string
  readonly parentId?: string | null
  /** Whose it is: this group's, else the actor's own. */
  readonly groupId?: string | null
}

const defaultIcon = '🏷️'

export async function createCategory(
  tx: Transaction,
  actor: Actor,
  input: CreateCategory,
): Promise<Category> {
  if (input.groupId) requirePermission(await tx.groups.lock(input.groupId), actor, 'category.edit')
  const parent = input.parentId ? await visibleCategory(tx.categories, actor, input.parentId) : null
  if (parent?.parentId) {
    throw invalid(
      'category-too-deep',
      'Categories have two levels: choose a top-level category as the parent.',
      {},
      '/parentId',
    )
  }
  const owner = { userId: input.groupId ? null : actor.userId, groupId: input.groupId ?? null }
  if (
    parent &&
    !parent.slug &&
    (parent.userId !== owner.userId || parent.groupId !== owner.groupId)
  ) {
    throw invalid(
      'parent-of-another-owner',
      'The parent category belongs to somebody else than the new one.',
      {},
      '/parentId',
    )
  }
  const now = tx.clock.now()
  const category: Category = {
    id: tx.ids.next(),
    slug: null,
    name: requireText(input.name, { pointer: '/name', most: 50 }),
    icon: requireText(input.icon ?? parent?.icon ?? defaultIcon, { pointer: '/icon', most: 16 }),
    parentId: parent?.id ?? null,
    ...owner,
    version: 1,
    createdAt: now,
    updatedAt: now,
  }
  await tx.categories.insert(category)
  return category
}

/** A category the actor may see: the system's, their own, or of a group they are in. */
export async function visibleCategory(
  categories: CategoryReads,
  actor: Actor,
  id: string,
): Promise<Category> {
  const category = (await categories.visibleTo(actor.userId)).find(
    (candidate) => candidate.id === id,
  )
  if (!category) throw notFound('category')
  return category
}

/** Own categories serve the personal group, a group's serve that group, the system's serve all. */
export async function requireUsableCategory(
  categories: CategoryReads,
  group: Group,
  id: string,
): Promise<Category> {
  const category = await categories.find(id)
  const usable =
    category &&
    (category.slug !== null ||
      category.groupId === group.id ||
      (group.kind === 'personal' && category.userId === group.createdBy))
  if (!usable) {
    throw invalid(
      'unknown-category',
      'This category cannot be used in this group. Use a system category or one that belongs to the group.',
      {},
      '/categoryId',
    )
  }
  return category
}

/** The category and those below it, as a filter understands it. */
export function withChildren(categories: readonly Category[], id: string): readonly string[] {
  return categories
    .filter((category) => category.id === id || category.parentId === id)
    .map((category) => category.id)
}
