import { BaseModel } from './base-model.ts'

export class SessionModel extends BaseModel {
  static override tableName = 'sessions'

  declare id: string
  declare userId: string
  declare userAgent: string
  declare createdAt: Date
  declare lastUsedAt: Date
  declare expiresAt: Date
  declare revokedAt: Date | null
}
