import { BaseModel } from './base-model.ts'

export class AccessTokenModel extends BaseModel {
  static override tableName = 'access_tokens'

  declare id: string
  declare userId: string
  declare tokenHash: Buffer
  declare name: string
  declare scopes: string[]
  declare groupIds: string[] | null
  declare createdAt: Date
  declare expiresAt: Date | null
  declare lastUsedAt: Date | null
}
