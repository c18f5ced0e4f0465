import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Installs the tools of this folder as its lockfile says, unless that was done already. */
export function installTools(): boolean {
  const lockfile = readFileSync(new URL('package-lock.json', import.meta.url))
  const wanted = createHash('sha256').update(lockfile).digest('hex')
  const stamp = new URL('node_modules/.installed-from', import.meta.url)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true
  const folder = fileURLToPath(new URL('.', import.meta.url))
  // The shell finds npm under whatever name the system gives it.
  const { status } = spawnSync('npm ci --no-audit', { cwd: folder, stdio: 'inherit', shell: true })
  if (status === 0) writeFileSync(stamp, wanted)
  return status === 0
}

if (import.meta.main && !installTools()) process.exitCode = 1
