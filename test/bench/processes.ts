import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { call } from './load.ts'

export type Server = {
  readonly port: number
  readonly pid: number
  /** From the start of the process to the first 200 of /readyz. */
  readonly startMs: number
  /** Processor time until then. */
  readonly startCpuMs: number
  stop(): Promise<void>
}

const startLimitMs = 60_000
const pollMs = 5
/** Linux counts processor time in hundredths of a second for every program. */
const tickMs = 10

export async function startServer(
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<Server> {
  const port = await freePort()
  const { PATH, HOME, USER } = process.env
  const startedAt = performance.now()
  const child = spawn(process.execPath, [new URL(script, import.meta.url).pathname], {
    env: { PATH, HOME, USER, PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await untilReady(child, port)
  return {
    port,
    pid: child.pid!,
    startMs: performance.now() - startedAt,
    startCpuMs: cpuMsOf(child.pid!),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + startLimitMs
  for (;;) {
    const answer = await call(port, { method: 'GET', path: '/readyz' }).catch(() => null)
    if (answer?.status === 200) return
    if (child.exitCode !== null) throw new Error('a server ended instead of starting')
    if (performance.now() > deadline) throw new Error('a server did not start')
    await sleep(pollMs)
  }
}

export function cpuMsOf(pid: number): number {
  const fields = statOf(pid)
  return fields ? (Number(fields[11]) + Number(fields[12])) * tickMs : 0
}

/** Of all processes whose parent this is, such as the backends of a PostgreSQL server. */
export function cpuMsOfChildren(parent: number): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids
    .map(Number)
    .filter((pid) => Number(statOf(pid)?.[1]) === parent)
    .reduce((sum, pid) => sum + cpuMsOf(pid), 0)
}

export function residentMb(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(match?.[1] ?? 0) / 1024
}

/** What stands after the program's name, which may hold blanks: state, parent, … */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
