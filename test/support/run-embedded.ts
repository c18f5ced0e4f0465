// A process of its own for tests that kill it: starts the database, reports on standard output one
// JSON line per event, inserts rows without end if asked to, and stops on SIGTERM.
import pg from 'pg'
import { EmbeddedStartError, startEmbedded } from '../../src/db/embedded.ts'

const [dataDir, mode] = process.argv.slice(2)
const report = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`)

try {
  const database = await startEmbedded({ dataDir: dataDir! })
  process.once('SIGTERM', () => database.stop().then(() => process.exit(0)))
  report({ outcome: database.outcome, connection: database.connection })
  if (mode === 'insert') await insertForever(database.connection)
  else setInterval(() => {}, 60_000)
} catch (error) {
  report({ error: (error as Error).message, clear: error instanceof EmbeddedStartError })
  process.exitCode = 1
}

async function insertForever(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  await client.query('create table if not exists kept (id int primary key)')
  const start = await client.query('select coalesce(max(id), 0)::int + 1 as id from kept')
  for (let id: number = start.rows[0].id; ; id += 1) {
    await client.query('insert into kept values ($1)', [id])
    report({ committed: id })
  }
}
