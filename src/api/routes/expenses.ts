import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DomainError } from '../../domain/errors.ts'
import { editExpense } from '../../domain/expenses/edit-expense.ts'
import type { Expense } from '../../domain/expenses/expense.ts'
import { quoteChange, quoteOriginal } from '../../domain/expenses/quote-original.ts'
import { readExpense } from '../../domain/expenses/read-expenses.ts'
import { readHistory } from '../../domain/expenses/read-history.ts'
import { recordExpense } from '../../domain/expenses/record-expense.ts'
import { type ExpenseToRecord, recordExpenses } from '../../domain/expenses/record-expenses.ts'
import { replaceExpense } from '../../domain/expenses/replace-expense.ts'
import { revertExpense } from '../../domain/expenses/revert-expense.ts'
import { restoreExpense, voidExpense } from '../../domain/expenses/void-expense.ts'
import type { Transaction } from '../../domain/ports.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create, expectedVersion, tagged } from '../plugins/once.ts'
import { quoted } from '../plugins/quoted.ts'
import { rehearse } from '../plugins/rehearse.ts'
import { presentEvent } from '../presenters/event.ts'
import { presentExpense } from '../presenters/expense.ts'
import { HistorySchema } from '../schemas/event.ts'
import {
  EditExpenseBody,
  ExpenseSchema,
  NewExpenseBody,
  ReplaceExpenseBody,
  RevertBody,
} from '../schemas/expense.ts'
import { IdParams } from '../schemas/fields.ts'
import { IdempotencyHeaders, IfMatchHeaders } from '../schemas/headers.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import { readExpenseChanges, readNewExpense } from '../schemas/read-expense.ts'
import {
  DryRunQuery,
  NewExpensesBody,
  RecordedExpensesSchema,
  readExpenseToRecord,
} from '../schemas/record-expenses.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

export const expenseRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork } = services
  const config = { access: 'user' } as const
  const tags = ['expenses']
  const change = (query: { dryRun?: boolean }, work: (tx: Transaction) => Promise<Expense>) =>
    query.dryRun ? rehearse(unitOfWork, work) : unitOfWork.run(work)

  app.post(
    '/expenses',
    {
      config,
      schema: {
        operationId: 'recordExpense',
        summary: 'Record an expense or an income',
        description:
          'Without `groupId` in your personal group; without `payers` paid by you; without `split` shared equally.',
        tags,
        querystring: DryRunQuery,
        headers: IdempotencyHeaders,
        body: NewExpenseBody,
        response: {
          200: ExpenseSchema,
          201: ExpenseSchema,
          ...problems(...bodyProblems, 401, 403, 404, 409),
        },
      },
    },
    async (request, reply) => {
      const { groupId } = request.body
      const stated = { ...readNewExpense(request.body), ...(groupId ? { groupId } : {}) }
      const input = await quoted(stated, () => quoteOriginal(services, actorOf(request), stated))
      const record = async (tx: Transaction) =>
        presentExpense(await recordExpense(tx, actorOf(request), input))
      if (request.query.dryRun) return rehearse(unitOfWork, record)
      const expense = await create(unitOfWork, request, reply, record)
      reply.header('location', `/api/v1/expenses/${expense.id}`)
      return tagged(reply, expense)
    },
  )

  app.post(
    '/expenses/bulk',
    {
      config,
      schema: {
        operationId: 'recordExpenses',
        summary: 'Record many expenses, all or none',
        description: 'Every fault of every item is named at once, such as `/items/3/amount`.',
        tags,
        headers: IdempotencyHeaders,
        body: NewExpensesBody,
        response: { 201: RecordedExpensesSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const inputs: ExpenseToRecord[] = []
      for (const stated of request.body.items.map(readExpenseToRecord)) {
        inputs.push(
          stated instanceof DomainError
            ? stated
            : await quoted(stated, () => quoteOriginal(services, actor, stated)),
        )
      }
      return create(unitOfWork, request, reply, async (tx) => ({
        items: (await recordExpenses(tx, actor, inputs)).map(presentExpense),
      }))
    },
  )

  app.get(
    '/expenses/:id',
    {
      config,
      schema: {
        operationId: 'getExpense',
        summary: 'One expense',
        tags,
        params: IdParams,
        response: { 200: ExpenseSchema, ...problems(400, 401, 404) },
      },
    },
    async (request, reply) =>
      tagged(reply, presentExpense(await readExpense(reads, actorOf(request), request.params.id))),
  )

  app.put(
    '/expenses/:id',
    {
      config,
      schema: {
        operationId: 'replaceExpense',
        summary: 'State an expense anew',
        tags,
        params: IdParams,
        querystring: DryRunQuery,
        headers: IfMatchHeaders,
        body: ReplaceExpenseBody,
        response: { 200: ExpenseSchema, ...problems(...bodyProblems, 401, 403, 404, 409, 412) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const { id } = request.params
      const stated = readNewExpense(request.body)
      const before = stated.original && (await readExpense(reads, actor, id))
      const input = before ? await quoteOriginal(services, actor, stated, before) : stated
      const expense = await change(request.query, (tx) =>
        replaceExpense(tx, actor, id, expectedVersion(request), input),
      )
      return tagged(reply, presentExpense(expense))
    },
  )

  app.patch(
    '/expenses/:id',
    {
      config,
      schema: {
        operationId: 'editExpense',
        summary: 'Change some of an expense',
        tags,
        params: IdParams,
        querystring: DryRunQuery,
        headers: IfMatchHeaders,
        body: EditExpenseBody,
        response: { 200: ExpenseSchema, ...problems(...bodyProblems, 401, 403, 404, 409, 412) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const { id } = request.params
      const { body } = request
      const seen = body.original ? await readExpense(reads, actor, id) : null
      const quote =
        seen && (await quoteChange(services, actor, seen, readExpenseChanges(body, seen.amount)))
      const expense = await change(request.query, async (tx) => {
        const before = await readExpense(tx, actor, id)
        const stated = readExpenseChanges(body, before.amount)
        const changes = quote?.original ? { ...stated, original: quote.original } : stated
        return editExpense(tx, actor, id, expectedVersion(request), changes)
      })
      return tagged(reply, presentExpense(expense))
    },
  )

  app.delete(
    '/expenses/:id',
    {
      config,
      schema: {
        operationId: 'voidExpense',
        summary: 'Take an expense out of force',
        description: 'It stays readable, marked by `voidedAt`, and can be restored.',
        tags,
        params: IdParams,
        headers: IfMatchHeaders,
        response: { 200: ExpenseSchema, ...problems(400, 401, 403, 404, 409, 412) },
      },
    },
    async (request, reply) => {
      const expense = await unitOfWork.run((tx) =>
        voidExpense(tx, actorOf(request), request.params.id, expectedVersion(request)),
      )
      return tagged(reply, presentExpense(expense))
    },
  )

  app.post(
    '/expenses/:id/restore',
    {
      config,
      schema: {
        operationId: 'restoreExpense',
        summary: 'Put a voided expense back in force',
        tags,
        params: IdParams,
        headers: IfMatchHeaders,
        response: { 200: ExpenseSchema, ...problems(400, 401, 403, 404, 409, 412) },
      },
    },
    async (request, reply) => {
      const expense = await unitOfWork.run((tx) =>
        restoreExpense(tx, actorOf(request), request.params.id, expectedVersion(request)),
      )
      return tagged(reply, presentExpense(expense))
    },
  )

  app.post(
    '/expenses/:id/revert',
    {
      config,
      schema: {
        operationId: 'revertExpense',
        summary: 'Put an expense back to an earlier version',
        description: 'As a new version with the shares it had then; the history goes on.',
        tags,
        params: IdParams,
        headers: IfMatchHeaders,
        body: RevertBody,
        response: { 200: ExpenseSchema, ...problems(...bodyProblems, 401, 403, 404, 409, 412) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { version } = request.body
      const expense = await unitOfWork.run((tx) =>
        revertExpense(tx, actorOf(request), id, version, expectedVersion(request)),
      )
      return tagged(reply, presentExpense(expense))
    },
  )

  app.get(
    '/expenses/:id/history',
    {
      config,
      schema: {
        operationId: 'getExpenseHistory',
        summary: 'What happened to an expense',
        tags,
        params: IdParams,
        response: { 200: HistorySchema, ...problems(400, 401, 404) },
      },
    },
    async (request) => {
      const events = await unitOfWork.run((tx) =>
        readHistory(tx, actorOf(request), request.params.id),
      )
      return { items: events.map(presentEvent), nextCursor: null }
    },
  )
}
