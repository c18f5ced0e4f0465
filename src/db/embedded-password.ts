import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Undefined when there is none yet, or it was lost. */
export function readPassword(dataDir: string): string | undefined {
  try {
    return readFileSync(pathIn(dataDir), 'utf8').trim() || undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function makePassword(): string {
  return randomBytes(24).toString('base64url')
}

export function keepPassword(dataDir: string, password: string): void {
  const path = pathIn(dataDir)
  if (readPassword(dataDir) !== password) {
    const draft = `${path}.new`
    writeFileSync(draft, `${password}\n`, { mode: 0o600, flush: true })
    renameSync(draft, path)
    // Started by root for once, the owner of the folder must still be able to start it later.
    const { uid, gid } = statSync(dataDir)
    if (process.getuid?.() === 0) chownSync(path, uid, gid)
  }
  if (process.platform !== 'win32') chmodSync(path, 0o600)
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'postgres-password')
}
