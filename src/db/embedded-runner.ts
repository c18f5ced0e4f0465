import { execFile } from 'node:child_process'
import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { EmbeddedStartError } from './embedded-start-error.ts'

/** A way to run PostgreSQL's programs, which refuse to run as root. */
export type Runner = {
  /** Owner of the server's files as the file system shows it; undefined: just whoever we are. */
  readonly uid: number | undefined
  readonly gid: number | undefined
  readonly spawnAs?: { readonly uid: number; readonly gid: number }
  readonly prefix: readonly string[]
}

type Account = { readonly name: string; readonly uid: number; readonly gid: number }

const run = promisify(execFile)

/** Inherits nothing, so that no secret and no PG* or LANG setting of ours reaches the server. */
export const serverEnvironment =
  process.platform === 'win32'
    ? undefined
    : {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        LC_ALL: 'C',
        TZ: 'UTC',
      }

const direct: Runner = { uid: undefined, gid: undefined, prefix: [] }

/**
 * Tries the ways in order and takes the first that really works on this folder.
 * @param folder the cluster, or the empty folder that is to become one; chowned in the latter case
 */
export async function chooseRunner(options: {
  postgres: string
  dataDir: string
  folder: string
  isCluster: boolean
}): Promise<Runner> {
  if (process.platform === 'win32' || process.getuid === undefined) return direct
  const me = process.getuid()
  const owner = statSync(options.isCluster ? options.folder : options.dataDir)
  if (options.isCluster && me !== 0 && owner.uid !== me) throw foreignOwner(options, owner.uid, me)
  for (const runner of candidates(me, owner, options.isCluster)) {
    if (!options.isCluster) {
      give(options.folder, runner)
      if (runner.spawnAs) openForPassage(options.dataDir)
    }
    if (await works(runner, options.postgres, options.folder)) return runner
  }
  throw noWay(options, me)
}

/** Makes a file or folder the server's; nothing to do unless it runs under another user. */
export function give(path: string, runner: Runner): void {
  if (process.getuid?.() === 0 && runner.uid !== undefined) {
    chownSync(path, runner.uid, runner.gid ?? runner.uid)
  }
}

export function wrap(runner: Runner, program: string, args: readonly string[]): [string, string[]] {
  const [first, ...rest] = [...runner.prefix, program, ...args]
  return [first!, rest]
}

function candidates(me: number, owner: { uid: number; gid: number }, isCluster: boolean): Runner[] {
  const accounts = readAccounts()
  const nobody = accounts.find(({ name }) => name === 'nobody')
  // initdb wants a user with a name, so the user namespace maps us to one that exists.
  const mapped: Runner = {
    ...(me === 0 ? { uid: 0, gid: 0 } : { uid: undefined, gid: undefined }),
    prefix: ['unshare', '--user', `--map-user=${nobody?.uid ?? 65534}`],
  }
  if (me !== 0) return [direct, mapped]
  if (owner.uid !== 0) {
    const asOwner = asAccount({ name: '', uid: owner.uid, gid: owner.gid })
    if (isCluster) return asOwner
    return [...asOwner, mapped]
  }
  if (isCluster) return [mapped]
  const postgres = accounts.find(({ name }) => name === 'postgres')
  return [mapped, ...[postgres, nobody].flatMap((account) => (account ? asAccount(account) : []))]
}

/** First with the capability to enter folders of others, then as a plain user. */
function asAccount({ uid, gid }: Account): Runner[] {
  const capability = '+dac_override'
  return [
    {
      uid,
      gid,
      prefix: [
        'setpriv',
        `--reuid=${uid}`,
        `--regid=${gid}`,
        '--clear-groups',
        `--inh-caps=${capability}`,
        `--ambient-caps=${capability}`,
      ],
    },
    { uid, gid, spawnAs: { uid, gid }, prefix: [] },
  ]
}

async function works(runner: Runner, postgres: string, folder: string): Promise<boolean> {
  const test =
    '"$1" --version && id -un && [ "$(id -u)" != 0 ] && cd "$2" && [ -O . ] && [ -w . ] && ls'
  const [program, args] = wrap(runner, '/bin/sh', ['-c', test, 'sh', postgres, folder])
  try {
    await run(program, args, {
      ...runner.spawnAs,
      cwd: '/',
      timeout: 10_000,
      env: serverEnvironment,
    })
    return true
  } catch {
    return false
  }
}

/** A plain user must get through to the cluster; what lies beside it has modes of its own. */
function openForPassage(dataDir: string): void {
  chmodSync(dataDir, (statSync(dataDir).mode & 0o777) | 0o011)
}

function readAccounts(): Account[] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .filter(([name, , uid]) => name && Number(uid) > 0)
      .map(([name, , uid, gid]) => ({ name: name!, uid: Number(uid), gid: Number(gid) }))
  } catch {
    return []
  }
}

function noWay(options: { dataDir: string; folder: string; isCluster: boolean }, me: number) {
  if (me !== 0) {
    return new EmbeddedStartError(
      `PostgreSQL cannot work in ${options.folder} as user ${me}. ` +
        'Set DATA_DIR to a folder of yours, or DATABASE_URL to a PostgreSQL server of your own.',
    )
  }
  const handOver = options.isCluster
    ? `hand the database over with "chown -R nobody ${options.folder}"`
    : 'set DATA_DIR to a folder that others may enter'
  return new EmbeddedStartError(
    'PostgreSQL refuses to run as root, and no way was found to run it as another user on ' +
      `${options.dataDir}. Start Quits as an ordinary user, ${handOver}, ` +
      'or set DATABASE_URL to a PostgreSQL server of your own.',
  )
}

function foreignOwner(options: { dataDir: string; folder: string }, owner: number, me: number) {
  return new EmbeddedStartError(
    `${options.folder} belongs to user ${owner}, but Quits runs as user ${me}. ` +
      `Start it as user ${owner}, hand the folder over with "sudo chown -R ${me} ${options.dataDir}", ` +
      'or set DATA_DIR to another folder.',
  )
}
