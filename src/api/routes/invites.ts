import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  createInvite,
  listInvites,
  previewInvite,
  revokeInvite,
} from '../../domain/groups/manage-invites.ts'
import { acceptInvite } from '../../domain/people/claim-guest.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create, tagged } from '../plugins/once.ts'
import { presentGroup } from '../presenters/group.ts'
import { presentInvite } from '../presenters/invite.ts'
import { IdParams } from '../schemas/fields.ts'
import { GroupSchema } from '../schemas/group.ts'
import { IdempotencyHeaders } from '../schemas/headers.ts'
import {
  InviteBody,
  InviteParams,
  InvitePreviewSchema,
  InviteSchema,
  InvitesSchema,
  NewInviteSchema,
  TokenParams,
} from '../schemas/invite.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

export const inviteRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { unitOfWork } = services
  const config = { access: 'user' } as const
  const tags = ['invites']

  app.get(
    '/groups/:id/invites',
    {
      config,
      schema: {
        operationId: 'listInvites',
        summary: 'Links into a group',
        description: "Admins see all of the group's, members those they made.",
        tags,
        params: IdParams,
        response: { 200: InvitesSchema, ...problems(400, 401, 403, 404, 409) },
      },
    },
    async (request) => {
      const invites = await unitOfWork.run((tx) =>
        listInvites(tx, actorOf(request), request.params.id),
      )
      return { items: invites.map(presentInvite), nextCursor: null }
    },
  )

  app.post(
    '/groups/:id/invites',
    {
      config,
      schema: {
        operationId: 'createInvite',
        summary: 'Make a link into a group',
        tags,
        params: IdParams,
        headers: IdempotencyHeaders,
        body: InviteBody,
        response: { 201: NewInviteSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request, reply) =>
      create(
        unitOfWork,
        request,
        reply,
        async (tx) => {
          const { id } = request.params
          const { invite, token } = await createInvite(tx, actorOf(request), id, request.body)
          return { ...presentInvite(invite), token: token as string | null }
        },
        (made) => ({ ...made, token: null }),
      ),
  )

  app.delete(
    '/groups/:id/invites/:inviteId',
    {
      config,
      schema: {
        operationId: 'revokeInvite',
        summary: 'Take a link back',
        tags,
        params: InviteParams,
        response: { 200: InviteSchema, ...problems(400, 401, 403, 404, 409) },
      },
    },
    async (request) => {
      const { id, inviteId } = request.params
      return presentInvite(
        await unitOfWork.run((tx) => revokeInvite(tx, actorOf(request), id, inviteId)),
      )
    },
  )

  app.get(
    '/invites/:token',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'previewInvite',
        summary: 'Where a link leads',
        tags,
        params: TokenParams,
        response: { 200: InvitePreviewSchema, ...problems(400, 404) },
      },
    },
    async (request) => {
      const { expiresAt, ...preview } = await unitOfWork.run((tx) =>
        previewInvite(tx, request.params.token),
      )
      return { ...preview, expiresAt: expiresAt.toISOString() }
    },
  )

  app.post(
    '/invites/:token/accept',
    {
      config,
      schema: {
        operationId: 'acceptInvite',
        summary: 'Follow a link into its group',
        tags,
        params: TokenParams,
        headers: IdempotencyHeaders,
        response: { 201: GroupSchema, ...problems(400, 401, 403, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const group = await create(unitOfWork, request, reply, async (tx) =>
        presentGroup(await acceptInvite(tx, actorOf(request), request.params.token)),
      )
      return tagged(reply, group)
    },
  )
}
