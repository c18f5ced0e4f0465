import type { Category } from '../../domain/expenses/categories.ts'
import type { CategoryResource } from '../schemas/category.ts'

export function presentCategory(category: Category): CategoryResource {
  return {
    id: category.id,
    slug: category.slug,
    name: category.name,
    icon: category.icon,
    parentId: category.parentId,
    userId: category.userId,
    groupId: category.groupId,
    version: category.version,
    createdAt: category.createdAt.toISOString(),
    updatedAt: category.updatedAt.toISOString(),
  }
}
