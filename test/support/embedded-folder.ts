import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { findPostmaster, findServerProcesses } from '../../src/db/embedded-processes.ts'

export type Report = {
  outcome?: string
  connection?: pg.ClientConfig
  committed?: number
  error?: string
  clear?: boolean
}

const runner = fileURLToPath(new URL('./run-embedded.ts', import.meta.url))

/** Temporary data folders that are emptied, with whatever server is left in them, by `cleanUp`. */
export function temporaryFolders() {
  const made: string[] = []
  return {
    make(): string {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'quits-embedded-')))
      made.push(folder)
      return join(folder, 'data')
    },
    cleanUp(): void {
      for (const folder of made.splice(0)) {
        killServer(join(folder, 'data'))
        rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
      }
    },
  }
}

export function killServer(dataDir: string): void {
  for (const { pid } of findServerProcesses(join(dataDir, 'postgres'))) process.kill(pid, 'SIGKILL')
}

/** Ends a server in a signal handler, where nothing can be awaited; its shared memory goes with it. */
export function endServerNow(dataDir: string): void {
  const cluster = join(dataDir, 'postgres')
  const postmaster = findPostmaster(cluster)
  if (postmaster) process.kill(postmaster.pid, 'SIGQUIT')
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let tries = 0; tries < 100 && findServerProcesses(cluster).length > 0; tries += 1) {
    Atomics.wait(pause, 0, 0, 20)
  }
  killServer(dataDir)
}

/** Starts Quits' database in a child process. @param prefix such as setpriv with its options */
export function runChild(dataDir: string, options: { mode?: string; prefix?: string[] } = {}) {
  const command = [...(options.prefix ?? []), process.execPath, runner, dataDir]
  if (options.mode) command.push(options.mode)
  const [program, ...args] = command
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const reports: Report[] = []
  let news = Promise.withResolvers<void>()
  let ended = false
  const announce = () => {
    news.resolve()
    news = Promise.withResolvers<void>()
  }
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      reports.push(JSON.parse(line))
      announce()
    })
    .on('close', () => {
      ended = true
      announce()
    })
  return {
    reports,
    /** The first report that fits; fails when the process ends without one. */
    async until(fits: (report: Report) => boolean): Promise<Report> {
      for (;;) {
        const found = reports.find(fits)
        if (found) return found
        if (ended) throw new Error(`ended early, having reported ${JSON.stringify(reports)}`)
        await news.promise
      }
    },
    end: (signal: NodeJS.Signals) => endChild(child, signal),
  }
}

export async function query(connection: pg.ClientConfig, text: string): Promise<unknown[]> {
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query({ text, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const { promise, resolve } = Promise.withResolvers<unknown>()
  child.once('close', resolve)
  child.kill(signal)
  await promise
}
