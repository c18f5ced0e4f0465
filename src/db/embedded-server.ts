import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { Binaries } from './embedded-binaries.ts'
import { type Endpoint, prepareEndpoint } from './embedded-endpoint.ts'
import {
  findPostmaster,
  findServerProcesses,
  isRunning,
  type ProcessIdentity,
  readPostmasterFile,
  sendSignal,
} from './embedded-processes.ts'
import { give, type Runner, serverEnvironment, wrap } from './embedded-runner.ts'
import { EmbeddedStartError } from './embedded-start-error.ts'

export type Connection = {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

export type ServerPlan = {
  readonly binaries: Binaries
  readonly runner: Runner
  readonly cluster: string
  readonly logFile: string
  readonly endpoint: Endpoint
  readonly connection: Connection
  readonly settings: Readonly<Record<string, string>>
}

const pollMs = 10
const readyTimeoutMs = 60_000
const fastStopTimeoutMs = 10_000
const immediateStopTimeoutMs = 3000
const silenceTimeoutMs = 3000
const maxLogBytes = 5_000_000

/** Errors of single statements stay out of the log: they would quote what people wrote. */
const defaultSettings = {
  max_connections: '50',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  fsync: 'on',
  synchronous_commit: 'on',
  jit: 'off',
  io_method: 'sync',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '%m [%p] ',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
}

/** Starts the server in a session of its own and waits until it answers, crash recovery included. */
export async function launchServer(plan: ServerPlan): Promise<ProcessIdentity> {
  prepareEndpoint(plan.endpoint, plan.runner)
  boundLog(plan.logFile)
  const log = openSync(plan.logFile, 'a', 0o600)
  give(plan.logFile, plan.runner)
  const logStart = statSync(plan.logFile).size
  let child: ChildProcess
  try {
    child = spawnServer(plan, log)
  } finally {
    closeSync(log)
  }
  let ended = false
  child.once('error', () => {
    ended = true
  })
  // On Windows the child is pg_ctl, which leaves at once.
  if (process.platform !== 'win32') {
    child.once('exit', () => {
      ended = true
    })
  }
  child.unref()
  const fault = await awaitReady(plan, () => !ended)
  const postmaster = findPostmaster(plan.cluster)
  if (fault === undefined && postmaster) return postmaster
  if (fault !== 'recovering') await stopServer(plan.cluster)
  throw startFault(plan, fault, readTail(plan.logFile, logStart))
}

/** @returns undefined when the server answers, else why it doesn't */
export async function awaitReady(
  plan: Pick<ServerPlan, 'cluster' | 'connection'>,
  isAlive: () => boolean,
): Promise<'ended' | 'password' | 'recovering' | 'silent' | undefined> {
  const deadline = Date.now() + readyTimeoutMs
  let silentUntil = Number.POSITIVE_INFINITY
  while (Date.now() < deadline) {
    if (!isAlive()) return 'ended'
    if (readPostmasterFile(plan.cluster)?.status === 'ready') {
      // A server that calls itself ready gets less patience than one that recovers.
      silentUntil = Math.min(silentUntil, Date.now() + silenceTimeoutMs)
      const answer = await tryConnect(plan.connection, 2000)
      if (answer === 'connected') return undefined
      if (answer === 'password') return 'password'
      if (Date.now() > silentUntil) return 'silent'
    }
    await wait(pollMs)
  }
  return 'recovering'
}

export async function tryConnect(
  connection: Connection,
  timeoutMs: number,
): Promise<'connected' | 'password' | 'refused'> {
  try {
    await withClient(connection, 'postgres', timeoutMs, (client) => client.query('select 1'))
    return 'connected'
  } catch (error) {
    const code = (error as { code?: string }).code
    return code === '28P01' || code === '28000' ? 'password' : 'refused'
  }
}

export async function ensureDatabase(connection: Connection): Promise<void> {
  const { database } = connection
  await withClient(connection, 'postgres', 10_000, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [database])
    if (found.rowCount === 0) {
      await client.query(`create database ${client.escapeIdentifier(database)}`)
    }
  })
}

/** Fast, then immediate, then by force; resolves when none of the server's processes remains. */
export async function stopServer(cluster: string, patienceMs = fastStopTimeoutMs): Promise<void> {
  const postmaster = findPostmaster(cluster)
  if (postmaster) {
    sendSignal(postmaster, 'SIGINT')
    const gone = () => !isRunning(postmaster)
    if (!(await eventually(gone, patienceMs))) {
      sendSignal(postmaster, 'SIGQUIT')
      await eventually(gone, immediateStopTimeoutMs)
    }
  }
  const empty = () => findServerProcesses(cluster).length === 0
  if (await eventually(empty, postmaster && !isRunning(postmaster) ? 2000 : 500)) return
  for (const left of findServerProcesses(cluster)) sendSignal(left, 'SIGKILL')
  if (await eventually(empty, 5000)) return
  throw new EmbeddedStartError(
    `The PostgreSQL server on ${cluster} cannot be stopped ` +
      `(process ${findServerProcesses(cluster)[0]?.pid}). Stop it by hand and start again.`,
  )
}

/** The server keeps the file open, so it is emptied instead of renamed. */
export function boundLog(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= maxLogBytes) return
  copyFileSync(path, `${path}.1`)
  chmodSync(`${path}.1`, 0o600)
  truncateSync(path)
}

export async function eventually(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  while (!condition()) {
    if (Date.now() > deadline) return false
    await wait(pollMs)
  }
  return true
}

function spawnServer(plan: ServerPlan, log: number): ChildProcess {
  const { binaries, runner, cluster, endpoint } = plan
  const settings = {
    ...defaultSettings,
    ...plan.settings,
    port: String(endpoint.port),
    listen_addresses: endpoint.socketDir === '' ? endpoint.host : '',
    unix_socket_directories: endpoint.socketDir,
    unix_socket_permissions: '0700',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const stdio: ['ignore', number, number] = ['ignore', log, log]
  if (process.platform === 'win32') {
    const options = flags.map((flag) => `"${flag}"`).join(' ')
    const args = ['start', '--no-wait', '--silent', '-D', cluster, '-o', options]
    return spawn(binaries.pgCtl, args, { stdio, detached: true, windowsHide: true })
  }
  const [command, args] = wrap(runner, binaries.postgres, ['-D', cluster, ...flags])
  return spawn(command, args, {
    ...runner.spawnAs,
    cwd: '/',
    detached: true,
    stdio,
    env: serverEnvironment,
  })
}

async function withClient<Result>(
  connection: Connection,
  database: string,
  timeoutMs: number,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    ...connection,
    database,
    ssl: false,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

export function stillRecovering(cluster: string): EmbeddedStartError {
  return new EmbeddedStartError(
    `PostgreSQL is still recovering ${cluster} after ${readyTimeoutMs / 1000} seconds and ` +
      'goes on doing so. Start Quits again in a few minutes.',
  )
}

function startFault(plan: ServerPlan, fault: string | undefined, output: string) {
  if (fault === 'recovering') return stillRecovering(plan.cluster)
  if (fault === 'password') {
    return new EmbeddedStartError(
      'The password in postgres-password is not the one of the database beside it. ' +
        'Restore the file, or remove it to have a new password set.',
    )
  }
  const reason = output
    .split('\n')
    .filter((line) => /FATAL|PANIC|error|invalid|cannot/.test(line))
    .at(-1)
    ?.replace(/^.*?(FATAL|PANIC): */, '')
  return new EmbeddedStartError(
    `The embedded PostgreSQL did not start: ${reason ?? 'it gave no reason'}. ` +
      `See ${plan.logFile}; or set DATABASE_URL to a PostgreSQL server of your own.`,
  )
}

function readTail(path: string, from: number): string {
  return readFileSync(path).subarray(from).toString('utf8')
}
