import { BaseModel } from './base-model.ts'

export class AccountTokenModel extends BaseModel {
  static override tableName = 'account_tokens'
  static override idColumn = 'token_hash'

  declare tokenHash: Buffer
  declare purpose: string
  declare userId: string
  declare createdAt: Date
  declare expiresAt: Date
  declare usedAt: Date | null
}
