import { createRequire } from 'node:module'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import { DomainError, unavailable } from '../domain/errors.ts'

export type ConnectionConfig =
  | string
  | {
      readonly host: string
      readonly port: number
      readonly user: string
      readonly password: string
      readonly database: string
    }

export type PoolOptions = {
  readonly connection: ConnectionConfig
  readonly poolSize: number
  /** How long a statement may run; null for migrations. */
  readonly statementTimeoutMs: number | null
}

const waitForConnectionMs = 2000
/** A prepared statement costs memory on the server, so a process names only so many. */
const mostNamedStatements = 500

/** Opens the pool. No connection is made before the first query. */
export function openDatabase(options: PoolOptions): Knex {
  const { connection, statementTimeoutMs } = options
  const target = typeof connection === 'string' ? { connectionString: connection } : connection
  return knex({
    client: PostgresClient as unknown as typeof knex.Client,
    connection: {
      ...target,
      application_name: 'quits',
      connectionTimeoutMillis: waitForConnectionMs,
      keepAlive: true,
      types: { getTypeParser },
      ...(statementTimeoutMs === null
        ? {}
        : { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + 1000 }),
    } as Knex.PgConnectionConfig,
    // Error messages reach the log, and what people wrote must not.
    compileSqlOnError: false,
    pool: { min: 0, max: options.poolSize, propagateCreateError: true },
    acquireConnectionTimeout: waitForConnectionMs,
    // It would print what it also throws, with a stack, on standard output.
    log: { warn() {} },
  })
}

const dateOid = 1082

/** Dates stay text: as a Date they would become a local midnight and slip by a day elsewhere. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === dateOid ? (value: unknown) => value : pg.types.getTypeParser(oid, format as 'text')

type RawClient = new (
  config: unknown,
) => {
  readonly pool?: { readonly max: number; numUsed(): number }
  acquireConnection(): Promise<unknown>
  _query(connection: unknown, query: Query): Promise<unknown>
}
/** The dialect's own class, which knex ships but does not type. */
const KnexPostgresClient = createRequire(import.meta.url)(
  'knex/lib/dialects/postgres/index.js',
) as RawClient

type Query = { sql: string; bindings?: readonly unknown[]; options?: { name?: string } }

/**
 * knex's PostgreSQL client with two additions: each distinct statement is named, so that the server
 * plans it once per connection; and an outage becomes one error that every edge understands, because
 * the errors underneath carry no common code.
 */
class PostgresClient extends KnexPostgresClient {
  override async _query(connection: unknown, query: Query): Promise<unknown> {
    if (query.bindings && query.bindings.length > 0) {
      const name = nameOf(query.sql)
      if (name) query.options = { ...query.options, name }
    }
    try {
      return await super._query(connection, query)
    } catch (error) {
      throw outage(error) ?? error
    }
  }

  override async acquireConnection(): Promise<unknown> {
    try {
      return await super.acquireConnection()
    } catch (error) {
      const isFull = this.pool !== undefined && this.pool.numUsed() >= this.pool.max
      if (isFull && error instanceof knex.KnexTimeoutError) throw tooBusy(error)
      throw outage(error) ?? error
    }
  }
}

/** By text alone, and so for all pools of the process: knex copies its client for each transaction. */
const statementNames = new Map<string, string>()

function nameOf(sql: string): string | undefined {
  const known = statementNames.get(sql)
  if (known || statementNames.size >= mostNamedStatements) return known
  const name = `quits_${statementNames.size + 1}`
  statementNames.set(sql, name)
  return name
}

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
])
/** PostgreSQL, appendix A: shutting down, crashed, starting up. */
const serverCodes: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03'])
/** Too many connections, cancelled because it took too long, lock not available. */
const busyCodes: ReadonlySet<string> = new Set(['53300', '57014', '55P03'])
const outageWords =
  /connection (terminated|ended|error)|not queryable|timeout exceeded|timeout acquiring|read timeout|timeout expired|aborted/i

/** The error that says that the database is away or has too much to do; null for any other. */
function outage(error: unknown): DomainError | null {
  if (!(error instanceof Error) || error instanceof DomainError) return null
  const code = String((error as { code?: unknown }).code ?? '')
  if (busyCodes.has(code)) return tooBusy(error)
  const isOutage =
    networkCodes.has(code) ||
    serverCodes.has(code) ||
    /^08...$/.test(code) ||
    (code === '' && outageWords.test(error.message))
  if (!isOutage) return null
  const refusal = unavailable(
    'database-unavailable',
    'The database is not answering. Nothing was changed; try again.',
  )
  refusal.cause = error
  return refusal
}

function tooBusy(cause: Error): DomainError {
  const refusal = unavailable(
    'too-busy',
    'Too much is going on at once. Nothing was changed; try again.',
  )
  refusal.cause = cause
  return refusal
}
