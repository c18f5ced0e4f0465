import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/knex.ts'
import { freePort } from '../support/free-port.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const open = (change: object = {}) =>
  openDatabase({
    connection: { ...database.connection, ...change },
    poolSize: 1,
    statementTimeoutMs: 300,
  })

describe('a refusal of the database', () => {
  it('says that too much goes on when every connection is taken', async () => {
    const knex = open()
    const taken = await knex.transaction()
    await expect(knex.raw('select 1')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'too-busy',
    })
    await taken.rollback()
    expect((await knex.raw('select 1 as one')).rows).toEqual([{ one: 1 }])
    await knex.destroy()
  })

  it('says the same of a statement that took too long', async () => {
    const knex = open()
    await expect(knex.raw('select pg_sleep(5)')).rejects.toMatchObject({ code: 'too-busy' })
    await knex.destroy()
  })

  it('says that the database is away when nobody listens there', async () => {
    const knex = open({ host: '127.0.0.1', port: await freePort() })
    await expect(knex.raw('select 1')).rejects.toMatchObject({ code: 'database-unavailable' })
    await knex.destroy()
  })
})
