import { BaseModel } from './base-model.ts'

export class GroupMemberModel extends BaseModel {
  static override tableName = 'group_members'
  static override idColumn = ['group_id', 'user_id']

  declare groupId: string
  declare userId: string
  declare role: string
  declare position: number
  declare weight: string
  declare handle: string | null
  declare joinedAt: Date
  declare leftAt: Date | null
}
