import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { addComment, deleteComment, listComments } from '../../domain/expenses/comments.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create } from '../plugins/once.ts'
import { presentComment } from '../presenters/comment.ts'
import { CommentBody, CommentPage, CommentParams, CommentSchema } from '../schemas/comment.ts'
import { IdParams } from '../schemas/fields.ts'
import { IdempotencyHeaders } from '../schemas/headers.ts'
import { PageQuery, presentPage, readPage } from '../schemas/page.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

export const commentRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork } = services
  const config = { access: 'user' } as const
  const tags = ['expenses']

  app.get(
    '/expenses/:id/comments',
    {
      config,
      schema: {
        operationId: 'listComments',
        summary: 'What people say about an expense',
        tags,
        params: IdParams,
        querystring: PageQuery,
        response: { 200: CommentPage, ...problems(400, 401, 404) },
      },
    },
    async (request) =>
      presentPage(
        await listComments(reads, actorOf(request), request.params.id, readPage(request.query)),
        presentComment,
      ),
  )

  app.post(
    '/expenses/:id/comments',
    {
      config,
      schema: {
        operationId: 'addComment',
        summary: 'Say something about an expense',
        tags,
        params: IdParams,
        headers: IdempotencyHeaders,
        body: CommentBody,
        response: { 201: CommentSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request, reply) =>
      create(unitOfWork, request, reply, async (tx) =>
        presentComment(
          await addComment(tx, actorOf(request), request.params.id, request.body.body),
        ),
      ),
  )

  app.delete(
    '/expenses/:id/comments/:commentId',
    {
      config,
      schema: {
        operationId: 'deleteComment',
        summary: 'Take a comment away',
        description:
          'For its author and admins of the group. The history keeps that there was one.',
        tags,
        params: CommentParams,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problems(400, 401, 403, 404, 409),
        },
      },
    },
    async (request, reply) => {
      const { id, commentId } = request.params
      await unitOfWork.run((tx) => deleteComment(tx, actorOf(request), id, commentId))
      return reply.code(204).send(null)
    },
  )
}
