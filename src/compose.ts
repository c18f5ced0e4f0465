import { createHmac } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { buildApp, buildBareApp } from './api/app.ts'
import { createMailer } from './api/outbound/mailer.ts'
import { createPasswordHasher } from './api/outbound/password-hasher.ts'
import { createRateSource } from './api/outbound/rates.ts'
import { accessTokenSeconds } from './api/plugins/authentication.ts'
import { type Conversation, createConversation } from './bots/conversation/conversation.ts'
import { type Config, isLoopback } from './config.ts'
import { type ConnectionConfig, openDatabase } from './db/knex.ts'
import { ledgerReads } from './db/queries/ledger.ts'
import { createInbox } from './db/repositories/inbox.ts'
import { createRateBuckets } from './db/repositories/rate-buckets.ts'
import { createThrottles } from './db/repositories/throttles.ts'
import { createReads } from './db/transaction.ts'
import { createUnitOfWork } from './db/unit-of-work.ts'
import type { PersonDefaults } from './domain/accounts/chat-people.ts'
import { systemClock, systemIds } from './system.ts'

/** What runs beside the server. */
export type Companion = {
  /** Resolves at once; what has to be fetched from elsewhere is fetched in the background. */
  start(): Promise<void>
  /** Takes nothing more on and resolves when what was taken is done. */
  stop(): Promise<void>
}

/** A chat platform that is configured; it may bring routes of its own. */
export type ChatAdapter = Companion & { readonly name: string }

export type Program = {
  readonly app: FastifyInstance
  readonly adapters: readonly ChatAdapter[]
  /** Runs the jobs; null where this process has not that role. */
  readonly worker: Companion | null
  /** Closes what `compose` opened, after the app and the adapters have stopped. */
  close(): Promise<void>
}

export type Surroundings = {
  readonly connection: ConnectionConfig
  readonly jwtSecret: string
  readonly logStream?: { write(line: string): void }
}

const statementTimeoutMs = 5_000
/** To recompute a whole ledger. */
const auditTimeoutMs = 60_000

/** Builds the program from its four rooms; nothing listens or polls yet. */
export async function compose(config: Config, surroundings: Surroundings): Promise<Program> {
  const { connection, jwtSecret, logStream } = surroundings
  const knex = openDatabase({ connection, poolSize: config.poolSize, statementTimeoutMs })
  const ports = { clock: systemClock, ids: systemIds }
  const unitOfWork = createUnitOfWork(knex, ports)
  const reads = createReads(knex)
  const inbox = createInbox(knex)
  // One connection of its own: a recount must not keep requests waiting.
  const auditKnex = openDatabase({ connection, poolSize: 1, statementTimeoutMs: auditTimeoutMs })
  const rateSource = config.ratesUrl
    ? await createRateSource(config.ratesUrl, { warn: (...line) => app.log.warn(...line) })
    : null
  const build = config.roles.has('api') ? buildApp : buildBareApp
  const app: FastifyInstance = await build({
    ...ports,
    reads,
    unitOfWork,
    hasher: createPasswordHasher(),
    throttles: createThrottles(knex),
    mailer: config.mail && createMailer(config.mail.smtpUrl, config.mail.from),
    audit: ledgerReads(auditKnex),
    rateSource,
    rateBuckets: createRateBuckets(knex),
    isDatabaseReady: () =>
      knex.raw('select 1').then(
        () => true,
        () => false,
      ),
    ...(logStream ? { logStream } : {}),
    config: {
      jwtSecret,
      jwtSecretPrevious: config.jwtSecretPrevious,
      trustProxy: config.trustProxy,
      registration: { mode: config.registration, firstUserAdmin: config.firstUserAdmin },
      loginLimitPerMinute: config.loginLimitPerMinute,
      requestsPerMinute: config.requestsPerMinute,
      corsOrigins: config.corsOrigins,
      defaultCurrency: config.defaultCurrency,
      defaultTimeZone: config.defaultTimeZone,
      logLevel: config.logLevel,
    },
  })
  const defaults: PersonDefaults = {
    locale: 'en',
    timeZone: config.defaultTimeZone,
    currency: config.defaultCurrency,
  }
  const conversation = createConversation({
    ...ports,
    unitOfWork,
    inbox,
    defaults,
    warn: (fields, message) => app.log.warn(fields, message),
  })
  if (config.roles.has('api')) {
    await registerChatPage(app, config, {
      conversation,
      unitOfWork,
      reads,
      inbox,
      defaults,
      jwtSecret,
    })
  }
  const adapters = config.roles.has('bots')
    ? await chatAdapters(app, config, conversation, jwtSecret)
    : []
  return {
    app,
    adapters,
    worker: config.roles.has('worker') ? await createJobWorker(connection, app) : null,
    async close() {
      await conversation.settled()
      await Promise.all([knex.destroy(), auditKnex.destroy()])
    },
  }
}

type PageServices = {
  readonly conversation: Conversation
  readonly unitOfWork: ReturnType<typeof createUnitOfWork>
  readonly reads: ReturnType<typeof createReads>
  readonly inbox: ReturnType<typeof createInbox>
  readonly defaults: PersonDefaults
  readonly jwtSecret: string
}

async function registerChatPage(
  app: FastifyInstance,
  config: Config,
  services: PageServices,
): Promise<void> {
  const { webChat } = await import('./bots/web/plugin.ts')
  const { webPeople } = await import('./bots/web/people.ts')
  const people = webPeople({
    ...services,
    accessTokenSeconds,
    issueAccessToken: app.authentication.issueAccessToken,
    authenticate: app.authentication.authenticate,
  })
  await app.register(
    webChat({
      ...people,
      answer: services.conversation.ask,
      cookieSecret: services.jwtSecret,
      isLoopback: isLoopback(config.host),
      publicOrigin: config.publicUrl && new URL(config.publicUrl).origin,
    }),
  )
}

async function createJobWorker(
  connection: ConnectionConfig,
  { log }: FastifyInstance,
): Promise<Companion> {
  const { createWorker } = await import('./db/queue/worker.ts')
  const { jobs } = await import('./domain/jobs/catalogue.ts')
  return createWorker({ connection, jobs, clock: systemClock, log })
}

/** Only what is configured is even loaded: a bot library costs memory and start-up time. */
async function chatAdapters(
  app: FastifyInstance,
  config: Config,
  conversation: Conversation,
  jwtSecret: string,
): Promise<readonly ChatAdapter[]> {
  const adapters: ChatAdapter[] = []
  if (config.telegram) {
    const { createTelegram } = await import('./bots/telegram/bot.ts')
    const { token, mode, apiRoot, webhookSecret } = config.telegram
    const adapter = createTelegram({
      token,
      mode,
      apiRoot: apiRoot ?? undefined,
      publicUrl: config.publicUrl ?? undefined,
      // Derived, so that all instances expect the same.
      webhookSecret: webhookSecret ?? derivedSecret(jwtSecret, 'telegram webhook'),
      conversation,
      log: app.log,
    })
    if (adapter.plugin) await app.register(adapter.plugin)
    adapters.push({ name: 'Telegram', start: adapter.start, stop: adapter.stop })
  }
  if (config.slack) {
    const { createSlack } = await import('./bots/slack/app.ts')
    const adapter = createSlack({ ...config.slack, conversation, log: app.log })
    if (adapter.plugin) await app.register(adapter.plugin)
    adapters.push({ name: 'Slack', start: adapter.start, stop: adapter.stop })
  }
  return adapters
}

const derivedSecret = (secret: string, purpose: string): string =>
  createHmac('sha256', secret).update(purpose).digest('base64url')
