import type { Knex } from 'knex'
import type { Comment } from '../../domain/expenses/comments.ts'
import type { CommentRepository } from '../../domain/expenses/expense-ports.ts'
import { CommentModel } from '../models/comment-model.ts'
import { pageOf } from '../queries/page.ts'

export function commentRepository(db: Knex): CommentRepository {
  return {
    async find(groupId, id) {
      const row = await CommentModel.query(db)
        .findOne({ group_id: groupId, id })
        .whereNull('deleted_at')
      return row ? toComment(row) : null
    },
    async list(groupId, expenseId, { limit, after }) {
      const rows = await CommentModel.query(db)
        .where({ group_id: groupId, expense_id: expenseId })
        .whereNull('deleted_at')
        .modify((query) => {
          if (after) query.where('id', '<', after.id)
        })
        .orderBy('id', 'desc')
        .limit(limit + 1)
      return pageOf(rows.map(toComment), limit, ({ createdAt, id }) => ({
        date: createdAt.toISOString(),
        id,
      }))
    },
    async listBy(userId, { limit, after }) {
      const rows = await CommentModel.query(db)
        .where({ user_id: userId })
        .whereNull('deleted_at')
        .whereRaw(
          'group_id in (select group_id from group_members where user_id = ? and left_at is null)',
          [userId],
        )
        .modify((query) => {
          if (after) query.where('id', '<', after.id)
        })
        .orderBy('id', 'desc')
        .limit(limit + 1)
      return pageOf(rows.map(toComment), limit, ({ createdAt, id }) => ({
        date: createdAt.toISOString(),
        id,
      }))
    },
    async insert(comment) {
      await CommentModel.query(db).insert({ ...comment })
    },
    async delete({ groupId, id }, at) {
      await CommentModel.query(db).where({ group_id: groupId, id }).patch({ deletedAt: at })
    },
  }
}

function toComment(row: CommentModel): Comment {
  return {
    id: row.id,
    groupId: row.groupId,
    expenseId: row.expenseId,
    userId: row.userId,
    body: row.body,
    createdAt: row.createdAt,
  }
}
