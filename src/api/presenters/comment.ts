import type { Comment } from '../../domain/expenses/comments.ts'
import type { CommentResource } from '../schemas/comment.ts'

export function presentComment(comment: Comment): CommentResource {
  return {
    id: comment.id,
    expenseId: comment.expenseId,
    userId: comment.userId,
    body: comment.body,
    createdAt: comment.createdAt.toISOString(),
  }
}
