import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { giveAccountToken } from '../../domain/accounts/account-token.ts'
import { manageUser } from '../../domain/accounts/manage-users.ts'
import { giveReset } from '../../domain/accounts/reset-password.ts'
import { notFound } from '../../domain/errors.ts'
import { actorOf } from '../plugins/authentication.ts'
import { create } from '../plugins/once.ts'
import { presentManagedUser } from '../presenters/user.ts'
import {
  AccountTokenSchema,
  FiguresSchema,
  FindUsersQuery,
  ManagedUserPage,
  ManagedUserSchema,
  ManageUserBody,
} from '../schemas/admin-user.ts'
import { IdParams } from '../schemas/fields.ts'
import { IdempotencyHeaders } from '../schemas/headers.ts'
import { presentPage, readPage } from '../schemas/page.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

const dayMs = 86_400_000

/** Other people's accounts, for admins of the installation. */
export const adminUserRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork, clock } = services
  const config = { access: 'admin' } as const
  const tags = ['admin']

  app.get(
    '/admin/users',
    {
      config,
      schema: {
        operationId: 'listUsers',
        summary: 'Everybody who has an account or writes in a chat',
        tags,
        querystring: FindUsersQuery,
        response: { 200: ManagedUserPage, ...problems(400, 401, 403) },
      },
    },
    async ({ query }) =>
      presentPage(
        await reads.users.search(query.search ?? null, readPage(query)),
        presentManagedUser,
      ),
  )

  app.get(
    '/users/:id',
    {
      config,
      schema: {
        operationId: 'getUser',
        summary: 'One person',
        tags,
        params: IdParams,
        response: { 200: ManagedUserSchema, ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const user = await reads.users.find(request.params.id)
      if (!user || user.isGuest || user.deletedAt || user.mergedIntoId) throw notFound('user')
      return presentManagedUser(user)
    },
  )

  app.put(
    '/users/:id',
    {
      config,
      schema: {
        operationId: 'manageUser',
        summary: "Change somebody's role or name, lock an account or unlock it",
        description: 'Takes effect at once here, on other instances within a minute.',
        tags,
        params: IdParams,
        body: ManageUserBody,
        response: { 200: ManagedUserSchema, ...problems(...bodyProblems, 401, 403, 404, 409) },
      },
    },
    async (request) => {
      const { id } = request.params
      const user = await unitOfWork.run((tx) => manageUser(tx, actorOf(request), id, request.body))
      app.authentication.forget(id)
      const { role, disabledAt } = user
      const line = { managedUserId: id, role, isDisabled: disabledAt !== null }
      request.log.info(line, 'account managed')
      return presentManagedUser(user)
    },
  )

  app.post(
    '/admin/users/:id/reset-password',
    {
      config,
      schema: {
        operationId: 'giveReset',
        summary: 'Get a token with which somebody can set a new password',
        description: 'Good once, for 30 minutes, at `POST /auth/reset-password`. Earlier ones end.',
        tags,
        params: IdParams,
        headers: IdempotencyHeaders,
        response: { 201: AccountTokenSchema, ...problems(400, 401, 403, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const given = await create(
        unitOfWork,
        request,
        reply,
        async (tx) => presentToken(await giveReset(tx, id)),
        withoutToken,
      )
      request.log.info({ managedUserId: id }, 'password reset given')
      return given
    },
  )

  app.post(
    '/admin/invites',
    {
      config,
      schema: {
        operationId: 'inviteToInstance',
        summary: 'Get a token with which somebody can register',
        description: 'Good once, for seven days, as `inviteToken` of `POST /auth/register`.',
        tags,
        headers: IdempotencyHeaders,
        response: { 201: AccountTokenSchema, ...problems(400, 401, 403, 409, 422) },
      },
    },
    async (request, reply) => {
      const { userId } = actorOf(request)
      return create(
        unitOfWork,
        request,
        reply,
        async (tx) => presentToken(await giveAccountToken(tx, 'register', userId)),
        withoutToken,
      )
    },
  )

  app.get(
    '/admin/figures',
    {
      config,
      schema: {
        operationId: 'readFigures',
        summary: 'How much there is',
        tags,
        response: { 200: FiguresSchema, ...problems(401, 403) },
      },
    },
    async () => {
      const since = new Date(clock.now().getTime() - dayMs)
      const { users, groups, expenses, ...recent } = await reads.figures.read(since)
      return {
        users,
        groups,
        expenses,
        last24Hours: {
          users: recent.newUsers,
          groups: recent.newGroups,
          expenses: recent.newExpenses,
          sessions: recent.newSessions,
        },
      }
    },
  )
}

type TokenResource = { token: string | null; expiresAt: string }

const presentToken = ({ token, expiresAt }: { token: string; expiresAt: Date }): TokenResource => ({
  token,
  expiresAt: expiresAt.toISOString(),
})

const withoutToken = (given: TokenResource): TokenResource => ({ ...given, token: null })
