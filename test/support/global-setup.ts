import {
  existsSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../../src/db/embedded.ts'
import { findPostmaster } from '../../src/db/embedded-processes.ts'
import { migrateToLatest } from '../../src/db/migrate.ts'
import { endServerNow } from './embedded-folder.ts'
import type { TestServer } from './postgres.ts'

type Server = { connection: TestServer['connection']; end(keepData: boolean): Promise<void> }

const folderPrefix = 'quits-tests-'
const leastFreeBytes = 1_000_000_000
const keptFolderMs = 15 * 60 * 1000
const speed = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** One server and one migrated template for the whole run; TEST_DATABASE_URL names another server. */
export default async function setUp(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  if (runsOnlyPureTests()) return undefined
  const url = process.env.TEST_DATABASE_URL
  const server = url ? givenServer(url) : await ownServer()
  const runId = `${process.pid}_${Date.now().toString(36)}`
  const template = `quits_template_${runId}`
  const { connection } = server
  await onServer(connection, (client) => client.query(`create database ${template}`))
  await migrateToLatest({ ...connection, database: template })
  await onServer(connection, (client) => client.query(`vacuum analyze`), template)
  project.provide('testServer', { connection, template, runId })

  return async () => {
    const kept = await onServer(connection, async (client) => {
      await client.query(`drop database if exists ${template} with (force)`)
      const found = await client.query(
        'select datname from pg_database where starts_with(datname, $1)',
        [`quits_test_${runId}_`],
      )
      return found.rowCount ?? 0
    })
    await server.end(kept > 0)
  }
}

/** Unit tests need no server, and should start at once when they alone are asked for. */
function runsOnlyPureTests(): boolean {
  const asked = process.argv.slice(2).filter((argument) => argument.startsWith('test/'))
  return asked.length > 0 && asked.every((path) => /^test\/(unit|architecture)/.test(path))
}

function givenServer(connectionString: string): Server {
  const { host, port, user, password, database } = new pg.Client({ connectionString })
  return {
    connection: {
      host,
      port,
      user: user ?? '',
      password: password ?? '',
      database: database ?? '',
    },
    async end() {},
  }
}

async function ownServer(): Promise<Server> {
  sweepOldFolders()
  const folder = realpathSync(mkdtempSync(join(scratchFolder(), folderPrefix)))
  const dataDir = join(folder, 'data')
  const removeNow = () => {
    endServerNow(dataDir)
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
  const onSignal = (signal: NodeJS.Signals) => {
    removeNow()
    process.kill(process.pid, signal)
  }
  process.once('exit', removeNow)
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const settings = { ...speed, max_connections: '200' }
  const database = await startEmbedded({ dataDir, database: 'postgres', settings })
  return {
    connection: database.connection,
    async end(keepData) {
      await database.stop()
      process.off('exit', removeNow)
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
      if (!keepData) return removeNow()
      process.stderr.write(`To look into them: node test/support/run-embedded.ts ${dataDir}\n`)
    },
  }
}

/** Memory where there is enough of it: a clone for a test file then takes a fraction of the time. */
function scratchFolder(): string {
  const memory = '/dev/shm'
  if (!existsSync(memory)) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize > leastFreeBytes ? memory : tmpdir()
}

/** What failed runs kept, after a while; never the folder of a run that still goes on. */
function sweepOldFolders(): void {
  for (const name of readdirSync(scratchFolder())) {
    const folder = join(scratchFolder(), name)
    if (!name.startsWith(folderPrefix)) continue
    if (Date.now() - statSync(folder).mtimeMs < keptFolderMs) continue
    if (findPostmaster(join(folder, 'data', 'postgres'))) continue
    rmSync(folder, { recursive: true, force: true })
  }
}

async function onServer<Result>(
  connection: TestServer['connection'],
  work: (client: pg.Client) => Promise<Result>,
  database = connection.database,
): Promise<Result> {
  const client = new pg.Client({ ...connection, database })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
