import type { Knex } from 'knex'
import { raw } from 'objection'
import { conflict } from '../../domain/errors.ts'
import type { Category } from '../../domain/expenses/categories.ts'
import type { CategoryRepository } from '../../domain/expenses/expense-ports.ts'
import { refusing } from '../constraint.ts'
import { CategoryModel } from '../models/category-model.ts'

export function categoryRepository(db: Knex): CategoryRepository {
  return {
    async find(id) {
      const row = await CategoryModel.query(db).findById(id).whereNull('archived_at')
      return row ? toCategory(row) : null
    },
    async visibleTo(userId) {
      const rows = await CategoryModel.query(db)
        .whereNull('archived_at')
        .where((visible) =>
          visible
            .whereNotNull('slug')
            .orWhere({ user_id: userId })
            .orWhereRaw(
              'categories.group_id in (select group_id from group_members where user_id = ? and left_at is null)',
              [userId],
            ),
        )
        .orderBy('id')
      return rows.map(toCategory)
    },
    async insert(category) {
      await refusing(
        duplicate,
        CategoryModel.query(db)
          .insert({ ...category })
          .execute(),
      )
    },
    async update(category) {
      await refusing(
        duplicate,
        CategoryModel.query(db)
          .findById(category.id)
          .patch({ ...category })
          .execute(),
      )
    },
    async archive({ id }, at) {
      await CategoryModel.query(db)
        .where({ parent_id: id })
        .patch({ parentId: null, version: raw('version + 1'), updatedAt: at })
      await CategoryModel.query(db).findById(id).patch({ archivedAt: at })
    },
    async groupsUsing(id) {
      const { rows } = await db.raw(
        'select distinct group_id from expenses where category_id = :id order by group_id',
        { id },
      )
      return (rows as { group_id: string }[]).map((row) => row.group_id)
    },
  }
}

const exists = () => conflict('category-exists', 'There is a category with this name already.')
const duplicate = { categories_user_name_unique: exists, categories_group_name_unique: exists }

function toCategory(row: CategoryModel): Category {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    icon: row.icon,
    parentId: row.parentId,
    userId: row.userId,
    groupId: row.groupId,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
}
