import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { mostDifferences } from '../../domain/ledger/verify-ledger.ts'
import { mergeUsers } from '../../domain/people/merge-users.ts'
import { previewMerge } from '../../domain/people/preview-merge.ts'
import { actorOf } from '../plugins/authentication.ts'
import { presentMergePreview } from '../presenters/merge.ts'
import { presentUser } from '../presenters/user.ts'
import { LedgerCheckSchema, VerifyQuery } from '../schemas/ledger.ts'
import { MergeBody, MergePreviewSchema, MergeQuery } from '../schemas/merge.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import { UserSchema } from '../schemas/user.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

/** For whoever looks after the installation. */
export const adminRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { unitOfWork, audit } = services
  const config = { access: 'admin' } as const
  const tags = ['admin']

  app.get(
    '/admin/verify',
    {
      config,
      schema: {
        operationId: 'verifyLedger',
        summary: 'Recompute every balance from the rows it comes from',
        description: 'Changes nothing. Takes its time where there is much.',
        tags,
        querystring: VerifyQuery,
        response: { 200: LedgerCheckSchema, ...problems(400, 401, 403) },
      },
    },
    async (request) => {
      const { groupId = null } = request.query
      const differences = [...(await audit.differences(groupId, mostDifferences))]
      return { ok: differences.length === 0, differences }
    },
  )

  app.get(
    '/admin/merge-preview',
    {
      config,
      schema: {
        operationId: 'previewMerge',
        summary: 'What merging two people would do',
        tags,
        querystring: MergeQuery,
        response: { 200: MergePreviewSchema, ...problems(400, 401, 403, 404, 409, 422) },
      },
    },
    async (request) =>
      presentMergePreview(
        await unitOfWork.run((tx) => previewMerge(tx, actorOf(request), request.query)),
      ),
  )

  app.post(
    '/admin/merge',
    {
      config,
      schema: {
        operationId: 'mergeUsers',
        summary: 'Put one person in the place of two',
        description: 'No amount and no line of the history is lost, but it cannot be undone.',
        tags,
        body: MergeBody,
        response: { 200: UserSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request) => {
      const { fromUserId } = request.body
      const user = await unitOfWork.run((tx) => mergeUsers(tx, actorOf(request), request.body))
      app.authentication.forget(fromUserId)
      request.log.info({ fromUserId, intoUserId: user.id }, 'people merged')
      return presentUser(user)
    },
  )
}
