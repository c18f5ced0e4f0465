import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { createCategory, visibleCategory } from '../../domain/expenses/categories.ts'
import { deleteCategory, replaceCategory } from '../../domain/expenses/change-category.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create, expectedVersion, tagged } from '../plugins/once.ts'
import { presentCategory } from '../presenters/category.ts'
import {
  CategoriesSchema,
  CategoryBody,
  CategorySchema,
  DeleteCategoryQuery,
  ReplaceCategoryBody,
} from '../schemas/category.ts'
import { IdParams } from '../schemas/fields.ts'
import { IdempotencyHeaders, IfMatchHeaders } from '../schemas/headers.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

export const categoryRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork } = services

  app.get(
    '/categories',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'listCategories',
        summary: 'Categories that you can see',
        description: "The system's, your own, and those of your groups.",
        tags: ['categories'],
        response: { 200: CategoriesSchema, ...problems(401) },
      },
    },
    async (request) => {
      const categories = await reads.categories.visibleTo(actorOf(request).userId)
      return { items: categories.map(presentCategory), nextCursor: null }
    },
  )

  app.post(
    '/categories',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'createCategory',
        summary: 'Add a category of your own or of a group',
        tags: ['categories'],
        headers: IdempotencyHeaders,
        body: CategoryBody,
        response: { 201: CategorySchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request, reply) => {
      const category = await create(unitOfWork, request, reply, async (tx) =>
        presentCategory(await createCategory(tx, actorOf(request), request.body)),
      )
      return tagged(reply, category)
    },
  )

  app.get(
    '/categories/:id',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'getCategory',
        summary: 'One category',
        tags: ['categories'],
        params: IdParams,
        response: { 200: CategorySchema, ...problems(400, 401, 404) },
      },
    },
    async (request, reply) => {
      const category = await visibleCategory(reads.categories, actorOf(request), request.params.id)
      return tagged(reply, presentCategory(category))
    },
  )

  app.put(
    '/categories/:id',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'replaceCategory',
        summary: 'State a category anew',
        description: 'Your own, or one of a group in which you are more than a viewer.',
        tags: ['categories'],
        params: IdParams,
        headers: IfMatchHeaders,
        body: ReplaceCategoryBody,
        response: { 200: CategorySchema, ...problems(...bodyProblems, 401, 403, 404, 409, 412) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const category = await unitOfWork.run((tx) =>
        replaceCategory(tx, actorOf(request), id, expectedVersion(request), request.body),
      )
      return tagged(reply, presentCategory(category))
    },
  )

  app.delete(
    '/categories/:id',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'deleteCategory',
        summary: 'Take a category away',
        description:
          'Its expenses, voided ones too, go to the category named by `moveTo`; categories below it become top-level ones.',
        tags: ['categories'],
        params: IdParams,
        querystring: DeleteCategoryQuery,
        headers: IfMatchHeaders,
        response: {
          204: Type.Null({ description: 'Gone.' }),
          ...problems(400, 401, 403, 404, 409, 412, 422),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const moveTo = request.query.moveTo ?? null
      await unitOfWork.run((tx) =>
        deleteCategory(tx, actorOf(request), id, expectedVersion(request), moveTo),
      )
      return reply.code(204).send(null)
    },
  )
}
