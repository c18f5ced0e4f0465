import { readdir } from 'node:fs/promises'
import type { Knex } from 'knex'
import { type ConnectionConfig, openDatabase } from './knex.ts'

const folder = new URL('../../migrations/', import.meta.url)

type Migration = { up(knex: Knex): Promise<void>; down(knex: Knex): Promise<void> }

/** Migrations as TypeScript modules, in the order of their names. */
const migrationSource: Knex.MigrationSource<string> = {
  async getMigrations() {
    return (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort()
  },
  getMigrationName: (name) => name.replace(/\.ts$/, ''),
  getMigration: async (name) => (await import(new URL(name, folder).href)) as Migration,
}

export type Migrated = { readonly applied: readonly string[] }

/** Brings the schema up to date. Several processes may call it at once: one works, the others wait. */
export function migrateToLatest(connection: ConnectionConfig): Promise<Migrated> {
  return alone(connection, async (knex) => {
    const [, applied] = (await knex.migrate.latest({ migrationSource })) as [number, string[]]
    return { applied }
  })
}

/** Takes every migration back; for tests of `down`. */
export function rollBackAll(connection: ConnectionConfig): Promise<void> {
  return alone(connection, async (knex) => {
    await knex.migrate.rollback({ migrationSource }, true)
  })
}

/**
 * Runs `work` while holding a row lock in a transaction of its own. The lock goes with the connection,
 * so a killed migrator blocks nobody; knex's own flag would stay set for ever, and is freed first.
 */
async function alone<Result>(
  connection: ConnectionConfig,
  work: (knex: Knex) => Promise<Result>,
): Promise<Result> {
  const knex = openDatabase({ connection, poolSize: 2, statementTimeoutMs: null })
  try {
    await createGate(knex)
    return await knex.transaction(async (gate) => {
      await gate.raw('select id from migration_gate where id = 1 for update')
      await knex.migrate.forceFreeMigrationsLock({ migrationSource })
      return work(knex)
    })
  } finally {
    await knex.destroy()
  }
}

/** "if not exists" is not safe against a twin: the loser of the race gets one of these and looks again. */
const raceCodes: ReadonlySet<string> = new Set(['23505', '42P07', '42710'])

async function createGate(knex: Knex, tries = 5): Promise<void> {
  try {
    await knex.raw('create table if not exists migration_gate (id integer primary key)')
    await knex.raw('insert into migration_gate (id) values (1) on conflict do nothing')
  } catch (error) {
    if (tries <= 1 || !raceCodes.has(String((error as { code?: string }).code))) throw error
    await createGate(knex, tries - 1)
  }
}
