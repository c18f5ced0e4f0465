import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Binaries } from './embedded-binaries.ts'
import { give, type Runner, serverEnvironment, wrap } from './embedded-runner.ts'
import { EmbeddedStartError } from './embedded-start-error.ts'

export const superuser = 'quits'
const stagingPrefix = 'postgres.new-'

/** @returns false when the folder holds no cluster yet */
export function checkCluster(cluster: string, binaries: Binaries): boolean {
  if (!existsSync(cluster)) return false
  const entries = readdirSync(cluster)
  if (entries.length === 0) return false
  if (!entries.includes('PG_VERSION')) {
    throw new EmbeddedStartError(
      `${cluster} is not a PostgreSQL data folder. Move it away or set DATA_DIR to another folder.`,
    )
  }
  const version = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim()
  if (version !== binaries.majorVersion) {
    throw new EmbeddedStartError(
      `${cluster} was made by PostgreSQL ${version}, but version ${binaries.majorVersion} is installed. ` +
        `Install the version of Quits that brought PostgreSQL ${version}, make a backup with it and ` +
        'restore that into a new DATA_DIR.',
    )
  }
  return true
}

/** A half-made cluster stays under this name and is swept by the next start. */
export function makeStagingFolder(dataDir: string): string {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(stagingPrefix)) {
      rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
    }
  }
  const staging = join(dataDir, stagingPrefix + randomBytes(4).toString('hex'))
  mkdirSync(staging, { mode: 0o700 })
  return staging
}

export async function createCluster(options: {
  binaries: Binaries
  runner: Runner
  dataDir: string
  staging: string
  password: string
  durable: boolean
}): Promise<void> {
  const { binaries, runner, dataDir, staging } = options
  const passwordFile = `${staging}.password`
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600, flag: 'wx' })
  give(passwordFile, runner)
  const args = [
    `--pgdata=${staging}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(options.durable ? [] : ['--no-sync']),
  ]
  try {
    let result = await runProgram(runner, binaries.initdb, [...args, '--locale=C.UTF-8'])
    if (result.code !== 0 && /invalid locale/.test(result.output)) {
      result = await runProgram(runner, binaries.initdb, [...args, '--locale=C'])
    }
    if (result.code !== 0) throw cannotCreate(dataDir, result.output)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(staging, join(dataDir, 'postgres'))
  if (options.durable) syncFolder(dataDir)
}

/** For a cluster whose password file was lost. The server must not be running. */
export async function resetPassword(
  binaries: Binaries,
  runner: Runner,
  cluster: string,
  password: string,
): Promise<void> {
  const statement = `alter role ${superuser} with password '${password}'\n`
  const args = ['--single', '-D', cluster, 'postgres']
  const { code, output } = await runProgram(runner, binaries.postgres, args, statement)
  if (code !== 0) throw cannotCreate(cluster, output)
}

export function restrictCluster(cluster: string): void {
  if (process.platform !== 'win32') chmodSync(cluster, 0o700)
}

async function runProgram(runner: Runner, program: string, args: string[], input = '') {
  const [command, commandArgs] = wrap(runner, program, args)
  const child = spawn(command, commandArgs, {
    ...runner.spawnAs,
    cwd: '/',
    env: serverEnvironment,
    timeout: 120_000,
    killSignal: 'SIGKILL',
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.once('error', reject)
  child.once('close', resolve)
  return { code: await promise, output }
}

function cannotCreate(folder: string, output: string): EmbeddedStartError {
  const lines = output.trim().split('\n')
  const reason = lines.filter((line) => /error|fatal|panic/i.test(line)).at(-1) ?? lines.at(-1)
  return new EmbeddedStartError(
    `The embedded PostgreSQL could not be set up in ${folder}: ${reason}. ` +
      'Set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL server of your own.',
  )
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
