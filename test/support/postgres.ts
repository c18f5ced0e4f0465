import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { hasFailed } from './track-failures.ts'

export type TestConnection = {
  host: string
  port: number
  user: string
  password: string
  database: string
}

export type TestServer = { connection: TestConnection; template: string; runId: string }

export type TestDatabase = {
  readonly connection: TestConnection
  /** The same as a libpq address, for what takes DATABASE_URL. */
  readonly url: string
  /** Keeps the database, and prints its name, when a test of this file failed. */
  drop(): Promise<void>
}

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer
  }
}

/** A migrated database of its own: call in `beforeAll`, and `drop` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('testServer')
  const database = `quits_test_${server.runId}_${randomBytes(4).toString('hex')}`
  await administer(server, `create database ${database} template ${server.template}`)
  const connection = { ...server.connection, database }
  return {
    connection,
    url: toUrl(connection),
    async drop() {
      if (hasFailed()) process.stderr.write(`Kept the database of a failed test: ${database}\n`)
      else await administer(server, `drop database if exists ${database} with (force)`)
    },
  }
}

async function administer(server: TestServer, statement: string): Promise<void> {
  const client = new pg.Client(server.connection)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function toUrl({ host, port, user, password, database }: TestConnection): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
  return `postgres://${login}@${encodeURIComponent(host)}:${port}/${database}`
}
