import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { editDefaultSplit } from '../../domain/expenses/default-split.ts'
import { createGroup } from '../../domain/groups/create-group.ts'
import { archiveGroup, editGroup, restoreGroup } from '../../domain/groups/edit-group.ts'
import { listGroups, readGroup } from '../../domain/groups/read-groups.ts'
import { parseCurrency } from '../../domain/money/currencies.ts'
import { parseTimeZone } from '../../domain/time/zone.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create, expectedVersion, tagged } from '../plugins/once.ts'
import { presentGroup } from '../presenters/group.ts'
import { IdParams } from '../schemas/fields.ts'
import {
  DefaultSplitBody,
  EditGroupBody,
  GroupBody,
  GroupPage,
  GroupQuery,
  GroupSchema,
} from '../schemas/group.ts'
import { IdempotencyHeaders, IfMatchHeaders } from '../schemas/headers.ts'
import { presentPage, readPage } from '../schemas/page.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
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

  app.post(
    '/groups/:id/restore',
    {
      config,
      schema: {
        operationId: 'restoreGroup',
        summary: 'Take a group that was put away back into use',
        tags,
        params: IdParams,
        headers: IfMatchHeaders,
        response: { 200: GroupSchema, ...problems(400, 401, 403, 404, 409, 412) },
      },
    },
    async (request, reply) => {
      const group = await unitOfWork.run((tx) =>
        restoreGroup(tx, actorOf(request), request.params.id, expectedVersion(request)),
      )
      return tagged(reply, presentGroup(group))
    },
  )

  app.put(
    '/groups/:id/default-split',
    {
      config,
      schema: {
        operationId: 'editDefaultSplit',
        summary: 'Say how expenses are divided that do not say',
        description: 'Expenses already recorded stay as they are.',
        tags,
        params: IdParams,
        headers: IfMatchHeaders,
        body: DefaultSplitBody,
        response: { 200: GroupSchema, ...problems(...bodyProblems, 401, 403, 404, 409, 412) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { split } = request.body
      const group = await unitOfWork.run((tx) =>
        editDefaultSplit(tx, actorOf(request), id, expectedVersion(request), split),
      )
      return tagged(reply, presentGroup(group))
    },
  )
}

function readSettings({ currency, timeZone }: { currency?: string; timeZone?: string }) {
  return {
    ...(currency === undefined ? {} : { currency: parseCurrency(currency) }),
    ...(timeZone === undefined ? {} : { timeZone: parseTimeZone(timeZone, '/timeZone') }),
  }
}
