import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { listIdentities, unlinkIdentity } from '../../domain/people/identities.ts'
import { createLinkCode } from '../../domain/people/link-chat.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create } from '../plugins/once.ts'
import { throttling } from '../plugins/throttle.ts'
import { presentIdentity } from '../presenters/identity.ts'
import { IdParams } from '../schemas/fields.ts'
import { IdempotencyHeaders } from '../schemas/headers.ts'
import { IdentitiesSchema, LinkCodeSchema } from '../schemas/identity.ts'
import { problems } from '../schemas/problem.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

/** How an account and the chats of one person come together. */
export const identityRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { unitOfWork } = services
  const throttle = throttling(services)
  const config = { access: 'user' } as const
  const tags = ['users']

  app.post(
    '/users/me/link-codes',
    {
      config: { ...config, scope: 'session' },
      schema: {
        operationId: 'createLinkCode',
        summary: 'Get a code that links a chat to this account',
        description: 'Good once, for ten minutes. Earlier codes stop working.',
        tags,
        headers: IdempotencyHeaders,
        response: { 201: LinkCodeSchema, ...problems(400, 401, 404, 409, 422, 429) },
      },
    },
    async (request, reply) => {
      await throttle(request, 'link-code', actorOf(request).userId)
      return create(
        unitOfWork,
        request,
        reply,
        async (tx) => {
          const { code, expiresAt } = await createLinkCode(tx, actorOf(request))
          return { code: code as string | null, expiresAt: expiresAt.toISOString() }
        },
        (given) => ({ ...given, code: null }),
      )
    },
  )

  app.get(
    '/users/me/identities',
    {
      config,
      schema: {
        operationId: 'listIdentities',
        summary: 'The chats that are linked to this account',
        tags,
        response: { 200: IdentitiesSchema, ...problems(401) },
      },
    },
    async (request) => {
      const identities = await unitOfWork.run((tx) => listIdentities(tx, actorOf(request)))
      return { items: identities.map(presentIdentity), nextCursor: null }
    },
  )

  app.delete(
    '/users/me/identities/:id',
    {
      config: { ...config, scope: 'session' },
      schema: {
        operationId: 'unlinkIdentity',
        summary: 'Unlink a chat',
        description: 'Your entries stay here; who speaks there next is a stranger.',
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'It is unlinked.' }),
          ...problems(400, 401, 404, 409),
        },
      },
    },
    async (request, reply) => {
      const identity = await unitOfWork.run((tx) =>
        unlinkIdentity(tx, actorOf(request), request.params.id),
      )
      request.log.info({ identityId: identity.id }, 'identity unlinked')
      return reply.code(204).send(null)
    },
  )
}
