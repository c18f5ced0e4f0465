import type { Actor } from '../accounts/user.ts'
import { forbidden, notFound } from '../errors.ts'
import type { NewGroupEvent } from '../groups/event.ts'
import { activeMember, type Group } from '../groups/group.ts'
import { may, requirePermission } from '../groups/policy.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Reads, Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import type { Expense } from './expense.ts'
import { readExpense } from './read-expenses.ts'

export type Comment = {
  readonly id: string
  readonly groupId: string
  readonly expenseId: string
  readonly userId: string
  readonly body: string
  readonly createdAt: Date
}

export async function addComment(
  tx: Transaction,
  actor: Actor,
  expenseId: string,
  body: string,
): Promise<Comment> {
  const { group, expense } = await lockCommented(tx, actor, expenseId)
  requirePermission(group, actor, 'comment.add')
  const comment: Comment = {
    id: tx.ids.next(),
    groupId: group.id,
    expenseId,
    userId: actor.userId,
    body: requireText(body, { pointer: '/body', most: 2000 }),
    createdAt: tx.clock.now(),
  }
  await tx.comments.insert(comment)
  await tx.events.append(commentEvent('comment.added', comment, expense, actor, tx))
  return comment
}

/** The author or an admin of the group takes a comment away; the history keeps that there was one. */
export async function deleteComment(
  tx: Transaction,
  actor: Actor,
  expenseId: string,
  commentId: string,
): Promise<void> {
  const { group, expense } = await lockCommented(tx, actor, expenseId)
  const member = requirePermission(group, actor, 'comment.add')
  const comment = await tx.comments.find(group.id, commentId)
  if (comment?.expenseId !== expenseId) throw notFound('comment')
  if (comment.userId !== actor.userId && !may(member.role, 'comment.delete-any')) {
    throw forbidden('not-yours', 'Only its author or an admin of the group can delete a comment.')
  }
  await tx.comments.delete(comment, tx.clock.now())
  await tx.events.append(commentEvent('comment.deleted', comment, expense, actor, tx))
}

export async function listComments(
  reads: Reads,
  actor: Actor,
  expenseId: string,
  page: PageRequest,
): Promise<Page<Comment>> {
  const expense = await readExpense(reads, actor, expenseId)
  return reads.comments.list(expense.groupId, expenseId, page)
}

async function lockCommented(
  tx: Transaction,
  actor: Actor,
  expenseId: string,
): Promise<{ group: Group; expense: Expense }> {
  const expense = await tx.expenses.find(expenseId)
  const group = expense && (await tx.groups.lock(expense.groupId))
  if (!expense || !group || !activeMember(group, actor.userId)) throw notFound('expense')
  return { group, expense }
}

function commentEvent(
  type: 'comment.added' | 'comment.deleted',
  comment: Comment,
  expense: Expense,
  actor: Actor,
  tx: Pick<Transaction, 'ids' | 'clock'>,
): NewGroupEvent {
  return {
    id: tx.ids.next(),
    groupId: comment.groupId,
    type,
    actorId: actor.userId,
    source: actor.source,
    subjectType: 'expense',
    subjectId: expense.id,
    subjectVersion: expense.version,
    data: {
      changes: [],
      after: {
        commentId: comment.id,
        ...(type === 'comment.added' ? { body: comment.body } : {}),
      },
    },
    createdAt: tx.clock.now(),
  }
}
