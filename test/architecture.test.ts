import { globSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { breachesOf, loadedWith, type SourceTree } from './support/architecture.ts'

const root = new URL('../', import.meta.url)
const paths = globSync(['src/**/*.{ts,js}', 'migrations/*.ts'], { cwd: root })
const tree: SourceTree = new Map(
  paths.map((path) => [path.replaceAll(sep, '/'), readFileSync(new URL(path, root), 'utf8')]),
)

describe('the source', () => {
  it('keeps every import in its room and in order', () => {
    expect(tree.size).toBeGreaterThan(100)
    expect(breachesOf(tree)).toEqual([])
  })

  it('loads no chat platform and no job queue before they are asked for', () => {
    const platforms = /^(src\/bots\/(telegram|slack)\/|grammy|@slack\/|src\/db\/queue\/|pg-boss)/
    const loaded = [...loadedWith(tree, 'src/run.ts')]
    expect(loaded).toContain('fastify')
    expect(loaded.filter((name) => platforms.test(name))).toEqual([])
  })
})

describe('the rules', () => {
  const breaches = (files: Record<string, string>) => breachesOf(new Map(Object.entries(files)))

  it.each([
    ['src/domain/money/a.ts', `import { b } from '../time/b.ts'`],
    ['src/domain/money/a.ts', `import b from 'knex'`],
    ['src/domain/money/a.ts', `import type { B } from '../../db/b.ts'`],
    ['src/domain/money/a.ts', `const now = Date.now()`],
    ['src/domain/money/a.ts', `const now = new Date()`],
    ['src/domain/money/a.ts', `const page = await fetch(url)`],
    ['src/domain/budgets/a.ts', `import { b } from '../money/b.ts'`],
    ['src/domain/ports.ts', `import { b } from './money/b.ts'`],
    ['src/db/a.ts', `import { b } from '../api/b.ts'`],
    ['src/api/a.ts', `import type { B } from '../db/b.ts'`],
    ['src/api/a.ts', `export { b } from '../db/b.ts'`],
    ['src/api/a.ts', `const { b } = await import('../db/b.ts')`],
    ['src/api/a.ts', `const url = process.env.DATABASE_URL`],
    ['src/api/a.ts', `import {\n  compose,\n} from '../compose.ts'`],
    ['src/bots/telegram/a.ts', `import { b } from '../slack/b.ts'`],
    ['src/bots/telegram/a.ts', `import { App } from '@slack/bolt'`],
    ['src/bots/conversation/a.ts', `import { b } from '../web/b.ts'`],
    ['src/bots/log.ts', `import { b } from './telegram/b.ts'`],
    ['src/bots/web/page/a.js', `import { b } from '../b.ts'`],
    ['migrations/a.ts', `import { b } from '../src/db/b.ts'`],
  ])('refuses in %s: %s', (path, text) => {
    expect(breaches({ [path]: text })).toHaveLength(1)
  })

  it.each([
    ['src/domain/time/a.ts', `import { b } from '../money/b.ts'`],
    ['src/domain/money/a.ts', `import type { B } from '../expenses/b.ts'`],
    ['src/domain/money/a.ts', `import { createHash } from 'node:crypto'`],
    ['src/domain/money/a.ts', `// unlike Date.now()\nconst then = new Date(now)`],
    ['src/domain/money/a.ts', `type A = {\n  fetch(): void\n}\nconst b = rates.fetch()`],
    ['src/bots/telegram/a.ts', `import { b } from '../conversation/b.ts'`],
    ['src/bots/telegram/a.ts', `import type { Log } from '../log.ts'`],
    ['src/cli/a.ts', `import { compose } from '../compose.ts'`],
    ['src/config.ts', `const url = process.env.DATABASE_URL`],
  ])('accepts in %s: %s', (path, text) => {
    expect(breaches({ [path]: text })).toEqual([])
  })

  it('finds a circle of imports once, but none through types', () => {
    const circle = {
      'src/db/a.ts': `import { b } from './b.ts'`,
      'src/db/b.ts': `import { c } from './c.ts'`,
      'src/db/c.ts': `import { a } from './a.ts'`,
    }
    expect(breaches(circle)).toEqual([
      'src/db/a.ts: imports itself by src/db/a.ts → src/db/b.ts → src/db/c.ts → src/db/a.ts',
    ])
    expect(breaches({ ...circle, 'src/db/c.ts': `import type { A } from './a.ts'` })).toEqual([])
  })
})
