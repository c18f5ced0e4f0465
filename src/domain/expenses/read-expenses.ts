import type { Actor } from '../accounts/user.ts'
import { notFound } from '../errors.ts'
import { activeMember } from '../groups/group.ts'
import { requirePermission } from '../groups/policy.ts'
import type { Balance } from '../ledger/balances.ts'
import type { Reads } from '../ports.ts'
import type { Expense } from './expense.ts'

export async function readExpense(reads: Reads, actor: Actor, id: string): Promise<Expense> {
  const expense = await reads.expenses.find(id)
  const group = expense && (await reads.groups.find(expense.groupId))
  if (!expense || !group || !activeMember(group, actor.userId)) throw notFound('expense')
  return expense
}

export async function readBalances(
  reads: Reads,
  actor: Actor,
  groupId: string,
): Promise<readonly Balance[]> {
  requirePermission(await reads.groups.find(groupId), actor, 'group.read')
  return reads.balances.of(groupId)
}
