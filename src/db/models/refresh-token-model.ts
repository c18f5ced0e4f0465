import { BaseModel } from './base-model.ts'

export class RefreshTokenModel extends BaseModel {
  static override tableName = 'refresh_tokens'
  static override idColumn = 'token_hash'

  declare tokenHash: Buffer
  declare sessionId: string
  declare issuedAt: Date
  declare usedAt: Date | null
  declare successorHash: Buffer | null
}
