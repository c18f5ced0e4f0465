import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { unavailable } from '../../domain/errors.ts'
import { sendProblem } from '../problem-details.ts'
import { problems } from '../schemas/problem.ts'

const Status = Type.Object(
  { status: Type.Literal('ok') },
  { title: 'Health', description: 'All is well.' },
)

declare module 'fastify' {
  interface FastifyInstance {
    /** From now on `/readyz` says no, so that a load balancer sends its requests elsewhere. */
    startDraining(): void
  }
}

const closingProblem = {
  status: 503,
  code: 'closing',
  detail: 'This server is stopping. Ask again.',
  headers: { 'retry-after': '1', connection: 'close' },
} as const

export function registerHealth(
  app: FastifyInstance,
  isDatabaseReady: () => Promise<boolean>,
): void {
  let isDraining = false
  let isClosing = false
  app.decorate('startDraining', () => {
    isDraining = true
  })
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onRequest', async (request, reply) => {
    if (isClosing) return sendProblem(closingProblem, request, reply)
  })
  app.get(
    '/healthz',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getHealth',
        summary: 'Whether the process is alive',
        tags: ['running'],
        response: { 200: Status, ...problems() },
      },
    },
    async () => ({ status: 'ok' }),
  )
  app.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether it can serve requests now',
        tags: ['running'],
        response: { 200: Status, ...problems() },
      },
    },
    async () => {
      if (isDraining) throw unavailable('draining', 'This server is stopping.', 1)
      if (!(await isDatabaseReady())) {
        throw unavailable('database-away', 'The database does not answer.')
      }
      return { status: 'ok' }
    },
  )
}
