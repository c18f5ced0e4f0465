import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { createAccessToken, deleteAccessToken } from '../../domain/groups/access-tokens.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create } from '../plugins/once.ts'
import { presentAccessToken } from '../presenters/access-token.ts'
import {
  AccessTokensSchema,
  CreateAccessTokenBody,
  CreatedAccessTokenSchema,
} from '../schemas/access-token.ts'
import { IdParams } from '../schemas/fields.ts'
import { IdempotencyHeaders } from '../schemas/headers.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import { readInstant } from '../schemas/read-instant.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

/** Personal access tokens; a token can neither see nor make any. */
export const tokenRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork } = services
  const config = { access: 'user', scope: 'session' } as const
  const tags = ['tokens']

  app.get(
    '/tokens',
    {
      config,
      schema: {
        operationId: 'listTokens',
        summary: 'Your access tokens, without their secrets',
        tags,
        response: { 200: AccessTokensSchema, ...problems(401, 403) },
      },
    },
    async (request) => {
      const tokens = await reads.accessTokens.listOf(actorOf(request).userId)
      return { items: tokens.map(presentAccessToken), nextCursor: null }
    },
  )

  app.post(
    '/tokens',
    {
      config,
      schema: {
        operationId: 'createToken',
        summary: 'Make an access token for a program of yours',
        description: 'Send it like the access token of a log-in. It can make no other token.',
        tags,
        headers: IdempotencyHeaders,
        body: CreateAccessTokenBody,
        response: {
          201: CreatedAccessTokenSchema,
          ...problems(...bodyProblems, 401, 403, 404, 409),
        },
      },
    },
    async (request, reply) => {
      const { expiresAt, ...input } = request.body
      const wanted = {
        ...input,
        expiresAt: expiresAt ? readInstant(expiresAt, '/expiresAt') : null,
      }
      const created = await create(
        unitOfWork,
        request,
        reply,
        async (tx) => {
          const { accessToken, token } = await createAccessToken(tx, actorOf(request), wanted)
          return { ...presentAccessToken(accessToken), token: token as string | null }
        },
        (given) => ({ ...given, token: null }),
      )
      request.log.info({ tokenId: created.id, scopes: created.scopes }, 'access token made')
      return created
    },
  )

  app.delete(
    '/tokens/:id',
    {
      config,
      schema: {
        operationId: 'deleteToken',
        summary: 'Make an access token useless',
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problems(400, 401, 403, 404),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await unitOfWork.run((tx) => deleteAccessToken(tx, actorOf(request), id))
      request.log.info({ tokenId: id }, 'access token deleted')
      return reply.code(204).send(null)
    },
  )
}
