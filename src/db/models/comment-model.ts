import { BaseModel } from './base-model.ts'

export class CommentModel extends BaseModel {
  static override tableName = 'expense_comments'
  static override idColumn = ['group_id', 'id']

  declare groupId: string
  declare id: string
  declare expenseId: string
  declare userId: string
  declare body: string
  declare createdAt: Date
  declare deletedAt: Date | null
}
