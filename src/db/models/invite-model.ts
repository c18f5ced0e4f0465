import { BaseModel } from './base-model.ts'

export class InviteModel extends BaseModel {
  static override tableName = 'group_invites'
  static override idColumn = 'token_hash'

  declare tokenHash: Buffer
  declare id: string
  declare groupId: string
  declare role: string
  declare guestUserId: string | null
  declare mostUses: number | null
  declare uses: number
  declare createdBy: string
  declare createdAt: Date
  declare expiresAt: Date
  declare revokedAt: Date | null
}
