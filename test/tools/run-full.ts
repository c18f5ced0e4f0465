import { globSync } from 'node:fs'
import { runVitestInOwnNetwork } from '../support/own-network.ts'
import { check, type Outcome, root, skipped } from './full/outcome.ts'
import { findSystemPostgres, withServer } from './full/system-postgres.ts'
import { countTests, runVitest } from './full/vitest.ts'
import { installTools } from './install.ts'

// What is too slow, or needs too much of the system, for every `npm test`. Whatever cannot run
// here is named and counted as skipped.
const fullConfig = ['--config', 'test/vitest.full.config.ts']
const [ownNetworkTests, plainTests] = [true, false].map((inOwnNetwork) =>
  globSync('test/**/*.full.test.ts', { cwd: root, exclude: ['**/node_modules/**'] })
    .filter((path) => /\/local-slack[^/]*$/.test(path) === inOwnNetwork)
    .toSorted(),
) as [string[], string[]]

const parts: Readonly<Record<string, () => Promise<Outcome>>> = {
  'tools installed': async () => {
    const isInstalled = installTools()
    return { passed: isInstalled ? 1 : 0, failed: isInstalled ? 0 : 1, skipped: 0 }
  },
  'Telegram schema up to date': () =>
    check([process.execPath, 'test/tools/telegram-schema.ts', '--check']),
  'TypeScript client up to date': () => check([process.execPath, 'test/tools/build-client.ts']),
  'full tests': () => runVitest([...fullConfig, ...plainTests]),
  'full tests in a network of their own': () =>
    countTests((args) => runVitestInOwnNetwork([...fullConfig, ...ownNetworkTests, ...args])),
  'suite on the system’s PostgreSQL': async () => {
    const postgres = findSystemPostgres()
    if (!postgres) return skipped('no PostgreSQL 15 or newer in /usr/lib/postgresql')
    process.stdout.write(`PostgreSQL ${postgres.version}\n`)
    const without = ['test/unit/**', 'test/db/embedded*.test.ts'].map((path) => `--exclude=${path}`)
    return withServer(postgres, (url) => runVitest(without, { TEST_DATABASE_URL: url }))
  },
  'laws with 10000 samples each': () =>
    runVitest(['test/unit', '--testTimeout=300000'], { FC_RUNS: '10000' }),
}

const total = { passed: 0, failed: 0, skipped: 0 }
const lines: string[] = []
for (const [title, run] of Object.entries(parts)) {
  process.stdout.write(`\n=== ${title}\n`)
  const begun = performance.now()
  const outcome = await run().catch((error: unknown): Outcome => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
    return { passed: 0, failed: 1, skipped: 0 }
  })
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  total.passed += outcome.passed
  total.failed += outcome.failed
  total.skipped += outcome.skipped
  lines.push(`${title}: ${inWords(outcome)} (${seconds} s)`)
  if (outcome.skipped > 0) lines.push(`  SKIPPED: ${outcome.reason ?? 'see above'}`)
}
process.stdout.write(`\n${lines.join('\n')}\n\n${inWords(total)}\n`)
process.exitCode = total.failed > 0 ? 1 : 0

function inWords({ passed, failed, skipped }: Outcome): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
