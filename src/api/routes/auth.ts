import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { requireLocale } from '../../domain/accounts/edit-profile.ts'
import { logOut, openSession, verifyCredentials } from '../../domain/accounts/log-in.ts'
import { verificationMail } from '../../domain/accounts/mails.ts'
import { refreshSession } from '../../domain/accounts/refresh-session.ts'
import { register, requirePassword } from '../../domain/accounts/register.ts'
import type { User } from '../../domain/accounts/user.ts'
import { giveVerification } from '../../domain/accounts/verify-email.ts'
import { DomainError } from '../../domain/errors.ts'
import { parseCurrency } from '../../domain/money/currencies.ts'
import { registerInvited } from '../../domain/people/register-invited.ts'
import { parseTimeZone } from '../../domain/time/zone.ts'
import { accessTokenSeconds, actorOf } from '../plugins/authentication.ts'
import { throttling } from '../plugins/throttle.ts'
import { presentUser } from '../presenters/user.ts'
import { LoginBody, RefreshBody, RegisterBody, TokensSchema } from '../schemas/auth.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

export const authRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork, hasher, config } = services
  const throttle = throttling(services)

  const present = (user: User, sessionId: string, refreshToken: string) => ({
    accessToken: app.authentication.issueAccessToken(user, sessionId),
    refreshToken,
    tokenType: 'Bearer' as const,
    expiresIn: accessTokenSeconds,
    user: presentUser(user),
  })

  app.post(
    '/auth/register',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'register',
        summary: 'Make an account and sign in',
        tags: ['auth'],
        body: RegisterBody,
        response: { 201: TokensSchema, ...problems(...bodyProblems, 404, 409, 429) },
      },
    },
    async (request, reply) => {
      const { body } = request
      await throttle(request, 'register', body.email)
      const profile = {
        displayName: body.displayName ?? body.username,
        locale: body.locale === undefined ? 'en' : requireLocale(body.locale),
        timeZone:
          body.timeZone === undefined
            ? config.defaultTimeZone
            : parseTimeZone(body.timeZone, '/timeZone'),
        defaultCurrency:
          body.currency === undefined ? config.defaultCurrency : parseCurrency(body.currency),
      }
      const passwordHash = await hasher.hash(requirePassword(body.password))
      const { username, email } = body
      const tokens = await unitOfWork.run(async (tx) => {
        const input = { ...profile, username, email, passwordHash }
        const user =
          body.inviteToken === undefined
            ? await register(tx, config.registration, input)
            : await registerInvited(tx, config.registration, input, body.inviteToken)
        const opened = await openSession(tx, user, request.headers['user-agent'] ?? '')
        return present(user, opened.session.id, opened.refreshToken)
      })
      request.log.info({ userId: tokens.user.id }, 'account registered')
      const { mailer } = services
      if (mailer) {
        app.inBackground(request, async () => {
          const { token } = await unitOfWork.run((tx) => giveVerification(tx, tokens.user.id))
          await mailer.send(verificationMail(email, token))
        })
      }
      return reply.code(201).send(tokens)
    },
  )

  app.post(
    '/auth/login',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'logIn',
        summary: 'Sign in',
        tags: ['auth'],
        body: LoginBody,
        response: { 200: TokensSchema, ...problems(...bodyProblems, 401, 429) },
      },
    },
    async (request) => {
      const { body } = request
      await throttle(request, 'log-in', 'username' in body ? body.username : body.email)
      const user = await verifyCredentials(reads, hasher, body)
      const opened = await unitOfWork.run((tx) =>
        openSession(tx, user, request.headers['user-agent'] ?? ''),
      )
      request.log.info({ userId: user.id }, 'log-in succeeded')
      return present(user, opened.session.id, opened.refreshToken)
    },
  )

  app.post(
    '/auth/refresh-token',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'refreshToken',
        summary: 'Trade a refresh token for new tokens',
        description: 'A token used twice ends the session: somebody else may have it.',
        tags: ['auth'],
        body: RefreshBody,
        response: { 200: TokensSchema, ...problems(...bodyProblems, 401, 429) },
      },
    },
    async (request) => {
      await throttle(request, 'refresh', null)
      const refreshed = await unitOfWork.run((tx) => refreshSession(tx, request.body.refreshToken))
      if (refreshed.outcome === 'refused') {
        throw new DomainError(
          'unauthenticated',
          'refresh-token-refused',
          'This refresh token is used up, expired or unknown. Log in again.',
        )
      }
      return present(refreshed.user, refreshed.sessionId, refreshed.refreshToken)
    },
  )

  app.post(
    '/auth/logout',
    {
      config: { access: 'user', scope: 'session' },
      schema: {
        operationId: 'logOut',
        summary: 'End this session',
        tags: ['auth'],
        response: {
          204: Type.Null({ description: 'Its tokens are of no use any more.' }),
          ...problems(401),
        },
      },
    },
    async (request, reply) => {
      await unitOfWork.run((tx) => logOut(tx, request.sessionId!))
      app.authentication.forget(actorOf(request).userId)
      return reply.code(204).send(null)
    },
  )
}
