import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { quoteOriginal } from '../../domain/expenses/quote-original.ts'
import { readBalances } from '../../domain/expenses/read-expenses.ts'
import { recordExpense } from '../../domain/expenses/record-expense.ts'
import { settleShare } from '../../domain/expenses/settle-share.ts'
import { readFeed } from '../../domain/groups/read-feed.ts'
import type { Transaction } from '../../domain/ports.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create, tagged } from '../plugins/once.ts'
import { quoted } from '../plugins/quoted.ts'
import { rehearse } from '../plugins/rehearse.ts'
import { presentEvent } from '../presenters/event.ts'
import { presentExpense } from '../presenters/expense.ts'
import { presentBalances } from '../presenters/group.ts'
import { FeedQuery, FeedSchema, readRange, writeSeqCursor } from '../schemas/event.ts'
import {
  ExpenseSchema,
  SharedExpenseBody,
  ShareParams,
  ShareStatusBody,
} from '../schemas/expense.ts'
import { IdParams } from '../schemas/fields.ts'
import { BalancesSchema } from '../schemas/group.ts'
import { IdempotencyHeaders } from '../schemas/headers.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import { readNewExpense } from '../schemas/read-expense.ts'
import { DryRunQuery } from '../schemas/record-expenses.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

/** What a group spent, who owes whom, and what happened. */
export const groupBookRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork } = services
  const config = { access: 'user' } as const
  const tags = ['groups']

  app.post(
    '/groups/:id/splits',
    {
      config,
      schema: {
        operationId: 'recordSharedExpense',
        summary: 'Record an expense that a group shares',
        tags: ['groups', 'expenses'],
        params: IdParams,
        querystring: DryRunQuery,
        headers: IdempotencyHeaders,
        body: SharedExpenseBody,
        response: {
          200: ExpenseSchema,
          201: ExpenseSchema,
          ...problems(...bodyProblems, 401, 403, 404, 409),
        },
      },
    },
    async (request, reply) => {
      const stated = { ...readNewExpense(request.body), groupId: request.params.id }
      const input = await quoted(stated, () => quoteOriginal(services, actorOf(request), stated))
      const record = async (tx: Transaction) =>
        presentExpense(await recordExpense(tx, actorOf(request), input))
      if (request.query.dryRun) return rehearse(unitOfWork, record)
      const expense = await create(unitOfWork, request, reply, record)
      reply.header('location', `/api/v1/expenses/${expense.id}`)
      return tagged(reply, expense)
    },
  )

  app.get(
    '/groups/:id/balances',
    {
      config,
      schema: {
        operationId: 'getBalances',
        summary: 'Who is owed and who owes',
        tags,
        params: IdParams,
        response: { 200: BalancesSchema, ...problems(400, 401, 404) },
      },
    },
    async (request) =>
      presentBalances(await readBalances(reads, actorOf(request), request.params.id)),
  )

  app.patch(
    '/groups/:id/splits/:expenseId/:userId',
    {
      config,
      schema: {
        operationId: 'settleShare',
        summary: 'Mark a share settled, or open again',
        description: 'Records one payment per payer, or takes those payments out of force.',
        tags: ['groups', 'expenses'],
        params: ShareParams,
        body: ShareStatusBody,
        response: { 200: ExpenseSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request, reply) => {
      const { id, expenseId, userId } = request.params
      const expense = await unitOfWork.run((tx) =>
        settleShare(tx, actorOf(request), id, expenseId, userId, request.body.status),
      )
      return tagged(reply, presentExpense(expense))
    },
  )

  app.get(
    '/groups/:id/history',
    {
      config,
      schema: {
        operationId: 'getGroupHistory',
        summary: 'What happened in a group',
        description:
          'Programs that follow a group ask with `since` for what came after the last `seq` they know.',
        tags,
        params: IdParams,
        querystring: FeedQuery,
        response: { 200: FeedSchema, ...problems(400, 401, 404) },
      },
    },
    async (request) => {
      const range = readRange(request.query)
      const { events, hasMore } = await readFeed(reads, actorOf(request), request.params.id, range)
      const last = events.at(-1)
      return {
        items: events.map(presentEvent),
        nextCursor: hasMore && last ? writeSeqCursor(last.seq) : null,
      }
    },
  )
}
