import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { quoteRedenomination } from '../../domain/groups/quote-redenomination.ts'
import { listConversions } from '../../domain/groups/read-conversions.ts'
import { type Redenominate, redenominate } from '../../domain/groups/redenominate.ts'
import {
  restoreRedenomination,
  voidRedenomination,
} from '../../domain/groups/void-redenomination.ts'
import { parseCurrency } from '../../domain/money/currencies.ts'
import { parseCalendarDate } from '../../domain/time/calendar-date.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create, expectedVersion, tagged } from '../plugins/once.ts'
import { quoted } from '../plugins/quoted.ts'
import { presentConversionOfGroup, presentRedenomination } from '../presenters/redenomination.ts'
import { IdParams } from '../schemas/fields.ts'
import { IdempotencyHeaders, IfMatchHeaders } from '../schemas/headers.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import {
  ConversionParams,
  ConversionSchema,
  ConversionsSchema,
  RedenominateBody,
  RedenominationSchema,
} from '../schemas/redenomination.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

export const redenominationRoutes: FastifyPluginAsyncTypebox<Options> = async (
  app,
  { services },
) => {
  const { reads, unitOfWork } = services
  const config = { access: 'user' } as const
  const tags = ['groups', 'rates']

  app.post(
    '/groups/:id/redenominate',
    {
      config,
      schema: {
        operationId: 'redenominate',
        summary: "Move a group's balances into another currency",
        description:
          'Expenses and payments stay as they were. With `dryRun` nothing changes and the answer is 200.',
        tags,
        params: IdParams,
        headers: IdempotencyHeaders,
        body: RedenominateBody,
        response: {
          200: RedenominationSchema,
          201: RedenominationSchema,
          ...problems(...bodyProblems, 401, 403, 404, 409),
        },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const { id } = request.params
      const stated = readRedenominate(request.body)
      if (stated.dryRun) {
        const input = await quoteRedenomination(services, actor, id, stated)
        const shown = await unitOfWork.run((tx) => redenominate(tx, actor, id, input))
        return presentRedenomination(shown)
      }
      const input = await quoted(stated, () => quoteRedenomination(services, actor, id, stated))
      return create(unitOfWork, request, reply, async (tx) =>
        presentRedenomination(await redenominate(tx, actor, id, input)),
      )
    },
  )

  app.get(
    '/groups/:id/conversions',
    {
      config,
      schema: {
        operationId: 'listConversions',
        summary: "When a group's balances were moved into another currency",
        tags,
        params: IdParams,
        response: { 200: ConversionsSchema, ...problems(400, 401, 404) },
      },
    },
    async (request) => {
      const conversions = await listConversions(reads, actorOf(request), request.params.id)
      return { items: conversions.map(presentConversionOfGroup), nextCursor: null }
    },
  )

  for (const [path, operationId, summary, change] of [
    ['void', 'voidConversion', 'Take a conversion back', voidRedenomination],
    ['restore', 'restoreConversion', 'Put a conversion back in force', restoreRedenomination],
  ] as const) {
    app.post(
      `/groups/:id/conversions/:conversionId/${path}`,
      {
        config,
        schema: {
          operationId,
          summary,
          description: 'From the last to the first, because they build on one another.',
          tags,
          params: ConversionParams,
          headers: IfMatchHeaders,
          response: { 200: ConversionSchema, ...problems(400, 401, 403, 404, 409, 412) },
        },
      },
      async (request, reply) => {
        const { id, conversionId } = request.params
        const conversion = await unitOfWork.run((tx) =>
          change(tx, actorOf(request), id, conversionId, expectedVersion(request)),
        )
        return tagged(reply, presentConversionOfGroup(conversion))
      },
    )
  }
}

function readRedenominate(body: Static<typeof RedenominateBody>): Redenominate {
  const rates = (body.rates ?? []).map(({ currency, rate, rateDate, rateSource }, i) => ({
    currency: parseCurrency(currency, `/rates/${i}/currency`),
    rate,
    ...(rateDate === undefined ? {} : { on: parseCalendarDate(rateDate, `/rates/${i}/rateDate`) }),
    ...(rateSource === undefined ? {} : { source: rateSource }),
  }))
  return {
    from: body.from === 'all' ? 'all' : parseCurrency(body.from, '/from'),
    to: parseCurrency(body.to, '/to'),
    rates,
    dryRun: body.dryRun ?? false,
  }
}
