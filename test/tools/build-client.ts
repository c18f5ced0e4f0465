import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Installs and builds the TypeScript client, and tells whether its generated types are up to date. */
const folder = fileURLToPath(new URL('../../clients/typescript/', import.meta.url))
// The shell finds npm under whatever name the system gives it.
const command = 'npm ci --no-audit && npm run check && npm run build'
const { status } = spawnSync(command, { cwd: folder, stdio: 'inherit', shell: true })
process.exitCode = status ?? 1
