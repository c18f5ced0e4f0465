import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, rmdirSync, rmSync } from 'node:fs'
import { createServer, type ListenOptions } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PostmasterFile } from './embedded-processes.ts'
import { give, type Runner } from './embedded-runner.ts'

/** Where the server listens: a folder for its Unix socket, or loopback where sockets don't work. */
export type Endpoint = { readonly host: string; readonly port: number; readonly socketDir: string }

const loopback = '127.0.0.1'
/** The kernel takes 104 to 108 bytes for a socket's path. */
const maxSocketPathBytes = 99
const socketPort = 5432

export async function chooseEndpoint(dataDir: string, runner: Runner): Promise<Endpoint> {
  if (process.platform !== 'win32') {
    for (const folder of socketFolders(dataDir)) {
      const path = socketPath(folder)
      // PostgreSQL reads its setting as a list of folders, some of them quoted.
      if (/[,"]/.test(path)) continue
      if (Buffer.byteLength(path) > maxSocketPathBytes) continue
      if (!makePrivate(folder, runner) || !(await canListen({ path }))) continue
      return { host: folder, port: socketPort, socketDir: folder }
    }
  }
  return { host: loopback, port: await freePort(), socketDir: '' }
}

/** Leaves of a crashed server would stop the next one; call only when none of it runs. */
export function prepareEndpoint({ socketDir }: Endpoint, runner: Runner): void {
  if (socketDir === '') return
  makePrivate(socketDir, runner)
  rmSync(socketPath(socketDir), { force: true })
  rmSync(`${socketPath(socketDir)}.lock`, { force: true })
}

/** Takes away our own files only. */
export function removeEndpoint({ socketDir }: Endpoint): void {
  if (socketDir === '') return
  rmSync(socketPath(socketDir), { force: true })
  rmSync(`${socketPath(socketDir)}.lock`, { force: true })
  try {
    rmdirSync(socketDir)
  } catch {
    // Something else lies there; it is not ours to remove.
  }
}

/** Where a running server listens; undefined when it was started by hand with other settings. */
export function endpointOf(dataDir: string, server: PostmasterFile): Endpoint | undefined {
  const { port, socketDir } = server
  if (socketDir === '') return { host: loopback, port, socketDir }
  if (port !== socketPort || !socketFolders(dataDir).includes(socketDir)) return undefined
  return { host: socketDir, port, socketDir }
}

/** The second one is for long paths; its name is fixed, so that the next start finds it again. */
function socketFolders(dataDir: string): string[] {
  const key = createHash('sha256').update(`${process.getuid?.()}:${dataDir}`).digest('hex')
  return [join(dataDir, 'run'), join(tmpdir(), `quits-${key.slice(0, 16)}`)]
}

function socketPath(folder: string): string {
  return join(folder, `.s.PGSQL.${socketPort}`)
}

/** False when the folder is someone else's, as may happen below a shared temporary folder. */
function makePrivate(folder: string, runner: Runner): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = lstatSync(folder)
    const trusted = [process.getuid?.(), runner.uid]
    if (!found.isDirectory() || !trusted.includes(found.uid)) return false
    chmodSync(folder, 0o700)
    give(folder, runner)
    return true
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return listenBriefly({ host: loopback, port: 0 })
}

async function canListen(options: { path: string }): Promise<boolean> {
  rmSync(options.path, { force: true })
  return listenBriefly(options).then(
    () => true,
    () => false,
  )
}

function listenBriefly(options: ListenOptions): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer()
  server.once('error', reject)
  server.listen(options, () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
  })
  return promise
}
