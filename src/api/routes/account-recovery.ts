import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type TNull, Type } from 'typebox'
import type { Mailer } from '../../domain/accounts/account-ports.ts'
import { resetMail, verificationMail } from '../../domain/accounts/mails.ts'
import { requirePassword } from '../../domain/accounts/register.ts'
import { giveReset, resetPassword } from '../../domain/accounts/reset-password.ts'
import { giveVerification, verifyEmail } from '../../domain/accounts/verify-email.ts'
import { conflict } from '../../domain/errors.ts'
import { actorOf } from '../plugins/authentication.ts'
import { throttling } from '../plugins/throttle.ts'
import { ForgotPasswordBody, ResetPasswordBody, VerifyEmailBody } from '../schemas/auth.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

const done = (description: string): TNull => Type.Null({ description })

/** For people who cannot log in any more, and to know whom a mail would reach. */
export const accountRecoveryRoutes: FastifyPluginAsyncTypebox<Options> = async (
  app,
  { services },
) => {
  const { reads, unitOfWork, hasher } = services
  const throttle = throttling(services)
  const tags = ['auth']

  app.post(
    '/auth/forgot-password',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'forgotPassword',
        summary: 'Have a token sent with which a new password can be set',
        description: 'The answer is the same whether there is such an account or not.',
        tags,
        body: ForgotPasswordBody,
        response: {
          204: done('If there is such an account, a mail is on its way.'),
          ...problems(...bodyProblems, 409, 429),
        },
      },
    },
    async (request, reply) => {
      const { email } = request.body
      const mailer = requireMailer()
      await throttle(request, 'reset', email)
      // Not waited for: the time it takes would tell who has an account.
      app.inBackground(request, async () => {
        const found = await reads.users.findByLogin({ email })
        const to = found?.user.disabledAt ? null : found?.user.email
        if (!found || !to) return
        const { token } = await unitOfWork.run((tx) => giveReset(tx, found.user.id))
        await mailer.send(resetMail(to, token))
      })
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/auth/reset-password',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'resetPassword',
        summary: 'Set a new password with a one-time token',
        description: 'Ends every session and deletes every access token of the account.',
        tags,
        body: ResetPasswordBody,
        response: { 204: done('Log in with it.'), ...problems(...bodyProblems, 429) },
      },
    },
    async (request, reply) => {
      await throttle(request, 'reset', null)
      const { token, newPassword } = request.body
      const passwordHash = await hasher.hash(requirePassword(newPassword, '/newPassword'))
      const user = await unitOfWork.run((tx) => resetPassword(tx, token, passwordHash))
      app.authentication.forget(user.id)
      request.log.info({ userId: user.id }, 'password reset')
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/auth/verify-email',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'verifyEmail',
        summary: 'Prove that mail to your address arrives',
        tags,
        body: VerifyEmailBody,
        response: { 204: done('The address is verified.'), ...problems(...bodyProblems, 429) },
      },
    },
    async (request, reply) => {
      await throttle(request, 'verify', null)
      const user = await unitOfWork.run((tx) => verifyEmail(tx, request.body.token))
      app.authentication.forget(user.id)
      request.log.info({ userId: user.id }, 'address verified')
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/auth/verify-email/resend',
    {
      config: { access: 'user', scope: 'session' },
      schema: {
        operationId: 'resendVerification',
        summary: 'Have the mail sent again that verifies your address',
        tags,
        response: { 204: done('It is on its way.'), ...problems(401, 403, 404, 409, 429) },
      },
    },
    async (request, reply) => {
      const mailer = requireMailer()
      const { userId } = actorOf(request)
      await throttle(request, 'verify', userId)
      const { user, token } = await unitOfWork.run((tx) => giveVerification(tx, userId))
      app.inBackground(request, () => mailer.send(verificationMail(user.email!, token)))
      return reply.code(204).send(null)
    },
  )

  function requireMailer(): Mailer {
    if (services.mailer) return services.mailer
    throw conflict('no-mail', 'This server sends no mail. Ask one of its admins for help.')
  }
}
