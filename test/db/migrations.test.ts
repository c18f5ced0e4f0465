import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/knex.ts'
import { migrateToLatest, rollBackAll } from '../../src/db/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let knex: Knex

beforeAll(async () => {
  database = await createTestDatabase()
  knex = openDatabase({ connection: database.connection, poolSize: 2, statementTimeoutMs: 10_000 })
})

afterAll(async () => {
  await knex.destroy()
  await database.drop()
})

const tables = async (): Promise<readonly string[]> => {
  const rows = await knex('information_schema.tables')
    .where({ table_schema: 'public' })
    .pluck('table_name')
  return rows.filter((name) => !/migration/.test(name)).sort()
}

describe('migrations', () => {
  it('go all the way down and up again to the same tables', async () => {
    const before = await tables()
    await rollBackAll(database.connection)
    expect(await tables()).toEqual([])
    await migrateToLatest(database.connection)
    expect(await tables()).toEqual(before)
  })

  it('run once when several processes start at the same moment', async () => {
    await rollBackAll(database.connection)
    const runs = await Promise.all([1, 2, 3].map(() => migrateToLatest(database.connection)))
    const applied = runs.map((run) => run.applied.length).sort()
    expect(applied.slice(0, 2)).toEqual([0, 0])
    expect(applied[2]).toBeGreaterThan(5)
  })

  it('are not stopped by the lock flag that a killed migrator left behind', async () => {
    await knex('knex_migrations_lock').update({ is_locked: 1 })
    expect(await migrateToLatest(database.connection)).toEqual({ applied: [] })
  })

  it('seed two levels of system categories, each with an icon', async () => {
    const rows = await knex('categories').whereNotNull('slug').select('id', 'icon', 'parent_id')
    expect(rows).toHaveLength(21)
    expect(rows.every((row) => row.icon.length > 0)).toBe(true)
    const parents = new Set(rows.filter((row) => row.parent_id).map((row) => row.parent_id))
    expect(parents.size).toBeGreaterThan(0)
    expect(rows.filter((row) => parents.has(row.id) && row.parent_id)).toEqual([])
  })
})
