import { mkdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Binaries, findBinaries } from './embedded-binaries.ts'
import {
  checkCluster,
  createCluster,
  makeStagingFolder,
  resetPassword,
  restrictCluster,
  superuser,
} from './embedded-cluster.ts'
import { chooseEndpoint, type Endpoint, endpointOf, removeEndpoint } from './embedded-endpoint.ts'
import { lockFolder } from './embedded-lock.ts'
import { keepPassword, makePassword, readPassword } from './embedded-password.ts'
import {
  findPostmaster,
  findServerProcesses,
  isRunning,
  type ProcessIdentity,
  readPostmasterFile,
} from './embedded-processes.ts'
import { chooseRunner, type Runner } from './embedded-runner.ts'
import {
  awaitReady,
  type Connection,
  ensureDatabase,
  eventually,
  launchServer,
  type ServerPlan,
  stillRecovering,
  stopServer,
  tryConnect,
} from './embedded-server.ts'
import { EmbeddedStartError } from './embedded-start-error.ts'
import { watchServer } from './embedded-watch.ts'

export { EmbeddedStartError } from './embedded-start-error.ts'

export type EmbeddedDatabase = {
  /** `host` is the folder of the Unix socket, or 127.0.0.1 where sockets don't work. */
  readonly connection: Connection
  readonly outcome: 'created' | 'started' | 'recovered' | 'adopted'
  /** Fast shutdown; resolves when no process of the server remains. Safe to call twice. */
  stop(): Promise<void>
}

export type EmbeddedOptions = {
  readonly dataDir: string
  readonly database?: string
  readonly log?: (message: string, fields?: object) => void
  /** More `postgres -c` settings; an adopted server keeps those it was started with. */
  readonly settings?: Readonly<Record<string, string>>
}

type Site = {
  readonly dataDir: string
  readonly cluster: string
  readonly binaries: Binaries
  readonly database: string
  readonly settings: Readonly<Record<string, string>>
}

type Running = {
  readonly outcome: EmbeddedDatabase['outcome']
  readonly server: ProcessIdentity
  readonly endpoint: Endpoint
  readonly connection: Connection
}

const orphanPatienceMs = 2000

/** Starts, recovers or adopts the server of a data folder. @throws EmbeddedStartError */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const folder = resolve(options.dataDir)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const dataDir = realpathSync(folder)
    const lock = lockFolder(dataDir)
    try {
      return await startLocked(dataDir, options, lock.release)
    } catch (error) {
      lock.release()
      throw error
    }
  } catch (error) {
    throw error instanceof EmbeddedStartError ? error : explain(folder, error)
  }
}

async function startLocked(
  dataDir: string,
  options: EmbeddedOptions,
  release: () => void,
): Promise<EmbeddedDatabase> {
  const site: Site = {
    dataDir,
    cluster: join(dataDir, 'postgres'),
    binaries: await findBinaries(),
    database: options.database ?? 'quits',
    settings: options.settings ?? {},
  }
  const running = await adoptOrStart(site)
  const { connection, endpoint, outcome } = running
  await ensureDatabase(connection)
  const watch = watchServer({
    server: running.server,
    logFile: logFileOf(site),
    log: options.log ?? (() => {}),
    restart: async () => {
      await clearRemains(site, connection.password)
      const runner = await chooseRunner({ ...choice(site), folder: site.cluster, isCluster: true })
      return launchServer(planFor(site, runner, endpoint, connection))
    },
  })
  const stopOnce = async () => {
    await watch.end()
    await stopServer(site.cluster)
    removeEndpoint(endpoint)
    release()
  }
  let stopped: Promise<void> | undefined
  return {
    connection,
    outcome,
    stop: () => {
      stopped ??= stopOnce()
      return stopped
    },
  }
}

async function adoptOrStart(site: Site): Promise<Running> {
  const isCluster = checkCluster(site.cluster, site.binaries)
  const kept = readPassword(site.dataDir)
  const password = kept ?? makePassword()
  if (!isCluster) return { ...(await create(site, password)), outcome: 'created' }
  const adopted = kept === undefined ? undefined : await adopt(site, password)
  if (adopted) return adopted
  const hadRemains = await clearRemains(site, password)
  const runner = await chooseRunner({ ...choice(site), folder: site.cluster, isCluster })
  restrictCluster(site.cluster)
  if (kept === undefined) await resetPassword(site.binaries, runner, site.cluster, password)
  keepPassword(site.dataDir, password)
  return {
    ...(await launch(site, runner, password)),
    outcome: hadRemains ? 'recovered' : 'started',
  }
}

async function create(site: Site, password: string) {
  const { dataDir, binaries } = site
  keepPassword(site.dataDir, password)
  const staging = makeStagingFolder(dataDir)
  try {
    const runner = await chooseRunner({ ...choice(site), folder: staging, isCluster: false })
    const durable = site.settings.fsync !== 'off'
    await createCluster({ binaries, runner, dataDir, staging, password, durable })
    return await launch(site, runner, password)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

async function launch(site: Site, runner: Runner, password: string) {
  const endpoint = await chooseEndpoint(site.dataDir, runner)
  const connection = connectionTo(site, endpoint, password)
  const server = await launchServer(planFor(site, runner, endpoint, connection))
  return { server, endpoint, connection }
}

/** Takes over the server that a killed Quits left running, if it answers. */
async function adopt(site: Site, password: string): Promise<Running | undefined> {
  const server = findPostmaster(site.cluster)
  const file = readPostmasterFile(site.cluster)
  const endpoint = file && endpointOf(site.dataDir, file)
  if (!server || !endpoint || file.status === 'stopping') return undefined
  const connection = connectionTo(site, endpoint, password)
  const fault = await awaitReady({ cluster: site.cluster, connection }, () => isRunning(server))
  if (fault === 'recovering') throw stillRecovering(site.cluster)
  return fault === undefined ? { outcome: 'adopted', server, endpoint, connection } : undefined
}

/**
 * Ends what is left of an earlier server and removes its pid file, which PostgreSQL would take for
 * a running server's when the pid now belongs to someone else.
 * @returns whether the last server ended without a shutdown
 */
async function clearRemains(site: Site, password: string): Promise<boolean> {
  const file = readPostmasterFile(site.cluster)
  const endpoint = file && endpointOf(site.dataDir, file)
  if (endpoint && !findPostmaster(site.cluster)) {
    const answer = await tryConnect(connectionTo(site, endpoint, password), 2000)
    if (answer === 'connected') throw runsElsewhere(site)
  }
  const stopping = () => readPostmasterFile(site.cluster)?.status === 'stopping'
  if (stopping()) await eventually(() => findServerProcesses(site.cluster).length === 0, 10_000)
  await stopServer(site.cluster, orphanPatienceMs)
  rmSync(join(site.cluster, 'postmaster.pid'), { force: true })
  return file !== undefined
}

function connectionTo(site: Site, { host, port }: Endpoint, password: string): Connection {
  return { host, port, user: superuser, password, database: site.database }
}

function planFor(
  site: Site,
  runner: Runner,
  endpoint: Endpoint,
  connection: Connection,
): ServerPlan {
  const { binaries, cluster, settings } = site
  return { binaries, runner, cluster, logFile: logFileOf(site), endpoint, connection, settings }
}

function choice(site: Site) {
  return { postgres: site.binaries.postgres, dataDir: site.dataDir }
}

function logFileOf(site: Site): string {
  return join(site.dataDir, 'postgres.log')
}

function runsElsewhere(site: Site): EmbeddedStartError {
  return new EmbeddedStartError(
    `The database in ${site.cluster} is in use by a server that is not visible from here, ` +
      'perhaps in another container. Stop it or set DATA_DIR to another folder.',
  )
}

function explain(folder: string, error: unknown): EmbeddedStartError {
  const { code, message } = error as NodeJS.ErrnoException
  const reason = code === undefined ? message : message.split(',')[0]
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid
  const me = process.getuid?.()
  const whose = code === 'EACCES' && owner !== me ? `, it belongs to user ${owner}, not ${me}` : ''
  return new EmbeddedStartError(
    `The data folder ${folder} cannot be used (${reason}${whose}). ` +
      'Set DATA_DIR to a folder that Quits may write to, or DATABASE_URL to a PostgreSQL server.',
    { cause: error },
  )
}
