import type { Actor } from '../accounts/user.ts'
import { invalid, notFound } from '../errors.ts'
import { activeMember } from '../groups/group.ts'
import { requirePermission } from '../groups/policy.ts'
import type { Transaction } from '../ports.ts'
import { recordSettlement } from '../settlements/record-settlement.ts'
import { requireInForce } from './edit-expense.ts'
import type { Expense } from './expense.ts'
import { releaseSettlements } from './release-settlements.ts'
import { debtsOfShare, type ShareStatus, shareStatus } from './share-status.ts'

/**
 * Marks one person's share of an expense settled, by recording one settlement per payer, or opens it
 * again, by voiding them.
 */
export async function settleShare(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  expenseId: string,
  userId: string,
  status: ShareStatus,
): Promise<Expense> {
  const group = await tx.groups.lock(groupId)
  const expense =
    group && activeMember(group, actor.userId) && (await tx.expenses.findIn(groupId, expenseId))
  if (!group || !expense) throw notFound('expense')
  requirePermission(group, actor, 'settlement.record')
  requireInForce(expense)
  if (!expense.splits.some((share) => share.userId === userId)) throw notFound('share')
  if (shareStatus(expense, userId) === status) return expense
  if (status === 'settled') await payShare(tx, actor, expense, userId)
  else await openShare(tx, actor, expense, userId)
  return (await tx.expenses.findIn(groupId, expenseId))!
}

/** The debt of this share may be netted out with other debts already, so the whole balance is no limit. */
async function payShare(
  tx: Transaction,
  actor: Actor,
  expense: Expense,
  userId: string,
): Promise<void> {
  for (const debt of debtsOfShare(expense, userId)) {
    await recordSettlement(tx, actor, {
      ...debt,
      groupId: expense.groupId,
      expenseId: expense.id,
      notes: expense.description,
      force: true,
    })
  }
}

async function openShare(
  tx: Transaction,
  actor: Actor,
  expense: Expense,
  userId: string,
): Promise<void> {
  const debts = debtsOfShare(expense, userId)
  if (debts.length === 0) {
    const detail = 'Nothing is owed on this share, so it cannot be opened.'
    throw invalid('nothing-owed', detail, {}, '/status')
  }
  await releaseSettlements(tx, actor, expense, (payment) => {
    return debts.some(
      (debt) => debt.fromUserId === payment.fromUserId && debt.toUserId === payment.toUserId,
    )
  })
}
