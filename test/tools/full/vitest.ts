import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Outcome, root, runCommand } from './outcome.ts'

const vitest = join(root, 'node_modules/vitest/vitest.mjs')

type Report = {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
}

type Environment = Readonly<Record<string, string>>

export function runVitest(args: readonly string[], environment: Environment = {}) {
  return countTests((reporting) =>
    runCommand([process.execPath, vitest, 'run', ...args, ...reporting], environment),
  )
}

/** @param run runs vitest with these more arguments and resolves with its exit code */
export async function countTests(run: (args: readonly string[]) => Promise<number>) {
  const folder = mkdtempSync(join(tmpdir(), 'quits-report-'))
  const file = join(folder, 'report.json')
  try {
    const code = await run(['--reporter=default', '--reporter=json', `--outputFile.json=${file}`])
    return outcomeOf(code, readReport(file))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A run that fails without a failed test (a file that cannot be loaded, say) counts as one. */
function outcomeOf(code: number, report: Report | undefined): Outcome {
  const failed = report?.numFailedTests ?? 0
  return {
    passed: report?.numPassedTests ?? 0,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  }
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
