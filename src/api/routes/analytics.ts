import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  compareRanges,
  summarize,
  summarizeByCategory,
  summarizeByPeriod,
  summarizeByPerson,
} from '../../domain/reports/report.ts'
import { parseCalendarDate } from '../../domain/time/calendar-date.ts'
import { actorOf } from '../plugins/authentication.ts'
import { problems } from '../schemas/problem.ts'
import {
  CategorySummarySchema,
  CompareQuery,
  ComparisonSchema,
  PeriodQuery,
  PeriodSummarySchema,
  PersonSummarySchema,
  presentComparison,
  presentRange,
  presentTotals,
  ReportQuery,
  readReportRequest,
  SummarySchema,
} from '../schemas/report.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

/** What somebody spent: their shares, whoever paid. */
export const analyticsRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, clock } = services
  const config = { access: 'user' } as const
  const tags = ['analytics']
  const refusals = problems(400, 401, 404, 422)

  app.get(
    '/analytics/summary',
    {
      config,
      schema: {
        operationId: 'getSummary',
        summary: 'What you spent and received',
        description: 'Your shares, not what you paid for others; settlements do not count.',
        tags,
        querystring: ReportQuery,
        response: { 200: SummarySchema, ...refusals },
      },
    },
    async (request) => {
      const asked = readReportRequest(request.query)
      const { range, items } = await summarize(reads, actorOf(request), asked, clock.now())
      return { ...presentRange(range), items: items.map(presentTotals) }
    },
  )

  app.get(
    '/analytics/by-category',
    {
      config,
      schema: {
        operationId: 'getSummaryByCategory',
        summary: 'What you spent on what',
        tags,
        querystring: ReportQuery,
        response: { 200: CategorySummarySchema, ...refusals },
      },
    },
    async (request) => {
      const asked = readReportRequest(request.query)
      const report = await summarizeByCategory(reads, actorOf(request), asked, clock.now())
      const items = report.items.map((item) => ({
        categoryId: item.categoryId,
        ...presentTotals(item),
      }))
      return { ...presentRange(report.range), items }
    },
  )

  app.get(
    '/analytics/by-period',
    {
      config,
      schema: {
        operationId: 'getSummaryByPeriod',
        summary: 'What you spent when',
        tags,
        querystring: PeriodQuery,
        response: { 200: PeriodSummarySchema, ...refusals },
      },
    },
    async (request) => {
      const { period, ...query } = request.query
      const asked = readReportRequest(query)
      const actor = actorOf(request)
      const report = await summarizeByPeriod(reads, actor, period, asked, clock.now())
      const items = report.items.map((item) => ({
        ...presentRange(item.range),
        ...presentTotals(item),
      }))
      return { ...presentRange(report.range), items }
    },
  )

  app.get(
    '/analytics/by-person',
    {
      config,
      schema: {
        operationId: 'getSummaryByPerson',
        summary: 'Who spent what in a group, or with whom you spent',
        description:
          'With `groupId` the shares of each member. Without it, for everybody you have expenses with, your own shares of those: an expense of three people counts for both others.',
        tags,
        querystring: ReportQuery,
        response: { 200: PersonSummarySchema, ...refusals },
      },
    },
    async (request) => {
      const asked = readReportRequest(request.query)
      const report = await summarizeByPerson(reads, actorOf(request), asked, clock.now())
      const items = report.items.map((item) => ({
        userId: item.userId,
        displayName: item.displayName,
        ...presentTotals(item),
      }))
      return { ...presentRange(report.range), items }
    },
  )

  app.get(
    '/analytics/compare',
    {
      config,
      schema: {
        operationId: 'compareSpending',
        summary: 'Two ranges beside each other',
        description:
          'Without `beforeFrom` and `beforeTo` with the range of the same length just before: whole months with as many months.',
        tags,
        querystring: CompareQuery,
        response: { 200: ComparisonSchema, ...refusals },
      },
    },
    async (request) => {
      const { beforeFrom, beforeTo, ...query } = request.query
      const asked = {
        ...readReportRequest(query),
        ...(beforeFrom ? { beforeFrom: parseCalendarDate(beforeFrom, 'beforeFrom') } : {}),
        ...(beforeTo ? { beforeTo: parseCalendarDate(beforeTo, 'beforeTo') } : {}),
      }
      const report = await compareRanges(reads, actorOf(request), asked, clock.now())
      return {
        ...presentRange(report.range),
        before: presentRange(report.before),
        items: report.items.map(presentComparison),
      }
    },
  )
}
