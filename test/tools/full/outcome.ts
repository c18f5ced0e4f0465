import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

export type Outcome = {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Why something was left out. */
  readonly reason?: string
}

export function skipped(reason: string): Outcome {
  return { passed: 0, failed: 0, skipped: 1, reason }
}

/** One check that a command makes: it passes with exit code 0. */
export async function check(command: readonly string[]): Promise<Outcome> {
  const code = await runCommand(command)
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}

/** Runs a command from the root of the project, its output ours, and resolves with its exit code. */
export function runCommand(
  [file = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const env = { ...process.env, ...environment }
  const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
