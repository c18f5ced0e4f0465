import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { changePassword, editProfile, wrongPassword } from '../../domain/accounts/edit-profile.ts'
import { requirePassword } from '../../domain/accounts/register.ts'
import { notFound } from '../../domain/errors.ts'
import { readPersonalDebts } from '../../domain/ledger/personal-debts.ts'
import { parseCurrency } from '../../domain/money/currencies.ts'
import { deleteAccount } from '../../domain/people/delete-account.ts'
import { parseTimeZone } from '../../domain/time/zone.ts'
import { sessionNeeded } from '../plugins/access-tokens.ts'
import { actorOf } from '../plugins/authentication.ts'
import { throttling } from '../plugins/throttle.ts'
import { presentPersonalBalances, presentUser } from '../presenters/user.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import { EditUserBody, PersonalBalancesSchema, UserSchema } from '../schemas/user.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

export const userRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork, hasher } = services
  const throttle = throttling(services)

  app.get(
    '/users/me',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'getMe',
        summary: 'Who is signed in',
        tags: ['users'],
        response: { 200: UserSchema, ...problems(401) },
      },
    },
    async (request) => {
      const user = await reads.users.find(actorOf(request).userId)
      if (!user) throw notFound('user')
      return presentUser(user)
    },
  )

  app.put(
    '/users/me',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'editMe',
        summary: 'Change your profile or password',
        tags: ['users'],
        body: EditUserBody,
        response: { 200: UserSchema, ...problems(...bodyProblems, 401, 403, 409, 429) },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const { body } = request
      if (request.accessToken && (body.newPassword ?? body.email ?? body.username) !== undefined) {
        throw sessionNeeded()
      }
      const { currentPassword, newPassword, timeZone, defaultCurrency, ...words } = body
      const changes = {
        ...words,
        ...(timeZone === undefined ? {} : { timeZone: parseTimeZone(timeZone, '/timeZone') }),
        ...(defaultCurrency === undefined
          ? {}
          : { defaultCurrency: parseCurrency(defaultCurrency, '/defaultCurrency') }),
      }
      if (newPassword !== undefined) await throttle(request, 'password', actor.userId)
      const passwordHash =
        newPassword === undefined
          ? null
          : await newHash(actor.userId, currentPassword ?? '', newPassword)
      const user = await unitOfWork.run(async (tx) => {
        const edited = await editProfile(tx, actor, changes)
        if (passwordHash) await changePassword(tx, actor, passwordHash)
        return edited
      })
      if (passwordHash) {
        app.authentication.forget(actor.userId)
        request.log.info({ userId: actor.userId }, 'password changed')
      }
      return presentUser(user)
    },
  )

  app.delete(
    '/users/me',
    {
      config: { access: 'user', scope: 'session' },
      schema: {
        operationId: 'deleteMe',
        summary: 'Delete your account',
        description:
          "In other people's history you stand without a name. Refused while you have a balance.",
        tags: ['users'],
        response: { 204: Type.Null({ description: 'It is gone.' }), ...problems(401, 404, 409) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      await unitOfWork.run((tx) => deleteAccount(tx, actor))
      app.authentication.forget(actor.userId)
      request.log.info({ userId: actor.userId }, 'account deleted')
      return reply.code(204).send(null)
    },
  )

  async function newHash(userId: string, current: string, wanted: string): Promise<string> {
    requirePassword(wanted, '/newPassword')
    const stored = await reads.users.passwordHashOf(userId)
    if (!(await hasher.verify(stored, current))) throw wrongPassword()
    return hasher.hash(wanted)
  }

  app.get(
    '/users/me/balances',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'getMyBalances',
        summary: 'Who owes you and whom you owe, in all your groups',
        tags: ['users'],
        response: { 200: PersonalBalancesSchema, ...problems(401) },
      },
    },
    async (request) => presentPersonalBalances(await readPersonalDebts(reads, actorOf(request))),
  )
}
