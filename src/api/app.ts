import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance } from 'fastify'
import { registerAuthentication, requireAccess } from './plugins/authentication.ts'
import { registerBackground } from './plugins/background.ts'
import { registerCors } from './plugins/cors.ts'
import { registerDocs } from './plugins/docs.ts'
import { registerHealth } from './plugins/health.ts'
import { registerJsonBody } from './plugins/json-body.ts'
import { logController, loggerOptions, registerRequestLog, requestId } from './plugins/logging.ts'
import { answerClientError, answerFrameworkError, registerProblems } from './plugins/problems.ts'
import { registerRateLimit } from './plugins/rate-limit.ts'
import { registerSecurityHeaders } from './plugins/security-headers.ts'
import { registerValidation } from './plugins/validation.ts'
import { accountRecoveryRoutes } from './routes/account-recovery.ts'
import { adminRoutes } from './routes/admin.ts'
import { adminUserRoutes } from './routes/admin-users.ts'
import { analyticsRoutes } from './routes/analytics.ts'
import { authRoutes } from './routes/auth.ts'
import { categoryRoutes } from './routes/categories.ts'
import { commentRoutes } from './routes/comments.ts'
import { expenseListRoutes } from './routes/expense-lists.ts'
import { expenseRoutes } from './routes/expenses.ts'
import { exportRoutes } from './routes/exports.ts'
import { groupBookRoutes } from './routes/group-books.ts'
import { groupRoutes } from './routes/groups.ts'
import { identityRoutes } from './routes/identities.ts'
import { inviteRoutes } from './routes/invites.ts'
import { memberRoutes } from './routes/members.ts'
import { rateRoutes } from './routes/rates.ts'
import { redenominationRoutes } from './routes/redenominations.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { settlementRoutes } from './routes/settlements.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { userRoutes } from './routes/users.ts'
import type { ApiServices } from './services.ts'

export type { ApiConfig, ApiServices } from './services.ts'

const bodyLimitBytes = 1_048_576
const headersTimeoutMs = 10_000
const requestTimeoutMs = 30_000
/** Node looks for requests that are overdue this often; its own 30 s would let slow ones pile up. */
const connectionsCheckingIntervalMs = 3_000

const allRoutes = [
  authRoutes,
  accountRecoveryRoutes,
  sessionRoutes,
  tokenRoutes,
  userRoutes,
  identityRoutes,
  expenseListRoutes,
  expenseRoutes,
  commentRoutes,
  categoryRoutes,
  analyticsRoutes,
  exportRoutes,
  groupRoutes,
  memberRoutes,
  inviteRoutes,
  groupBookRoutes,
  settlementRoutes,
  redenominationRoutes,
  rateRoutes,
  adminRoutes,
  adminUserRoutes,
]

/** The whole API, not listening yet; others may register their plugins before `ready`. */
export async function buildApp(services: ApiServices): Promise<FastifyInstance> {
  const app = await newApp(services)
  await registerDocs(app)
  registerHealth(app, services.isDatabaseReady)
  for (const routes of allRoutes) {
    await app.register(routes, { prefix: '/api/v1', services })
  }
  return app
}

/** For a process without the API: whether it lives, and a place for the platforms' webhooks. */
export async function buildBareApp(services: ApiServices): Promise<FastifyInstance> {
  const app = await newApp(services)
  registerHealth(app, services.isDatabaseReady)
  return app
}

async function newApp(services: ApiServices): Promise<FastifyInstance> {
  const { trustProxy } = services.config
  const app = Fastify({
    logger: loggerOptions(services),
    logController,
    genReqId: requestId,
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: connectionsCheckingIntervalMs,
    },
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    return503OnClosing: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
  }).withTypeProvider<TypeBoxTypeProvider>()
  registerRequestLog(app)
  registerSecurityHeaders(app)
  registerProblems(app)
  registerValidation(app)
  registerJsonBody(app)
  registerBackground(app)
  registerCors(app, services.config.corsOrigins)
  await registerAuthentication(app, services)
  registerRateLimit(app, services)
  requireAccess(app)
  return app
}
