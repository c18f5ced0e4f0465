import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { endSession } from '../../domain/accounts/end-session.ts'
import { actorOf } from '../plugins/authentication.ts'
import { presentSession } from '../presenters/session.ts'
import { IdParams } from '../schemas/fields.ts'
import { problems } from '../schemas/problem.ts'
import { SessionsSchema } from '../schemas/session.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

/** Where somebody is logged in. */
export const sessionRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork, clock } = services
  const config = { access: 'user', scope: 'session' } as const
  const tags = ['auth']

  app.get(
    '/auth/sessions',
    {
      config,
      schema: {
        operationId: 'listSessions',
        summary: 'Where you are logged in',
        tags,
        response: { 200: SessionsSchema, ...problems(401) },
      },
    },
    async (request) => {
      const sessions = await reads.sessions.openOf(actorOf(request).userId, clock.now())
      const items = sessions.map((session) => presentSession(session, request.sessionId))
      return { items, nextCursor: null }
    },
  )

  app.delete(
    '/auth/sessions/:id',
    {
      config,
      schema: {
        operationId: 'endSession',
        summary: 'Log out on one device',
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Its tokens are of no use any more.' }),
          ...problems(400, 401, 404),
        },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      await unitOfWork.run((tx) => endSession(tx, actor, request.params.id))
      app.authentication.forget(actor.userId)
      request.log.info({ endedSessionId: request.params.id }, 'session ended')
      return reply.code(204).send(null)
    },
  )
}
