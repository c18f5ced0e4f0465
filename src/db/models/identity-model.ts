import { BaseModel } from './base-model.ts'

export class IdentityModel extends BaseModel {
  static override tableName = 'identities'

  declare id: string
  declare userId: string
  declare platform: string
  declare tenant: string
  declare externalId: string
  declare username: string | null
  declare displayName: string
  declare canDm: boolean
  declare createdAt: Date
  declare lastSeenAt: Date | null
}
