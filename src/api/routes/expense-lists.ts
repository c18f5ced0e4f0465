import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import {
  type ExpenseSearch,
  findChanges,
  findExpenses,
} from '../../domain/expenses/find-expenses.ts'
import { actorOf } from '../plugins/authentication.ts'
import { presentExpense } from '../presenters/expense.ts'
import { pathOf } from '../problem-details.ts'
import {
  CategoryExpenseQuery,
  ExpenseListSchema,
  ExpenseQuery,
  type ExpenseQueryInput,
  GroupExpenseQuery,
  listFingerprint,
  readChangeCursor,
  readListCursor,
  readSearch,
  readUpdatedSince,
  writeChangeCursor,
  writeListCursor,
} from '../schemas/expense-query.ts'
import { IdParams } from '../schemas/fields.ts'
import { problems } from '../schemas/problem.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }
type Query = Omit<ExpenseQueryInput, 'groupId' | 'categoryId'>

/** The lists of expenses: one way of looking for them, from four places. */
export const expenseListRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const config = { access: 'user' } as const
  const response = { 200: ExpenseListSchema, ...problems(400, 401, 404, 422) }

  app.get(
    '/expenses',
    {
      config,
      schema: {
        operationId: 'listExpenses',
        summary: 'Expenses of all your groups',
        tags: ['expenses'],
        querystring: ExpenseQuery,
        response,
      },
    },
    (request) => answer(services, request, request.query),
  )

  app.get(
    '/users/me/expenses',
    {
      config,
      schema: {
        operationId: 'listMyExpenses',
        summary: 'Expenses that you paid for or share',
        tags: ['users', 'expenses'],
        querystring: ExpenseQuery,
        response,
      },
    },
    (request) => {
      const { userId } = actorOf(request)
      const { personId } = request.query
      const involving = personId === undefined ? [userId] : [userId, personId]
      return answer(services, request, request.query, { involving })
    },
  )

  app.get(
    '/groups/:id/expenses',
    {
      config,
      schema: {
        operationId: 'listGroupExpenses',
        summary: 'Expenses of a group',
        tags: ['groups', 'expenses'],
        params: IdParams,
        querystring: GroupExpenseQuery,
        response,
      },
    },
    (request) => answer(services, request, request.query, { groupId: request.params.id }),
  )

  app.get(
    '/categories/:id/expenses',
    {
      config,
      schema: {
        operationId: 'listCategoryExpenses',
        summary: 'Expenses of a category and of those below it',
        tags: ['categories', 'expenses'],
        params: IdParams,
        querystring: CategoryExpenseQuery,
        response,
      },
    },
    (request) => answer(services, request, request.query, { categoryId: request.params.id }),
  )
}

/** `place` is what the path itself asks for. */
async function answer(
  services: ApiServices,
  request: FastifyRequest,
  query: Query,
  place: Partial<ExpenseSearch> = {},
): Promise<Static<typeof ExpenseListSchema>> {
  const { reads } = services
  const { limit, cursor, updatedSince, ...filters } = query
  const search = { ...readSearch(filters), ...place }
  const fingerprint = listFingerprint(pathOf(request), query)
  if (updatedSince === undefined) {
    const after = cursor === undefined ? null : readListCursor(cursor, fingerprint)
    const page = await findExpenses(reads, actorOf(request), search, { limit, after })
    return {
      items: page.items.map(presentExpense),
      nextCursor: page.next && writeListCursor(page.next, fingerprint),
    }
  }
  const resume = cursor === undefined ? null : readChangeCursor(cursor, fingerprint)
  const since = readUpdatedSince(updatedSince)
  const now = services.clock.now()
  const changes = await findChanges(reads, actorOf(request), search, { limit, since, resume }, now)
  return {
    items: changes.items.map(presentExpense),
    ...(changes.next
      ? { nextCursor: writeChangeCursor(changes.next, changes.until, fingerprint) }
      : { nextCursor: null, syncedUntil: changes.until.toISOString() }),
  }
}
