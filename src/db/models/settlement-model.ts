import { BaseModel } from './base-model.ts'

export class SettlementModel extends BaseModel {
  static override tableName = 'settlements'
  static override idColumn = ['group_id', 'id']

  declare groupId: string
  declare id: string
  declare fromUserId: string
  declare toUserId: string
  declare amount: string
  declare currency: string
  declare settledOn: string
  declare notes: string
  declare expenseId: string | null
  declare originalAmount: string | null
  declare originalCurrency: string | null
  declare rate: string | null
  declare rateOn: string | null
  declare rateSource: string | null
  declare source: string
  declare version: number
  declare createdBy: string
  declare createdAt: Date
  declare updatedAt: Date
  declare voidedAt: Date | null
}
