import { BaseModel } from './base-model.ts'

export class UserModel extends BaseModel {
  static override tableName = 'users'

  declare id: string
  declare username: string | null
  declare usernameKey: string | null
  declare email: string | null
  declare emailVerifiedAt: Date | null
  declare emailKey: string | null
  declare passwordHash: string | null
  declare displayName: string
  declare isGuest: boolean
  declare role: string
  declare locale: string
  declare timeZone: string
  declare defaultCurrency: string
  declare personalGroupId: string | null
  declare tokenVersion: number
  declare disabledAt: Date | null
  declare mergedIntoId: string | null
  declare deletedAt: Date | null
  declare createdAt: Date
  declare updatedAt: Date
}
