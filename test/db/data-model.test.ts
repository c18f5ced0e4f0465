import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

type Column = { name: string; isKey: boolean }

const text = readFileSync(new URL('../../docs/data-model.md', import.meta.url), 'utf8')
const drawn = new Map(
  [...text.matchAll(/^ {2}(\w+) \{\n((?: {4}.*\n)+)/gm)].map(([, table, lines]) => [
    table!,
    [...lines!.matchAll(/^ {4}\S+ (\w+)(?: (PK))?/gm)].map(
      ([, name, key]): Column => ({ name: name!, isKey: key !== undefined }),
    ),
  ]),
)

describe('the diagram of the data model', () => {
  let database: TestDatabase
  let real: Map<string, Column[]>

  beforeAll(async () => {
    database = await createTestDatabase()
    real = await readTables(database.url)
  })

  afterAll(() => database?.drop())

  it('shows every table', () => {
    expect([...drawn.keys()].toSorted()).toEqual([...real.keys()].toSorted())
  })

  it('shows columns that exist, and the whole primary key', () => {
    for (const [table, columns] of drawn) {
      const names = real.get(table)?.map(({ name }) => name)
      expect(names, table).toEqual(expect.arrayContaining(columns.map(({ name }) => name)))
      expect(keyOf(columns), table).toEqual(keyOf(real.get(table) ?? []))
    }
  })
})

function keyOf(columns: readonly Column[]): string[] {
  return columns
    .filter(({ isKey }) => isKey)
    .map(({ name }) => name)
    .toSorted()
}

/** The tables of this application with their columns. */
async function readTables(connectionString: string): Promise<Map<string, Column[]>> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    const { rows } = await client.query<Column & { table: string }>(`
      select c.relname as table, a.attname as name, coalesce(a.attnum = any(i.indkey), false) as "isKey"
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_index i on i.indrelid = c.oid and i.indisprimary
      where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
        and not starts_with(c.relname, 'knex_')
    `)
    return Map.groupBy(rows, ({ table }) => table)
  } finally {
    await client.end()
  }
}
