import objection from 'objection'
import { BaseModel } from './base-model.ts'
import { GroupMemberModel } from './group-member-model.ts'

export class GroupModel extends BaseModel {
  static override tableName = 'groups'

  declare id: string
  declare kind: string
  declare name: string
  declare currency: string
  declare timeZone: string
  declare version: number
  declare createdBy: string
  declare createdAt: Date
  declare updatedAt: Date
  declare archivedAt: Date | null
  declare defaultSplit: object | null
  declare members?: GroupMemberModel[]

  static override relationMappings = () => ({
    members: {
      relation: objection.Model.HasManyRelation,
      modelClass: GroupMemberModel,
      join: { from: 'groups.id', to: 'group_members.groupId' },
    },
  })
}
