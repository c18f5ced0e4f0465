import type { Actor } from '../accounts/user.ts'
import { conflict, DomainError, forbidden, invalid } from '../errors.ts'
import type { Group } from '../groups/group.ts'
import { requirePermission } from '../groups/policy.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import { type Category, requireUsableCategory, visibleCategory } from './categories.ts'
import type { ExpectedVersion } from './edit-expense.ts'
import type { Expense } from './expense.ts'
import { expenseEdited } from './expense-events.ts'

export type ReplaceCategory = {
  readonly name: string
  /** Stays when left out. */
  readonly icon?: string
  readonly parentId?: string | null
}

/** States a category anew; whose it is never changes. */
export async function replaceCategory(
  tx: Transaction,
  actor: Actor,
  id: string,
  expected: ExpectedVersion,
  input: ReplaceCategory,
): Promise<Category> {
  const { category: before } = await lockCategory(tx, actor, id, expected)
  const parentId = input.parentId ?? null
  if (parentId) await requireParent(tx, actor, before, parentId)
  const after: Category = {
    ...before,
    name: requireText(input.name, { pointer: '/name', most: 50 }),
    icon: requireText(input.icon ?? before.icon, { pointer: '/icon', most: 16 }),
    parentId,
    version: before.version + 1,
    updatedAt: tx.clock.now(),
  }
  await tx.categories.update(after)
  return after
}

/**
 * Takes a category away. Its expenses, voided ones too, go to `moveTo`, each with its event; the
 * categories below it become top-level ones. Refused when it has expenses and `moveTo` is null.
 */
export async function deleteCategory(
  tx: Transaction,
  actor: Actor,
  id: string,
  expected: ExpectedVersion,
  moveTo: string | null,
): Promise<void> {
  const { category, group } = await lockCategory(tx, actor, id, expected)
  if (moveTo === id) {
    throw invalid('moves-to-itself', 'Name another category to move to.', {}, 'moveTo')
  }
  if (moveTo) await requireTarget(tx, group, moveTo)
  const groupIds = [...new Set([group.id, ...(await tx.categories.groupsUsing(id))])].sort()
  for (const groupId of groupIds) {
    if (groupId !== group.id) await tx.groups.lock(groupId)
    const expenses = await tx.expenses.ofCategory(groupId, id)
    if (expenses.length > 0 && !moveTo) throw inUse(expenses.length)
    await moveExpenses(tx, actor, groupId, expenses, moveTo)
  }
  await tx.categories.archive(category, tx.clock.now())
}

async function moveExpenses(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  expenses: readonly Expense[],
  categoryId: string | null,
): Promise<void> {
  const updatedAt = tx.clock.now()
  const moved = expenses.map((before) => ({
    before,
    after: { ...before, categoryId, version: before.version + 1, updatedAt },
  }))
  await tx.expenses.setCategory(
    groupId,
    moved.map(({ after }) => after),
  )
  await tx.events.appendAll(
    groupId,
    moved.map(({ before, after }) => expenseEdited(before, after, actor, tx)),
  )
}

/** Locks the group that the category serves, so that no expense takes it up meanwhile. */
async function lockCategory(
  tx: Transaction,
  actor: Actor,
  id: string,
  expected: ExpectedVersion,
): Promise<{ category: Category; group: Group }> {
  const seen = await visibleCategory(tx.categories, actor, id)
  if (seen.slug !== null) {
    throw forbidden('system-category', 'Categories of the system stay as they are.')
  }
  const author = await tx.users.find(actor.userId)
  const group = await tx.groups.lock(seen.groupId ?? author?.personalGroupId ?? '')
  requirePermission(group, actor, 'category.edit')
  const category = await visibleCategory(tx.categories, actor, id)
  if (expected !== null && category.version !== expected) {
    throw new DomainError(
      'stale',
      'version-changed',
      'Somebody changed this category since you read it. Read it again.',
      { currentVersion: category.version },
    )
  }
  return { category, group: group! }
}

async function requireParent(
  tx: Transaction,
  actor: Actor,
  category: Category,
  parentId: string,
): Promise<void> {
  const visible = await tx.categories.visibleTo(actor.userId)
  const parent = await visibleCategory(tx.categories, actor, parentId)
  const refuse = (code: string, detail: string) => invalid(code, detail, {}, '/parentId')
  const hasChildren = visible.some((other) => other.parentId === category.id)
  if (parent.id === category.id || parent.parentId || hasChildren) {
    throw refuse(
      'category-too-deep',
      'Categories have two levels: choose another top-level category, and only for one that has none below it.',
    )
  }
  const sameOwner = parent.userId === category.userId && parent.groupId === category.groupId
  if (!parent.slug && !sameOwner) {
    throw refuse(
      'parent-of-another-owner',
      'The parent category belongs to somebody else than this one.',
    )
  }
}

async function requireTarget(tx: Transaction, group: Group, moveTo: string): Promise<void> {
  try {
    await requireUsableCategory(tx.categories, group, moveTo)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    throw invalid(error.code, error.detail, {}, 'moveTo')
  }
}

function inUse(count: number): Error {
  return conflict(
    'category-in-use',
    'Expenses have this category. Name in moveTo the category that they go to.',
    { expenses: count },
  )
}
