import { type Companion, compose, type Program } from './compose.ts'
import { type Config, readConfig } from './config.ts'
import type { EmbeddedDatabase } from './db/embedded.ts'
import type { ConnectionConfig } from './db/knex.ts'
import { migrateToLatest } from './db/migrate.ts'
import { DomainError } from './domain/errors.ts'
import { explain } from './explain.ts'
import { ownSecret } from './secrets.ts'

const say = (line: string): boolean => process.stdout.write(`${line}\n`)

/** So long a load balancer gets to see that we are leaving before connections close. */
const drainMs = 300
/** What is still running then is cut off: leaving takes ten seconds at most. */
const graceMs = 8_000
const databaseRetryMs = 1_000

/** Starts everything in order; SIGTERM or SIGINT stops it in the reverse order. */
export async function run(): Promise<void> {
  const undo: (() => Promise<void>)[] = []
  try {
    const config = readConfig()
    const leaving = onSignal(undo)
    const { connection, where } = await openStorage(config, undo)
    if (leaving.begun) return
    await migrateWhenReachable(connection, config)
    const jwtSecret = config.jwtSecret ?? (await ownSecret(config.dataDir, 'jwt-secret'))
    const program = await compose(config, { connection, jwtSecret })
    undo.push(program.close)
    await listen(program, config, undo)
    for (const companion of companionsOf(program)) await startCompanion(companion, undo)
    undo.push(() => drain(program))
    greet(config, program, where)
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    await unwind(undo)
    process.exit(1)
  }
}

type Storage = { readonly connection: ConnectionConfig; readonly where: string }

async function openStorage(config: Config, undo: (() => Promise<void>)[]): Promise<Storage> {
  if (config.databaseUrl) {
    const { host, pathname } = new URL(config.databaseUrl)
    return { connection: config.databaseUrl, where: `PostgreSQL at ${host}${pathname}` }
  }
  const { startEmbedded } = await import('./db/embedded.ts')
  const database: EmbeddedDatabase = await startEmbedded({
    dataDir: config.dataDir,
    database: 'quits',
  })
  undo.push(database.stop)
  const story = {
    created: 'a new PostgreSQL database',
    started: 'PostgreSQL',
    recovered: 'PostgreSQL, recovered after an unclean stop',
    adopted: 'PostgreSQL, taken over from an earlier run',
  }
  return {
    connection: database.connection,
    where: `${config.dataDir}/ (${story[database.outcome]})`,
  }
}

/** A server that is still starting is waited for, in so many words. */
async function migrateWhenReachable(connection: ConnectionConfig, config: Config): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await migrateToLatest(connection)
      return
    } catch (error) {
      const isAway = error instanceof DomainError && error.kind === 'unavailable'
      if (!isAway || !config.databaseUrl) throw error
      if (attempt % 10 === 1) process.stderr.write('Waiting for the database at DATABASE_URL …\n')
      await new Promise((resolve) => setTimeout(resolve, databaseRetryMs))
    }
  }
}

async function listen(
  { app }: Program,
  config: Config,
  undo: (() => Promise<void>)[],
): Promise<void> {
  await app.listen({ host: config.host, port: config.port })
  undo.push(async () => {
    const cut = setTimeout(() => app.server.closeAllConnections(), graceMs - 2_000)
    await app.close()
    clearTimeout(cut)
  })
}

/** The first step of leaving: load balancers see it before any connection closes. */
async function drain({ app }: Program): Promise<void> {
  app.startDraining()
  await new Promise((resolve) => setTimeout(resolve, drainMs))
}

const companionsOf = ({ adapters, worker }: Program): readonly Companion[] =>
  worker ? [...adapters, worker] : adapters

async function startCompanion(companion: Companion, undo: (() => Promise<void>)[]): Promise<void> {
  undo.push(companion.stop)
  await companion.start()
}

function greet(config: Config, { app, adapters }: Program, where: string): void {
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : config.port
  const base =
    config.publicUrl ??
    `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
  say('')
  say(`  Quits is ready.`)
  say('')
  if (config.roles.has('api')) {
    say(`  Chat page   ${base}/          type "12 lunch"`)
    say(`  API         ${base}/docs      all endpoints, to read and to try`)
  }
  say(`  Data        ${where}`)
  for (const adapter of adapters) say(`  Bot         ${adapter.name}`)
  say('')
  say('  Stop with Ctrl-C.')
}

/** The first signal leaves in good order, the second at once. */
function onSignal(undo: (() => Promise<void>)[]): { begun: boolean } {
  const leaving = { begun: false }
  const leave = async (): Promise<void> => {
    if (leaving.begun) process.exit(1)
    leaving.begun = true
    const impatience = setTimeout(() => process.exit(1), graceMs + 1_500)
    await unwind(undo)
    clearTimeout(impatience)
    process.exit(0)
  }
  process.on('SIGTERM', leave)
  process.on('SIGINT', leave)
  return leaving
}

/** Undoes what was started, the last first; one failure does not keep the rest from stopping. */
async function unwind(undo: (() => Promise<void>)[]): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    await step().catch((error: unknown) => process.stderr.write(`${explain(error)}\n`))
  }
}
