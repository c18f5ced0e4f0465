import { migrateToLatest } from '../db/migrate.ts'
import { explain } from '../explain.ts'
import { withDatabase } from './with-database.ts'

/** Brings the database up to date and says what that took. */
try {
  const { applied } = await withDatabase(migrateToLatest, { mayCreate: true })
  for (const name of applied) process.stdout.write(`applied ${name}\n`)
  process.stdout.write(
    applied.length === 0 ? 'The database is up to date.\n' : 'The database is up to date now.\n',
  )
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
}
