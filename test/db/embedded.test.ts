import { spawn } from 'node:child_process'
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
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type EmbeddedDatabase, startEmbedded } from '../../src/db/embedded.ts'
import { hydrateSymlinks } from '../../src/db/embedded-binaries.ts'
import { findPostmaster, findServerProcesses } from '../../src/db/embedded-processes.ts'
import { killServer, query, runChild, temporaryFolders } from '../support/embedded-folder.ts'

const folders = temporaryFolders()
const sharedFolders = temporaryFolders()
const started: EmbeddedDatabase[] = []
const isRoot = process.getuid?.() === 0
const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
/** A cluster with a row in it, shut down; making one for each test would take most of the time. */
let dataDir = ''

async function start(dataDir: string): Promise<EmbeddedDatabase> {
  const database = await startEmbedded({ dataDir })
  started.push(database)
  return database
}

function keptRows(database: EmbeddedDatabase): Promise<unknown[]> {
  return query(database.connection, 'select id from kept order by id')
}

function acknowledgedBy({ reports }: ReturnType<typeof runChild>): number[] {
  return reports.flatMap(({ committed }) => committed ?? [])
}

function clusterOf(dataDir: string): string {
  return join(dataDir, 'postgres')
}

beforeAll(async () => {
  dataDir = sharedFolders.make()
  const database = await startEmbedded({ dataDir })
  await query(database.connection, 'create table kept (id int primary key)')
  await query(database.connection, 'insert into kept values (1)')
  await database.stop()
})

afterAll(() => sharedFolders.cleanUp())

afterEach(async () => {
  await Promise.all(started.splice(0).map((database) => database.stop()))
  folders.cleanUp()
  killServer(dataDir)
})

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
    const database = await startEmbedded({ dataDir, database: 'another' })
    started.push(database)
    expect(await query(database.connection, 'select current_database()')).toEqual(['another'])
  })

  it('uses a folder elsewhere for the socket when the path is too long', async () => {
    const deep = join(folders.make(), 'x'.repeat(60), 'y'.repeat(60))
    const database = await start(deep)
    expect(database.connection.host).not.toContain('x'.repeat(60))
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

describe('two starts on one folder', () => {
  it('refuses the second with the folder and the process of the first', async () => {
    await start(dataDir)
    const second = await runChild(dataDir).until((report) => report.error !== undefined)
    expect(second).toEqual({
      clear: true,
      error:
        `Quits is already running on ${dataDir}, process ${process.pid}. ` +
        'Stop it or set DATA_DIR to another folder.',
    })
  })

  it('lets exactly one win at the same instant, over a stale lock too', async () => {
    const stale = { pid: process.pid, bornAt: 'an earlier boot:1', nonce: '00ff' }
    writeFileSync(join(dataDir, 'quits.lock'), JSON.stringify(stale))
    const children = [runChild(dataDir), runChild(dataDir), runChild(dataDir)]
    try {
      const results = await Promise.all(children.map(({ until }) => until(() => true)))
      expect(results.filter(({ outcome }) => outcome === 'started')).toHaveLength(1)
      expect(results.filter(({ error }) => error?.includes('already running'))).toHaveLength(2)
    } finally {
      await Promise.all(children.map(({ end }) => end('SIGTERM')))
    }
    expect(readdirSync(dataDir).filter((name) => name.startsWith('quits.lock'))).toEqual([])
  })

  it('is not held up by a lock that was cut short', async () => {
    writeFileSync(join(dataDir, 'quits.lock'), '{"pid":')
    expect((await start(dataDir)).outcome).toBe('started')
  })
})

describe('after a crash', () => {
  it('adopts the server that a killed Quits left running', async () => {
    const first = runChild(dataDir, { mode: 'insert' })
    await first.until(() => acknowledgedBy(first).length >= 5)
    const server = findPostmaster(clusterOf(dataDir))
    await first.end('SIGKILL')
    const database = await start(dataDir)
    expect(database.outcome).toBe('adopted')
    expect(findPostmaster(clusterOf(dataDir))).toEqual(server)
    expect(await keptRows(database)).toEqual(expect.arrayContaining(acknowledgedBy(first)))
    await database.stop()
    expect(findServerProcesses(clusterOf(dataDir))).toEqual([])
  })

  it('keeps every acknowledged row when Quits and PostgreSQL are killed while writing', async () => {
    for (const rows of [20, 40, 60]) {
      const writer = runChild(dataDir, { mode: 'insert' })
      await writer.until(() => acknowledgedBy(writer).length >= rows)
      killServer(dataDir)
      await writer.end('SIGKILL')
      const database = await start(dataDir)
      expect(database.outcome).toBe('recovered')
      expect(await keptRows(database)).toEqual(expect.arrayContaining(acknowledgedBy(writer)))
      await database.stop()
    }
  })

  it('recovers when only the main process of PostgreSQL was killed', async () => {
    const first = runChild(dataDir)
    await first.until(({ outcome }) => outcome === 'started')
    await first.end('SIGKILL')
    process.kill(findPostmaster(clusterOf(dataDir))!.pid, 'SIGKILL')
    const database = await start(dataDir)
    expect(database.outcome).toBe('recovered')
    expect(await keptRows(database)).toContain(1)
  })

  it('stops an orphan with another password, and sets a new one once the file is gone', async () => {
    const first = runChild(dataDir)
    await first.until(({ outcome }) => outcome === 'started')
    await first.end('SIGKILL')
    writeFileSync(join(dataDir, 'postgres-password'), 'not the one it knows\n')
    await expect(start(dataDir)).rejects.toThrow(/password in postgres-password/)
    rmSync(join(dataDir, 'postgres-password'))
    expect(await keptRows(await start(dataDir))).toContain(1)
  })

  it('leaves a stranger alone whose process number stands in a stale postmaster.pid', async () => {
    const stranger = spawn('sleep', ['60'])
    try {
      const socket = join(dataDir, 'run')
      const lines = [
        stranger.pid,
        clusterOf(dataDir),
        1,
        5432,
        socket,
        '',
        '  1  2',
        'ready   ',
        '',
      ]
      writeFileSync(join(clusterOf(dataDir), 'postmaster.pid'), lines.join('\n'), { mode: 0o600 })
      mkdirSync(socket, { mode: 0o700 })
      writeFileSync(join(socket, '.s.PGSQL.5432.lock'), `${stranger.pid}\n`, { mode: 0o600 })
      const database = await start(dataDir)
      expect(database.outcome).toBe('recovered')
      expect(await keptRows(database)).toContain(1)
      expect(stranger.signalCode).toBeNull()
    } finally {
      stranger.kill()
    }
  })

  it('restarts a server that is killed while Quits runs', async () => {
    const database = await start(dataDir)
    killServer(dataDir)
    await vi.waitFor(async () => expect(await keptRows(database)).toContain(1), {
      timeout: 10_000,
      interval: 50,
    })
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
