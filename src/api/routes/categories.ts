import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { createCategory } from '../../domain/expenses/categories.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create, tagged } from '../plugins/once.ts'
import { presentCategory } from '../presenters/category.ts'
import { CategoriesSchema, CategoryBody, CategorySchema } from '../schemas/category.ts'
import { IdempotencyHeaders } from '../schemas/headers.ts'
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
}
