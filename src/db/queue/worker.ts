import { setTimeout as sleep } from 'node:timers/promises'
import type { PgBoss } from 'pg-boss'
import type { Job, JobPorts } from '../../domain/jobs/catalogue.ts'
import type { Clock } from '../../domain/ports.ts'
import { type ConnectionConfig, openDatabase } from '../knex.ts'
import { createHousekeeping } from '../queries/housekeeping.ts'
import { ledgerReads } from '../queries/ledger.ts'
import { jobTimeoutSeconds, registerJobs } from './register-jobs.ts'

export type WorkerOptions = {
  readonly connection: ConnectionConfig
  readonly jobs: readonly Job[]
  readonly clock: Clock
  readonly log: JobPorts['log'] & { warn(fields: object, message: string): void }
  /** How often each queue is looked into. */
  readonly pollSeconds?: number
}

export type Worker = {
  /** Resolves at once; connects, and tries again until it can, in the background. */
  start(): Promise<void>
  /** Takes no more jobs. One that runs has a moment to end; else it is left to be tried again. */
  stop(): Promise<void>
}

const longestPauseMs = 30_000
/** Leaving takes ten seconds at most, and requests under way need most of them. */
const stopMs = 1_500

/** Runs jobs by the clock, on a queue in the database that any number of processes share. */
export function createWorker(options: WorkerOptions): Worker {
  const { connection, jobs, clock, log } = options
  // A pool of their own: jobs may take longer than a request, and must not take its connections.
  const knex = openDatabase({
    connection,
    poolSize: jobs.length,
    statementTimeoutMs: jobTimeoutSeconds * 1_000,
  })
  const ports: JobPorts = {
    clock,
    log,
    ledger: ledgerReads(knex),
    housekeeping: createHousekeeping(knex),
  }
  const leaving = new AbortController()
  let started: Promise<PgBoss | null> = Promise.resolve(null)
  const end = async () => {
    const boss = await started
    await boss?.stop({ timeout: stopMs })
    await knex.destroy()
  }
  return {
    async start() {
      started = startBoss(options, ports, leaving.signal)
    },
    async stop() {
      leaving.abort()
      await Promise.race([end(), sleep(2 * stopMs, undefined, { ref: false })])
    },
  }
}

/** Null when it was told to leave before the database answered. */
async function startBoss(
  options: WorkerOptions,
  ports: JobPorts,
  signal: AbortSignal,
): Promise<PgBoss | null> {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    const boss = await createBoss(options)
    try {
      await boss.start()
      await registerJobs(boss, options.jobs, ports, options.pollSeconds)
      options.log.info({ jobs: options.jobs.length }, 'job queue started')
      return boss
    } catch (error) {
      options.log.warn({ reason: (error as Error).message, attempt }, 'job queue did not start')
      await boss.stop({ graceful: false }).catch(() => {})
      const pauseMs = Math.min(longestPauseMs, 500 * 2 ** attempt)
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {})
    }
  }
  return null
}

/** Loaded here and not before: it costs memory, and time that a start should not take. */
async function createBoss({ connection, log }: WorkerOptions): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss')
  const target = typeof connection === 'string' ? { connectionString: connection } : connection
  // pg-boss hands these on to its pool, whether or not its types know them.
  const pool = { ...target, keepAlive: true, idleTimeoutMillis: 120_000, query_timeout: 60_000 }
  const boss = new PgBoss({
    ...pool,
    schema: 'pgboss',
    application_name: 'quits-jobs',
    max: 2,
    connectionTimeoutMillis: 2_000,
    // Longer than its own choices, for less to do while nothing happens.
    cronMonitorIntervalSeconds: 45,
    cronWorkerIntervalSeconds: 45,
    superviseIntervalSeconds: 300,
    monitorIntervalSeconds: 300,
    queueCacheIntervalSeconds: 300,
    bamIntervalSeconds: 300,
    flowIntervalSeconds: 300,
  })
  // An event of this name that nobody listens for would end the process.
  boss.on('error', (error) => log.warn({ reason: error.message }, 'job queue failed'))
  boss.on('warning', (warning) => log.warn({ reason: warning.message }, 'job queue warned'))
  return boss
}
