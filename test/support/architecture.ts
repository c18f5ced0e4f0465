import { dirname, join } from 'node:path/posix'

/** Source files by their path from the root of the project, such as `src/api/app.ts`. */
export type SourceTree = ReadonlyMap<string, string>

type Import = {
  readonly from: string
  /** The path of a file of ours, or the name of a package. */
  readonly to: string
  readonly ours: boolean
  /** `type`: gone at run time. `lazy`: an `import()`, loaded when that line runs. */
  readonly when: 'start' | 'lazy' | 'type'
}

/** Left to right: a folder of the domain uses only what stands before it. */
export const domainOrder: readonly string[] = [
  ...['money', 'time', 'ledger', 'accounts', 'groups', 'settlements', 'expenses'],
  ...['people', 'reports', 'parsing', 'webhooks', 'jobs'],
]

const packagesOf: Readonly<Record<string, readonly string[]>> = {
  domain: ['node:crypto', 'node:assert'],
  db: ['node:', 'knex', 'objection', 'pg', 'pg-boss'],
  api: [
    'node:',
    'fastify',
    '@fastify/',
    'typebox',
    'ajv',
    '@node-rs/argon2',
    '@scalar/',
    'nodemailer',
  ],
  bots: ['node:'],
  'bots/conversation': ['node:'],
  'bots/web': ['node:', 'fastify', '@fastify/', 'typebox'],
  'bots/telegram': ['node:', 'fastify', 'grammy', '@grammyjs/'],
  'bots/slack': ['node:', 'fastify', '@slack/'],
}

/** What the chat platforms, which never see each other, have in common. */
const platformShare = ['bots', 'bots/conversation']
const sharedBy: Readonly<Record<string, readonly string[]>> = {
  'bots/conversation': ['bots'],
  'bots/web': platformShare,
  'bots/telegram': platformShare,
  'bots/slack': platformShare,
}

/** Where the rooms are put together. */
const entrance: readonly string[] = ['src/main.ts', 'src/run.ts', 'src/compose.ts']

const impure: Readonly<Record<string, RegExp>> = {
  'Date.now': /\bDate\.now\b/,
  'new Date()': /\bnew Date(?!\s*\(\s*[^)\s])/,
  process: /\bprocess\./,
  // A port may have a method of that name; the global function is what is meant.
  fetch: /(?<![.\w]|^\s*)fetch\s*\(|\bglobalThis\b/m,
  'Math.random': /\bMath\.random\b/,
  'a timer': /\bset(Timeout|Interval|Immediate)\b/,
}

/** Every breach of the rules about rooms, each as `file: what is wrong`. */
export function breachesOf(tree: SourceTree): string[] {
  const imports = [...tree].flatMap(([path, text]) => importsOf(path, text))
  return [
    ...imports.flatMap((line) => {
      const fault = faultOf(line)
      return fault ? [`${line.from}: ${fault}`] : []
    }),
    ...[...tree].flatMap(([path, text]) => impurities(path, withoutComments(text))),
    ...cyclesOf(imports).map((cycle) => `${cycle[0]}: imports itself by ${cycle.join(' → ')}`),
  ]
}

/** What is loaded as soon as the file at `start` is. */
export function loadedWith(tree: SourceTree, start: string): ReadonlySet<string> {
  const loaded = new Set<string>()
  const load = (path: string): void => {
    if (loaded.has(path)) return
    loaded.add(path)
    for (const { to, when } of importsOf(path, tree.get(path) ?? '')) if (when === 'start') load(to)
  }
  load(start)
  return loaded
}

function importsOf(path: string, source: string): Import[] {
  // In JavaScript, types are imported inside comments.
  const text = withoutComments(source)
  const line = (name: string, when: Import['when']): Import => {
    const ours = name.startsWith('.')
    return { from: path, to: ours ? join(dirname(path), name) : name, ours, when }
  }
  const statements = text.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[\w$*{},\s]+?\s+from\s+)?'([^']+)'/gm,
  )
  return [
    ...[...statements].map(([, type, name]) => line(name!, type ? 'type' : 'start')),
    ...[...text.matchAll(/\bimport\(\s*'([^']+)'/g)].map(([, name]) => line(name!, 'lazy')),
  ]
}

function faultOf({ from, to, ours, when }: Import): string | undefined {
  const room = roomOf(from)
  if (!ours) {
    const allowed = packagesOf[room]
    if (!allowed || allowed.some((name) => isOf(name, to))) return undefined
    return `${room} does not use ${to}`
  }
  if (entrance.includes(to)) {
    const isAllowed = entrance.includes(from) || room === 'cli'
    return isAllowed ? undefined : `only the entrance and cli import ${to}`
  }
  if (from.startsWith('migrations/')) return 'a migration is frozen and imports no code of ours'
  if (room === 'domain') return domainFault(from, to, when)
  if (from.startsWith('src/bots/web/page/') && !to.startsWith('src/bots/web/page/')) {
    return `the browser cannot load ${to}`
  }
  if (!packagesOf[room]) return undefined
  const other = roomOf(to)
  const allowed = ['domain', room, ...(sharedBy[room] ?? [])]
  return allowed.includes(other) ? undefined : `${room} does not import ${to}`
}

function domainFault(from: string, to: string, when: Import['when']): string | undefined {
  if (roomOf(to) !== 'domain') return `the domain does not import ${to}`
  const [folder, other] = [domainFolder(from), domainFolder(to)]
  for (const name of [folder, other]) {
    if (name && !domainOrder.includes(name)) return `${name} has no place in domainOrder yet`
  }
  if (when === 'type' || !other || folder === other) return undefined
  if (!folder) return `what every folder shares does not import ${to}`
  if (domainOrder.indexOf(other) < domainOrder.indexOf(folder)) return undefined
  return `${folder} stands left of ${other} and does not import ${to}`
}

function impurities(path: string, text: string): string[] {
  const found = Object.entries(impure).filter(([, pattern]) => pattern.test(text))
  if (roomOf(path) === 'domain') return found.map(([name]) => `${path}: the domain has no ${name}`)
  if (!path.startsWith('src/') || path === 'src/config.ts' || !/\bprocess\.env\b/.test(text)) {
    return []
  }
  return [`${path}: only src/config.ts reads process.env`]
}

/** Circles among what is loaded at start, each once, from its first file in the alphabet. */
function cyclesOf(imports: readonly Import[]): string[][] {
  const next = Map.groupBy(
    imports.filter(({ ours, when }) => ours && when === 'start'),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const cycles = new Map<string, string[]>()
  const visit = (path: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(path)
    if (seenAt >= 0) {
      const circle = trail.slice(seenAt)
      cycles.set(circle.toSorted().join(), [...circle, path])
    } else if (!done.has(path)) {
      for (const { to } of next.get(path) ?? []) visit(to, [...trail, path])
      done.add(path)
    }
  }
  for (const path of [...next.keys()].toSorted()) visit(path, [])
  return [...cycles.values()]
}

/** `domain`, `db`, `api`, `bots/telegram`, `cli`, …; a file directly in src is a room of its own. */
function roomOf(path: string): string {
  const [top = '', room = '', inner = ''] = path.split('/')
  if (top !== 'src') return top
  return room === 'bots' && !inner.endsWith('.ts') ? `bots/${inner}` : room
}

function domainFolder(path: string): string | undefined {
  const parts = path.split('/')
  return parts.length > 3 ? parts[2] : undefined
}

/** `fastify` stands for itself and what lies below it, `@fastify/` and `node:` for all that begin so. */
function isOf(allowed: string, name: string): boolean {
  if (/[/:]$/.test(allowed)) return name.startsWith(allowed)
  return name === allowed || name.startsWith(`${allowed}/`)
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, '')
}
