import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { requirePassword } from '../../domain/accounts/register.ts'
import { resetPassword } from '../../domain/accounts/reset-password.ts'
import { throttling } from '../plugins/throttle.ts'
import { ResetPasswordBody } from '../schemas/auth.ts'
import { bodyProblems, problems } from '../schemas/problem.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

/** For people who cannot log in any more. */
export const accountRecoveryRoutes: FastifyPluginAsyncTypebox<Options> = async (
  app,
  { services },
) => {
  const { unitOfWork, hasher } = services
  const throttle = throttling(services)

  app.post(
    '/auth/reset-password',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'resetPassword',
        summary: 'Set a new password with a one-time token',
        description: 'Ends every session and deletes every access token of the account.',
        tags: ['auth'],
        body: ResetPasswordBody,
        response: {
          204: Type.Null({ description: 'Log in with it.' }),
          ...problems(...bodyProblems, 429),
        },
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
}
