import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { findPostmaster, findServerProcesses } from '../../src/db/embedded-processes.ts'
import { clusterOf, embeddedFixture, keptRows } from '../support/embedded-fixture.ts'
import { killServer, runChild } from '../support/embedded-folder.ts'

const { dataDir, start } = embeddedFixture()

function acknowledgedBy({ reports }: ReturnType<typeof runChild>): number[] {
  return reports.flatMap(({ committed }) => committed ?? [])
}

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
