import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { addMember } from '../../domain/groups/add-member.ts'
import { readGroup } from '../../domain/groups/read-groups.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create } from '../plugins/once.ts'
import { presentMember } from '../presenters/group.ts'
import { IdParams } from '../schemas/fields.ts'
import { MemberBody, MemberSchema, MembersSchema } from '../schemas/group.ts'
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
}
