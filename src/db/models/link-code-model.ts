import { BaseModel } from './base-model.ts'

export class LinkCodeModel extends BaseModel {
  static override tableName = 'link_codes'

  declare id: string
  declare codeHash: Buffer
  declare purpose: string
  declare userId: string
  declare identityId: string | null
  declare enteredBy: string | null
  declare createdAt: Date
  declare expiresAt: Date
  declare usedAt: Date | null
}
