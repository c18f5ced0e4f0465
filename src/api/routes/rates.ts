import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { parseCurrency } from '../../domain/money/currencies.ts'
import { listRates } from '../../domain/money/find-rate.ts'
import { recordRate } from '../../domain/money/record-rate.ts'
import { parseCalendarDate } from '../../domain/time/calendar-date.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create } from '../plugins/once.ts'
import { presentRate } from '../presenters/rate.ts'
import { IdempotencyHeaders } from '../schemas/headers.ts'
import { presentPage, readPage } from '../schemas/page.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import { RateBody, RatePage, RateQuery, RateSchema } from '../schemas/rate.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

export const rateRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork } = services
  const config = { access: 'user' } as const
  const tags = ['rates']

  app.get(
    '/rates',
    {
      config,
      schema: {
        operationId: 'listRates',
        summary: 'Rates that are kept',
        description: "Everybody's, and those you typed.",
        tags,
        querystring: RateQuery,
        response: { 200: RatePage, ...problems(400, 401, 422) },
      },
    },
    async (request) => {
      const { base, quote, ...page } = request.query
      const filter = {
        ...(base === undefined ? {} : { base: parseCurrency(base, 'base') }),
        ...(quote === undefined ? {} : { quote: parseCurrency(quote, 'quote') }),
      }
      return presentPage(
        await listRates(reads, actorOf(request), filter, readPage(page)),
        presentRate,
      )
    },
  )

  app.post(
    '/rates',
    {
      config,
      schema: {
        operationId: 'recordRate',
        summary: 'State a rate of your own',
        description: 'Before all others for what you convert yourself.',
        tags,
        headers: IdempotencyHeaders,
        body: RateBody,
        response: { 201: RateSchema, ...problems(...bodyProblems, 401, 409) },
      },
    },
    async (request, reply) => {
      const { base, quote, rate, date } = request.body
      const input = {
        base: parseCurrency(base, '/base'),
        quote: parseCurrency(quote, '/quote'),
        rate,
        on: parseCalendarDate(date),
      }
      return create(unitOfWork, request, reply, async (tx) =>
        presentRate(await recordRate(tx, actorOf(request), input)),
      )
    },
  )
}
