import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

/** A process, told apart from a later one with the same recycled number. */
export type ProcessIdentity = {
  readonly pid: number
  /** Boot and start time; empty where the system doesn't tell. */
  readonly bornAt: string
}

export type PostmasterFile = {
  readonly pid: number
  readonly port: number
  /** Folder of the Unix socket; empty when the server listens on loopback only. */
  readonly socketDir: string
  readonly status: string
}

const bootId = readOr('/proc/sys/kernel/random/boot_id', '').trim()

/** Undefined when no such process runs; one that died but wasn't reaped does not run either. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readOr(`/proc/${pid}/stat`, '')
  if (stat !== '') {
    // The command name may hold blanks and parentheses; the state comes right after its last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, startTicks] = [fields[0], fields[19]]
    return state === 'Z' || state === 'X' ? undefined : { pid, bornAt: `${bootId}:${startTicks}` }
  }
  return exists(pid) ? { pid, bornAt: '' } : undefined
}

export function isRunning(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid)
  if (now === undefined) return false
  return now.bornAt === '' || identity.bornAt === '' || now.bornAt === identity.bornAt
}

export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  const lines = readOr(join(cluster, 'postmaster.pid'), '').split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  const [port, socketDir, status] = [lines[3], lines[4], lines[7]]
  return {
    pid,
    port: Number(port ?? 0),
    socketDir: (socketDir ?? '').trim(),
    status: (status ?? '').trim(),
  }
}

/** The server's main process, if it runs and is truly the one of this cluster. */
export function findPostmaster(cluster: string): ProcessIdentity | undefined {
  const pid = readPostmasterFile(cluster)?.pid
  return pid !== undefined && isPostmaster(pid, cluster) ? identifyProcess(pid) : undefined
}

/** Every process of the cluster's server, children of a killed main process included. */
export function findServerProcesses(cluster: string): ProcessIdentity[] {
  if (process.platform !== 'linux') {
    const postmaster = findPostmaster(cluster)
    return postmaster ? [postmaster] : []
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && worksIn(Number(name), cluster))
    .flatMap((name) => identifyProcess(Number(name)) ?? [])
}

export function sendSignal(target: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(target)) return
  try {
    process.kill(target.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function isPostmaster(pid: number, cluster: string): boolean {
  if (identifyProcess(pid) === undefined) return false
  if (process.platform === 'linux') {
    return worksIn(pid, cluster) && commandLine(pid).includes('-D')
  }
  const [program, ...args] =
    process.platform === 'win32'
      ? ['tasklist', '/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']
      : ['ps', '-ww', '-o', 'command=', '-p', String(pid)]
  try {
    const answer = execFileSync(program!, args, { encoding: 'utf8', timeout: 5000 })
    return process.platform === 'win32'
      ? answer.includes('"postgres.exe"')
      : answer.includes('postgres') && answer.includes(cluster)
  } catch {
    return false
  }
}

/** A server's processes have the data folder as working folder, and call themselves postgres. */
function worksIn(pid: number, cluster: string): boolean {
  const command = commandLine(pid)
  const program = command[0] ?? ''
  if (!program.startsWith('postgres:') && basename(program) !== 'postgres') return false
  try {
    const [here, there] = [statSync(`/proc/${pid}/cwd`), statSync(cluster)]
    return here.ino === there.ino && here.dev === there.dev
  } catch {
    return command.includes(cluster)
  }
}

function commandLine(pid: number): string[] {
  return readOr(`/proc/${pid}/cmdline`, '').split('\0')
}

function exists(pid: number): boolean {
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return fallback
  }
}
