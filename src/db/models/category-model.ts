import { BaseModel } from './base-model.ts'

export class CategoryModel extends BaseModel {
  static override tableName = 'categories'

  declare id: string
  declare slug: string | null
  declare name: string
  declare icon: string
  declare parentId: string | null
  declare userId: string | null
  declare groupId: string | null
  declare version: number
  declare createdAt: Date
  declare updatedAt: Date
  declare archivedAt: Date | null
}
