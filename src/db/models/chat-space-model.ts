import { BaseModel } from './base-model.ts'

export class ChatSpaceModel extends BaseModel {
  static override tableName = 'chat_spaces'

  declare id: string
  declare platform: string
  declare tenant: string
  declare externalId: string
  declare groupId: string
  declare title: string
  declare active: boolean
  declare createdAt: Date
}
