import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

export type TestServer = {
  readonly url: string
  readonly pid: number
  /** All that it has printed. */
  output(): string
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export type ServerOptions = {
  readonly dataDir: string
  readonly port?: number
  readonly env?: Readonly<Record<string, string>>
}

const startMs = 30_000
const main = new URL('../../src/main.ts', import.meta.url).pathname

/** The real program in a process of its own; resolves when it is ready, rejects with what it printed. */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  const port = options.port ?? (await freePort())
  const { child, printed, exited } = launch({ ...options, port })
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + startMs
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the server did not start:\n${printed()}`)
    }
    if (await isReady(url)) break
    await Promise.race([new Promise((resolve) => setTimeout(resolve, 25)), exited])
  }
  return {
    url,
    pid: child.pid!,
    output: printed,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
  }
}

/** For a start that is expected to fail: its exit code and what it printed. */
export async function failedStart(
  options: ServerOptions,
): Promise<{ code: number | null; output: string }> {
  const { printed, exited } = launch({ ...options, port: options.port ?? (await freePort()) })
  return { code: await exited, output: printed() }
}

export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'quits-journey-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

type Launched = { child: ChildProcess; printed: () => string; exited: Promise<number | null> }

function launch({ dataDir, port, env }: ServerOptions & { port: number }): Launched {
  const { PATH, HOME, USER } = process.env
  const child = spawn(process.execPath, [main], {
    env: { PATH, HOME, USER, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code))
  })
  return { child, printed: () => output, exited }
}

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
    (reply) => reply.ok,
    () => false,
  )
