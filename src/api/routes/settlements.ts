import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { parseCurrency } from '../../domain/money/currencies.ts'
import { quoteSettlement } from '../../domain/settlements/quote-settlement.ts'
import { listSettlements, readSettlement } from '../../domain/settlements/read-settlements.ts'
import {
  type RecordSettlement,
  recordSettlement,
} from '../../domain/settlements/record-settlement.ts'
import {
  explainSettlements,
  type SuggestSettlements,
  suggestSettlements,
} from '../../domain/settlements/suggest-settlements.ts'
import { restoreSettlement, voidSettlement } from '../../domain/settlements/void-settlement.ts'
import { parseCalendarDate } from '../../domain/time/calendar-date.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create, expectedVersion, tagged } from '../plugins/once.ts'
import { quoted } from '../plugins/quoted.ts'
import { presentSettlement, presentSettleUp } from '../presenters/settlement.ts'
import { RequestError } from '../problem-details.ts'
import { IdParams } from '../schemas/fields.ts'
import { IdempotencyHeaders, IfMatchHeaders } from '../schemas/headers.ts'
import { readAmount } from '../schemas/money.ts'
import { PageQuery, presentPage, readPage } from '../schemas/page.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import { readOriginal } from '../schemas/read-expense.ts'
import {
  SettlementBody,
  SettlementPage,
  SettlementParams,
  SettlementSchema,
  SettleUpQuery,
  SettleUpSchema,
} from '../schemas/settlement.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

export const settlementRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork } = services
  const config = { access: 'user' } as const
  const tags = ['settlements']

  app.get(
    '/groups/:id/settle-up',
    {
      config,
      schema: {
        operationId: 'suggestSettlements',
        summary: 'Who should pay whom so that nobody owes anything',
        description: 'Computed when asked for, never stored.',
        tags,
        params: IdParams,
        querystring: SettleUpQuery,
        response: { 200: SettleUpSchema, ...problems(400, 401, 404, 422) },
      },
    },
    async (request) => {
      const { id } = request.params
      const plans = await suggestSettlements(reads, actorOf(request), id, readWish(request.query))
      return presentSettleUp(
        request.query.explain ? await explainSettlements(reads, id, plans) : plans,
      )
    },
  )

  app.get(
    '/groups/:id/settlements',
    {
      config,
      schema: {
        operationId: 'listSettlements',
        summary: 'Payments between the members',
        description: 'Those in force.',
        tags,
        params: IdParams,
        querystring: PageQuery,
        response: { 200: SettlementPage, ...problems(400, 401, 404) },
      },
    },
    async (request) =>
      presentPage(
        await listSettlements(reads, actorOf(request), request.params.id, readPage(request.query)),
        presentSettlement,
      ),
  )

  app.post(
    '/groups/:id/settlements',
    {
      config,
      schema: {
        operationId: 'recordSettlement',
        summary: 'Record that one member paid another',
        tags,
        params: IdParams,
        headers: IdempotencyHeaders,
        body: SettlementBody,
        response: { 201: SettlementSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request, reply) => {
      const stated = readSettlementBody(request.body, request.params.id)
      const input = await quoted(stated, () => quoteSettlement(services, actorOf(request), stated))
      const settlement = await create(unitOfWork, request, reply, async (tx) =>
        presentSettlement(await recordSettlement(tx, actorOf(request), input)),
      )
      reply.header('location', `/api/v1/groups/${input.groupId}/settlements/${settlement.id}`)
      return tagged(reply, settlement)
    },
  )

  app.get(
    '/groups/:id/settlements/:settlementId',
    {
      config,
      schema: {
        operationId: 'getSettlement',
        summary: 'One payment',
        tags,
        params: SettlementParams,
        response: { 200: SettlementSchema, ...problems(400, 401, 404) },
      },
    },
    async (request, reply) => {
      const { id, settlementId } = request.params
      return tagged(
        reply,
        presentSettlement(await readSettlement(reads, actorOf(request), id, settlementId)),
      )
    },
  )

  for (const [method, url, operationId] of [
    ['DELETE', '/groups/:id/settlements/:settlementId', 'deleteSettlement'],
    ['POST', '/groups/:id/settlements/:settlementId/void', 'voidSettlement'],
  ] as const) {
    app.route({
      method,
      url,
      config,
      schema: {
        operationId,
        summary: 'Take a payment out of force',
        description: 'It stays readable, marked by `voidedAt`, and can be restored.',
        tags,
        params: SettlementParams,
        headers: IfMatchHeaders,
        response: { 200: SettlementSchema, ...problems(400, 401, 403, 404, 409, 412) },
      },
      handler: async (request, reply) => {
        const { id, settlementId } = request.params
        const settlement = await unitOfWork.run((tx) =>
          voidSettlement(tx, actorOf(request), id, settlementId, expectedVersion(request)),
        )
        return tagged(reply, presentSettlement(settlement))
      },
    })
  }

  app.post(
    '/groups/:id/settlements/:settlementId/restore',
    {
      config,
      schema: {
        operationId: 'restoreSettlement',
        summary: 'Put a voided payment back in force',
        tags,
        params: SettlementParams,
        headers: IfMatchHeaders,
        response: { 200: SettlementSchema, ...problems(400, 401, 403, 404, 409, 412, 422) },
      },
    },
    async (request, reply) => {
      const { id, settlementId } = request.params
      const settlement = await unitOfWork.run((tx) =>
        restoreSettlement(tx, actorOf(request), id, settlementId, expectedVersion(request)),
      )
      return tagged(reply, presentSettlement(settlement))
    },
  )
}

function readSettlementBody(
  body: Static<typeof SettlementBody>,
  groupId: string,
): RecordSettlement {
  const { fromUserId, toUserId, amount, currency, original, date, notes, force } = body
  return {
    groupId,
    fromUserId,
    toUserId,
    amount: amount === undefined ? null : readAmount(amount, parseCurrency(currency), '/amount'),
    ...(original === undefined ? {} : { original: readOriginal(original, body) }),
    ...(date === undefined ? {} : { settledOn: parseCalendarDate(date) }),
    ...(notes === undefined ? {} : { notes }),
    ...(force === undefined ? {} : { force }),
  }
}

/** `via` goes with its strategy only: that somebody names a person and is not heard would be worse. */
function readWish({ strategy, via }: Static<typeof SettleUpQuery>): SuggestSettlements {
  if (strategy === 'via' && via !== undefined) return { strategy, userId: via }
  if (strategy !== 'via' && via === undefined) return { strategy: strategy ?? 'minimal' }
  const detail = 'Give strategy=via together with the id of the person as via.'
  throw new RequestError(400, 'malformed-request', detail, [{ pointer: 'via', detail }])
}
