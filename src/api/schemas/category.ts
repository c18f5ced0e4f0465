import { type Static, Type } from 'typebox'
import { closed, id, instant, nullable, text } from './fields.ts'

const icon = text('An emoji.', '🍕', { most: 16 })

export const CategorySchema = Type.Object(
  {
    id: id('Of the category.'),
    slug: nullable(Type.String({ description: 'Only system categories have one.' })),
    name: Type.String({ examples: ['Dining'] }),
    icon,
    parentId: nullable(id('The category above; there are two levels.')),
    userId: nullable(id('Whose own it is.')),
    groupId: nullable(id('The group it serves.')),
    version: Type.Integer({ description: 'Counts changes; also the ETag.', examples: [1] }),
    createdAt: instant('When it was made.'),
    updatedAt: instant('When it last changed.'),
  },
  { title: 'Category', description: 'Of the system, of one person or of one group.' },
)
export type CategoryResource = Static<typeof CategorySchema>

export const CategoriesSchema = Type.Object(
  { items: Type.Array(CategorySchema), nextCursor: Type.Null() },
  { title: 'CategoryList', description: 'All of them; there is no next page.' },
)

export const CategoryBody = Type.Object(
  {
    name: text('Up to 50 characters.', 'Board games', { most: 50 }),
    icon: Type.Optional(icon),
    parentId: Type.Optional(nullable(id('A top-level category to put it under.'))),
    groupId: Type.Optional(nullable(id('Makes it the category of a group; else it is your own.'))),
  },
  { ...closed, title: 'NewCategory', examples: [{ name: 'Board games', icon: '🎲' }] },
)

export const ReplaceCategoryBody = Type.Object(
  {
    name: CategoryBody.properties.name,
    icon: CategoryBody.properties.icon,
    parentId: CategoryBody.properties.parentId,
  },
  {
    ...closed,
    title: 'ReplaceCategory',
    description: 'Without `parentId` it becomes a top-level one; without `icon` the icon stays.',
    examples: [{ name: 'Games', icon: '🎲' }],
  },
)

export const DeleteCategoryQuery = Type.Object(
  { moveTo: Type.Optional(id('The category that its expenses go to; needed when it has any.')) },
  closed,
)
