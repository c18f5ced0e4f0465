import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../support/free-port.ts'

const installations = '/usr/lib/postgresql'
const oldestSupported = 15

export type SystemPostgres = { readonly version: number; readonly bin: string }

/** The oldest PostgreSQL on this system that Quits supports: what the embedded one is farthest from. */
export function findSystemPostgres(): SystemPostgres | undefined {
  if (!existsSync(installations)) return undefined
  const versions = readdirSync(installations)
    .map(Number)
    .toSorted((a, b) => a - b)
  const found = versions
    .map((version) => ({ version, bin: `${installations}/${version}/bin` }))
    .find(({ version, bin }) => version >= oldestSupported && existsSync(`${bin}/initdb`))
  return found
}

/** Runs `work` with the address of a server of its own, which is gone afterwards. */
export async function withServer<Result>(
  { bin }: SystemPostgres,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const owner = serverOwner()
  const folder = mkdtempSync(join(tmpdir(), 'quits-postgres-'))
  const data = join(folder, 'data')
  const log = join(folder, 'server.log')
  const password = randomBytes(16).toString('hex')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password)
  if (owner) for (const path of [folder, passwordFile]) chownSync(path, owner.uid, owner.gid)
  const run = (program: string, ...args: string[]) => {
    const stdio = 'ignore'
    const { status } = spawnSync(`${bin}/${program}`, args, { cwd: folder, stdio, ...owner })
    return status === 0
  }
  const remove = () => {
    if (existsSync(join(data, 'postmaster.pid')))
      run('pg_ctl', 'stop', '-D', data, '-m', 'immediate')
    rmSync(folder, { recursive: true, force: true })
  }
  const leave = () => process.exit(1)
  process.once('exit', remove).once('SIGINT', leave).once('SIGTERM', leave)
  try {
    const port = await freePort()
    const settings = [
      ...['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=`],
      ...['max_connections=200', 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off'],
    ]
    const options = settings.map((setting) => `-c ${setting}`).join(' ')
    const made =
      run(
        ...(['initdb', '-D', data, '-U', 'quits', '--no-sync', '--locale=C.UTF-8'] as const),
        ...['--encoding=UTF8', '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
      ) && run('pg_ctl', 'start', '-w', '-t', '60', '-D', data, '-l', log, '-o', options)
    if (!made) throw new Error(`PostgreSQL in ${bin} does not start: ${logOf(log)}`)
    return await work(`postgres://quits:${password}@127.0.0.1:${port}/postgres`)
  } finally {
    remove()
    process.off('exit', remove).off('SIGINT', leave).off('SIGTERM', leave)
  }
}

/** PostgreSQL refuses to run as root; its package brings a user for it. */
function serverOwner(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined
  const idOf = (flag: string) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString())
  return { uid: idOf('-u'), gid: idOf('-g') }
}

function logOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : 'initdb failed'
}
