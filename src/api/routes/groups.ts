import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { listGroupExpenses, readBalances } from '../../domain/expenses/read-expenses.ts'
import { recordExpense } from '../../domain/expenses/record-expense.ts'
import { addMember } from '../../domain/groups/add-member.ts'
import { createGroup } from '../../domain/groups/create-group.ts'
import { archiveGroup, editGroup } from '../../domain/groups/edit-group.ts'
import { listGroups, readGroup } from '../../domain/groups/read-groups.ts'
import { parseCurrency } from '../../domain/money/currencies.ts'
import { parseTimeZone } from '../../domain/time/zone.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create, expectedVersion, tagged } from '../plugins/once.ts'
import { presentExpense } from '../presenters/expense.ts'
import { presentBalances, presentGroup, presentMember } from '../presenters/group.ts'
import { ExpensePage, ExpenseSchema, SharedExpenseBody } from '../schemas/expense.ts'
import { IdParams } from '../schemas/fields.ts'
import {
  BalancesSchema,
  EditGroupBody,
  GroupBody,
  GroupPage,
  GroupQuery,
  GroupSchema,
  MemberBody,
  MemberSchema,
  MembersSchema,
} from '../schemas/group.ts'
import { IdempotencyHeaders, IfMatchHeaders } from '../schemas/headers.ts'
import { PageQuery, presentPage, readPage } from '../schemas/page.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import { readNewExpense } from '../schemas/read-expense.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

export const groupRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork } = services
  const config = { access: 'user' } as const
  const tags = ['groups']

  app.get(
    '/groups',
    {
      config,
      schema: {
        operationId: 'listGroups',
        summary: 'Your groups',
        description: 'Shared and direct ones; `kind` asks for others.',
        tags,
        querystring: GroupQuery,
        response: { 200: GroupPage, ...problems(400, 401) },
      },
    },
    async (request) => {
      const { kind, ...page } = request.query
      return presentPage(
        await listGroups(reads, actorOf(request), kind ?? null, readPage(page)),
        presentGroup,
      )
    },
  )

  app.post(
    '/groups',
    {
      config,
      schema: {
        operationId: 'createGroup',
        summary: 'Make a group',
        tags,
        headers: IdempotencyHeaders,
        body: GroupBody,
        response: { 201: GroupSchema, ...problems(...bodyProblems, 401, 409) },
      },
    },
    async (request, reply) => {
      const input = { ...readSettings(request.body), name: request.body.name }
      const group = await create(unitOfWork, request, reply, async (tx) =>
        presentGroup(await createGroup(tx, actorOf(request), input)),
      )
      reply.header('location', `/api/v1/groups/${group.id}`)
      return tagged(reply, group)
    },
  )

  app.get(
    '/groups/:id',
    {
      config,
      schema: {
        operationId: 'getGroup',
        summary: 'One group with its members',
        tags,
        params: IdParams,
        response: { 200: GroupSchema, ...problems(400, 401, 404) },
      },
    },
    async (request, reply) =>
      tagged(reply, presentGroup(await readGroup(reads, actorOf(request), request.params.id))),
  )

  app.put(
    '/groups/:id',
    {
      config,
      schema: {
        operationId: 'editGroup',
        summary: 'Change a group',
        tags,
        params: IdParams,
        headers: IfMatchHeaders,
        body: EditGroupBody,
        response: { 200: GroupSchema, ...problems(...bodyProblems, 401, 403, 404, 409, 412) },
      },
    },
    async (request, reply) => {
      const { name } = request.body
      const changes = { ...readSettings(request.body), ...(name === undefined ? {} : { name }) }
      const group = await unitOfWork.run((tx) =>
        editGroup(tx, actorOf(request), request.params.id, expectedVersion(request), changes),
      )
      return tagged(reply, presentGroup(group))
    },
  )

  app.delete(
    '/groups/:id',
    {
      config,
      schema: {
        operationId: 'archiveGroup',
        summary: 'Put a group away',
        description: 'Its books stay readable, marked by `archivedAt`.',
        tags,
        params: IdParams,
        headers: IfMatchHeaders,
        response: { 200: GroupSchema, ...problems(400, 401, 403, 404, 409, 412) },
      },
    },
    async (request, reply) => {
      const group = await unitOfWork.run((tx) =>
        archiveGroup(tx, actorOf(request), request.params.id, expectedVersion(request)),
      )
      return tagged(reply, presentGroup(group))
    },
  )

  app.get(
    '/groups/:id/members',
    {
      config,
      schema: {
        operationId: 'listMembers',
        summary: 'Who is, or was, in a group',
        tags,
        params: IdParams,
        response: { 200: MembersSchema, ...problems(400, 401, 404) },
      },
    },
    async (request) => {
      const { members } = await readGroup(reads, actorOf(request), request.params.id)
      return { items: members.map(presentMember), nextCursor: null }
    },
  )

  app.post(
    '/groups/:id/members',
    {
      config,
      schema: {
        operationId: 'addMember',
        summary: 'Add a person or a guest',
        tags,
        params: IdParams,
        headers: IdempotencyHeaders,
        body: MemberBody,
        response: { 201: MemberSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request, reply) =>
      create(unitOfWork, request, reply, async (tx) =>
        presentMember(await addMember(tx, actorOf(request), request.params.id, request.body)),
      ),
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
        querystring: PageQuery,
        response: { 200: ExpensePage, ...problems(400, 401, 404) },
      },
    },
    async (request) =>
      presentPage(
        await listGroupExpenses(
          reads,
          actorOf(request),
          request.params.id,
          readPage(request.query),
        ),
        presentExpense,
      ),
  )

  app.post(
    '/groups/:id/splits',
    {
      config,
      schema: {
        operationId: 'recordSharedExpense',
        summary: 'Record an expense that a group shares',
        tags: ['groups', 'expenses'],
        params: IdParams,
        headers: IdempotencyHeaders,
        body: SharedExpenseBody,
        response: { 201: ExpenseSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request, reply) => {
      const input = { ...readNewExpense(request.body), groupId: request.params.id }
      const expense = await create(unitOfWork, request, reply, async (tx) =>
        presentExpense(await recordExpense(tx, actorOf(request), input)),
      )
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
}

function readSettings({ currency, timeZone }: { currency?: string; timeZone?: string }) {
  return {
    ...(currency === undefined ? {} : { currency: parseCurrency(currency) }),
    ...(timeZone === undefined ? {} : { timeZone: parseTimeZone(timeZone, '/timeZone') }),
  }
}
