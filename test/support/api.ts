import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { type ApiConfig, type ApiServices, buildApp } from '../../src/api/app.ts'
import { createPasswordHasher } from '../../src/api/outbound/password-hasher.ts'
import { openDatabase } from '../../src/db/knex.ts'
import { createRateBuckets } from '../../src/db/repositories/rate-buckets.ts'
import { createThrottles } from '../../src/db/repositories/throttles.ts'
import { createReads } from '../../src/db/transaction.ts'
import { createUnitOfWork } from '../../src/db/unit-of-work.ts'
import type { CurrencyCode } from '../../src/domain/money/currencies.ts'
import type { TimeZone } from '../../src/domain/time/zone.ts'
import { systemClock, systemIds } from '../../src/system.ts'
import { createTestDatabase } from './postgres.ts'
import { replyChecker } from './reply-check.ts'

export const testApiConfig: ApiConfig = {
  jwtSecret: 'a secret of the tests, long enough to be taken',
  jwtSecretPrevious: null,
  trustProxy: [],
  registration: { mode: 'open', firstUserAdmin: false },
  requestsPerMinute: 0,
  corsOrigins: [],
  loginLimitPerMinute: 0,
  defaultCurrency: 'EUR' as CurrencyCode,
  defaultTimeZone: 'Europe/Berlin' as TimeZone,
  logLevel: 'info',
}

export type TestPerson = {
  readonly id: string
  readonly username: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly personalGroupId: string
  send(
    method: InjectOptions['method'],
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>
}

export type TestApi = {
  readonly app: FastifyInstance
  readonly services: ApiServices
  /** Every line the app logged so far, as text. */
  readonly log: readonly string[]
  send(
    method: InjectOptions['method'],
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>
  /** Straight into its database, past every rule. */
  sql(statement: string): Promise<{ rows: Record<string, string>[] }>
  /** Somebody new, signed in. */
  person(name: string): Promise<TestPerson>
  close(): Promise<void>
}

export const testPassword = 'correct horse battery'

/** The real API on a database of its own, every reply held against its document. Paths are below /api/v1 unless they begin with "//". */
export async function startTestApi(overrides: Partial<ApiServices> = {}): Promise<TestApi> {
  const database = await createTestDatabase()
  const knex = openDatabase({
    connection: database.connection,
    poolSize: 5,
    statementTimeoutMs: 5000,
  })
  const log: string[] = []
  const services: ApiServices = {
    reads: createReads(knex),
    unitOfWork: createUnitOfWork(knex, { clock: systemClock, ids: systemIds }),
    hasher: createPasswordHasher(),
    throttles: createThrottles(knex),
    mailer: null,
    audit: createReads(knex).ledger,
    rateSource: null,
    rateBuckets: createRateBuckets(knex),
    clock: systemClock,
    ids: systemIds,
    config: testApiConfig,
    isDatabaseReady: async () => {
      await knex.raw('select 1')
      return true
    },
    logStream: { write: (line) => log.push(line) },
    ...overrides,
  }
  const app = await buildApp(services)
  await app.ready()
  const check = replyChecker(app)
  const send: TestApi['send'] = async (method, path, body, headers = {}) => {
    const url = path.startsWith('//') ? path.slice(1) : `/api/v1${path}`
    const reply = await app.inject({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { payload: body as object }),
    } as InjectOptions)
    check(String(method), url, reply)
    return reply
  }
  let people = 0
  return {
    app,
    services,
    log,
    send,
    sql: async (statement) => knex.raw(statement),
    person: async (name) => {
      people += 1
      const username = `${name}${people}`
      const answer = await send('POST', '/auth/register', {
        username,
        email: `${username}@example.com`,
        password: testPassword,
        displayName: name,
      })
      if (answer.statusCode !== 201) throw new Error(`${answer.body}\n${log.join('')}`)
      const { user, accessToken, refreshToken } = answer.json()
      return {
        id: user.id,
        username,
        accessToken,
        refreshToken,
        personalGroupId: user.personalGroupId,
        send: (method, path, body, headers = {}) =>
          send(method, path, body, { authorization: `Bearer ${accessToken}`, ...headers }),
      }
    },
    close: async () => {
      await app.close()
      await knex.destroy()
      await database.drop()
    },
  }
}

/** Status and code of a problem, in short: "422 too-many-decimals". */
export function outcome(reply: LightMyRequestResponse): string {
  return reply.statusCode < 400
    ? String(reply.statusCode)
    : `${reply.statusCode} ${reply.json().code}`
}
