import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startEmbedded } from '../../src/db/embedded.ts'
import { hydrateSymlinks } from '../../src/db/embedded-binaries.ts'
import { findServerProcesses } from '../../src/db/embedded-processes.ts'
import { clusterOf, embeddedFixture, keptRows } from '../support/embedded-fixture.ts'
import { query, runChild } from '../support/embedded-folder.ts'

const { dataDir, folders, start } = embeddedFixture()
const isRoot = process.getuid?.() === 0
const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

describe('a first start', () => {
  it('makes a UTF-8 database with a password that only the owner can read', async () => {
    const fresh = folders.make()
    const database = await start(fresh)
    expect(database.outcome).toBe('created')
    const facts = `select current_database(), current_user, current_setting('server_encoding'),
      lower('ÉÄ'), current_setting('fsync'), current_setting('listen_addresses')`
    expect(await query(database.connection, facts)).toEqual([
      'quits',
      'quits',
      'UTF8',
      'éä',
      'on',
      '',
    ])
    const mode = (name: string) => statSync(join(fresh, name)).mode & 0o777
    expect([
      mode('postgres-password'),
      mode('postgres'),
      mode('run'),
      mode('postgres.log'),
    ]).toEqual([0o600, 0o700, 0o700, 0o600])
    await expect(query({ ...database.connection, password: 'wrong' }, 'select 1')).rejects.toThrow(
      'password authentication failed',
    )
  })

  it('begins anew when an earlier one was killed half-way', async () => {
    const fresh = folders.make()
    mkdirSync(join(fresh, 'postgres.new-0badf00d', 'base'), { recursive: true })
    writeFileSync(join(fresh, 'postgres.new-0badf00d', 'PG_VERSION'), '18\n')
    expect((await start(fresh)).outcome).toBe('created')
    expect(readdirSync(fresh).filter((name) => name.includes('new'))).toEqual([])
  })

  it('makes the database when an earlier one was killed before it could', async () => {
    const database = await start(dataDir, 'another')
    expect(await query(database.connection, 'select current_database()')).toEqual(['another'])
  })

  it.each([
    ['is too long', 'x'.repeat(120)],
    ['has a comma', 'Ann, Bob & Co'],
    ['has a quotation mark', 'the "data"'],
  ])('uses a folder elsewhere for the socket when the path %s', async (_, name) => {
    const database = await start(join(folders.make(), name))
    expect(database.connection.host).not.toContain(name)
    expect(statSync(database.connection.host).mode & 0o777).toBe(0o700)
    expect(await query(database.connection, 'select 1')).toEqual([1])
    await database.stop()
    expect(existsSync(database.connection.host)).toBe(false)
  })
})

describe('a later start', () => {
  it('keeps the rows', async () => {
    const database = await start(dataDir)
    expect(database.outcome).toBe('started')
    expect(await keptRows(database)).toContain(1)
  })

  it('leaves no process, lock or socket after stop, which may be called twice', async () => {
    const database = await start(dataDir)
    expect(findServerProcesses(clusterOf(dataDir)).length).toBeGreaterThan(1)
    await Promise.all([database.stop(), database.stop()])
    expect(findServerProcesses(clusterOf(dataDir))).toEqual([])
    const expected = ['postgres', 'postgres-password', 'postgres.log']
    expect(readdirSync(dataDir).sort()).toEqual(expected)
  })

  it('makes a new password when the file was lost', async () => {
    rmSync(join(dataDir, 'postgres-password'))
    expect(await keptRows(await start(dataDir))).toContain(1)
  })

  it('says so when the cluster is of another major version', async () => {
    const path = join(clusterOf(dataDir), 'PG_VERSION')
    const version = readFileSync(path)
    try {
      writeFileSync(path, '15\n')
      await expect(start(dataDir)).rejects.toThrow(/was made by PostgreSQL 15, but version 18/)
    } finally {
      writeFileSync(path, version)
    }
  })

  it('gives the reason of PostgreSQL when it does not start', async () => {
    const settings = { shared_buffers: 'plenty' }
    await expect(startEmbedded({ dataDir, settings })).rejects.toThrow(
      /did not start: .*shared_buffers.*DATABASE_URL/,
    )
    expect((await start(dataDir)).outcome).toBe('started')
  })
})

describe('the binaries', () => {
  it('get the symlinks that npm left out', () => {
    const root = folders.make()
    const lib = join(root, 'native', 'lib')
    mkdirSync(lib, { recursive: true })
    writeFileSync(join(lib, 'libpq.so.5.18'), 'library')
    const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }
    writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify([link]))
    hydrateSymlinks(root, 'a-package')
    expect(readlinkSync(join(lib, 'libpq.so.5'))).toBe('libpq.so.5.18')
    expect(readFileSync(join(lib, 'libpq.so.5'), 'utf8')).toBe('library')
  })
})

describe.runIf(isRoot)('users', () => {
  it('runs for root in a folder that only root can enter', async () => {
    const fresh = folders.make()
    mkdirSync(fresh, { mode: 0o700 })
    chmodSync(dirname(fresh), 0o700)
    const database = await start(fresh)
    expect(await query(database.connection, 'select 1')).toEqual([1])
    await database.stop()
    expect((await start(fresh)).outcome).toBe('started')
  })

  it('runs for an ordinary user, and for root on the folder of that user', async () => {
    const fresh = folders.make()
    chownSync(dirname(fresh), 65534, 65534)
    for (const outcome of ['created', 'started']) {
      const child = runChild(fresh, { prefix: asNobody })
      await child.until((report) => report.outcome === outcome)
      await child.end('SIGTERM')
      const database = await start(fresh)
      expect(database.outcome).toBe('started')
      await database.stop()
    }
    expect(statSync(clusterOf(fresh)).uid).toBe(65534)
  })

  it('tells an ordinary user whose folder it is', async () => {
    chmodSync(dirname(dataDir), 0o755)
    chmodSync(dataDir, 0o777)
    chmodSync(join(dataDir, 'postgres-password'), 0o644)
    const { error } = await runChild(dataDir, { prefix: asNobody }).until(() => true)
    expect(error).toMatch(/belongs to user 0.*65534/)
    expect(readFileSync(join(dataDir, 'postgres-password'), 'utf8')).not.toBe('')
  })
})
