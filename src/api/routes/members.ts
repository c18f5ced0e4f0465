import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { addMember } from '../../domain/groups/add-member.ts'
import { changeRole, requireMember } from '../../domain/groups/change-role.ts'
import { editMemberWeight, renameGuest } from '../../domain/groups/edit-member.ts'
import { leaveGroup, removeMember } from '../../domain/groups/leave-group.ts'
import { readGroup } from '../../domain/groups/read-groups.ts'
import { claimGuest, mergeGuest } from '../../domain/people/claim-guest.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create, tagged } from '../plugins/once.ts'
import { presentGroup, presentMember } from '../presenters/group.ts'
import { IdParams } from '../schemas/fields.ts'
import {
  EditMemberBody,
  GroupSchema,
  LeavingQuery,
  MemberBody,
  MemberParams,
  MemberSchema,
  MembersSchema,
  MergeGuestBody,
} from '../schemas/group.ts'
import { IdempotencyHeaders } from '../schemas/headers.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

export const memberRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork } = services
  const config = { access: 'user' } as const
  const tags = ['groups']

  app.get(
    '/groups/:id/members',
    {
      config,
      schema: {
        operationId: 'listMembers',
        summary: 'Who is, or was, in a group',
        tags,
        params: IdParams,
        response: { 200: MembersSchema, ...problems(400, 401, 404) },
      },
    },
    async (request) => {
      const { members } = await readGroup(reads, actorOf(request), request.params.id)
      return { items: members.map(presentMember), nextCursor: null }
    },
  )

  app.post(
    '/groups/:id/members',
    {
      config,
      schema: {
        operationId: 'addMember',
        summary: 'Add a person or a guest',
        tags,
        params: IdParams,
        headers: IdempotencyHeaders,
        body: MemberBody,
        response: { 201: MemberSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request, reply) =>
      create(unitOfWork, request, reply, async (tx) =>
        presentMember(await addMember(tx, actorOf(request), request.params.id, request.body)),
      ),
  )

  app.patch(
    '/groups/:id/members/:userId',
    {
      config,
      schema: {
        operationId: 'editMember',
        summary: 'Change a role, a weight or the name of a guest',
        tags,
        params: MemberParams,
        body: EditMemberBody,
        response: { 200: MemberSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const { id, userId } = request.params
      const { role, weight, displayName } = request.body
      const group = await unitOfWork.run(async (tx) => {
        if (role !== undefined) await changeRole(tx, actor, id, userId, role)
        if (weight !== undefined) await editMemberWeight(tx, actor, id, userId, weight)
        if (displayName !== undefined) await renameGuest(tx, actor, id, userId, displayName)
        return tx.groups.find(id)
      })
      return presentMember(requireMember(group!, userId))
    },
  )

  app.delete(
    '/groups/:id/members/:userId',
    {
      config,
      schema: {
        operationId: 'removeMember',
        summary: 'Leave a group, or remove somebody',
        description: 'Entries stay. Refused while there is a balance, unless an owner forces it.',
        tags,
        params: MemberParams,
        querystring: LeavingQuery,
        response: { 200: MemberSchema, ...problems(400, 401, 403, 404, 409) },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const { id, userId } = request.params
      const leaving = { force: request.query.force ?? false }
      const member = await unitOfWork.run((tx) =>
        userId === actor.userId
          ? leaveGroup(tx, actor, id, leaving)
          : removeMember(tx, actor, id, userId, leaving),
      )
      return presentMember(member)
    },
  )

  app.post(
    '/groups/:id/members/:userId/claim',
    {
      config,
      schema: {
        operationId: 'claimGuest',
        summary: 'Say that a guest is you',
        description:
          'For who added the guest and admins of the group, because the claims of the guest come with it. Others follow an invite made for the guest.',
        tags,
        params: MemberParams,
        response: { 200: GroupSchema, ...problems(400, 401, 403, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const { id, userId } = request.params
      const group = await unitOfWork.run((tx) => claimGuest(tx, actor, id, userId, actor))
      return tagged(reply, presentGroup(group))
    },
  )

  app.post(
    '/groups/:id/members/:userId/merge',
    {
      config,
      schema: {
        operationId: 'mergeGuest',
        summary: 'Say which member a guest is',
        description: 'For who added the guest and admins of the group.',
        tags,
        params: MemberParams,
        body: MergeGuestBody,
        response: { 200: GroupSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request, reply) => {
      const { id, userId } = request.params
      const { intoUserId } = request.body
      const group = await unitOfWork.run((tx) =>
        mergeGuest(tx, actorOf(request), id, userId, intoUserId),
      )
      return tagged(reply, presentGroup(group))
    },
  )
}
