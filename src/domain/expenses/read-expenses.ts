import type { Actor } from '../accounts/user.ts'
import { notFound } from '../errors.ts'
import { activeMember } from '../groups/group.ts'
import { requirePermission } from '../groups/policy.ts'
import type { Balance } from '../ledger/balances.ts'
import type { Page, PageRequest, Reads } from '../ports.ts'
import { visibleCategory, withChildren } from './categories.ts'
import type { Expense } from './expense.ts'

export async function readExpense(reads: Reads, actor: Actor, id: string): Promise<Expense> {
  const expense = await reads.expenses.find(id)
  const group = expense && (await reads.groups.find(expense.groupId))
  if (!expense || !group || !activeMember(group, actor.userId)) throw notFound('expense')
  return expense
}

/** Everything in the groups to which the actor belongs. */
export function listVisibleExpenses(
  reads: Reads,
  actor: Actor,
  page: PageRequest,
): Promise<Page<Expense>> {
  return reads.expenses.list({ visibleTo: actor.userId }, page)
}

/** What the actor paid for or shares in. */
export function listOwnExpenses(
  reads: Reads,
  actor: Actor,
  page: PageRequest,
): Promise<Page<Expense>> {
  return reads.expenses.list({ visibleTo: actor.userId, involving: actor.userId }, page)
}

export async function listGroupExpenses(
  reads: Reads,
  actor: Actor,
  groupId: string,
  page: PageRequest,
): Promise<Page<Expense>> {
  requirePermission(await reads.groups.find(groupId), actor, 'group.read')
  return reads.expenses.list({ visibleTo: actor.userId, groupId }, page)
}

/** Those of the category and of the categories below it. */
export async function listCategoryExpenses(
  reads: Reads,
  actor: Actor,
  categoryId: string,
  page: PageRequest,
): Promise<Page<Expense>> {
  await visibleCategory(reads.categories, actor, categoryId)
  const categoryIds = withChildren(await reads.categories.visibleTo(actor.userId), categoryId)
  return reads.expenses.list({ visibleTo: actor.userId, categoryIds }, page)
}

export async function readBalances(
  reads: Reads,
  actor: Actor,
  groupId: string,
): Promise<readonly Balance[]> {
  requirePermission(await reads.groups.find(groupId), actor, 'group.read')
  return reads.balances.of(groupId)
}
