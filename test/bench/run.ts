import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { type EmbeddedDatabase, startEmbedded } from '../../src/db/embedded.ts'
import { migrateToLatest } from '../../src/db/migrate.ts'
import { fillFloor, fillQuits, password } from './data.ts'
import { applyLoad, call, type LoadResult } from './load.ts'
import { loginCall, type Operation, operations, type Person } from './operations.ts'
import { cpuMsOf, cpuMsOfChildren, residentMb, type Server, startServer } from './processes.ts'
import { median, outcomeOf, type Results, type Sample, type StartUp, table } from './report.ts'

/**
 * Quits beside a server written by hand (floor.ts), on one database with the same data, in rounds that
 * take turns. Only ratios and processor time mean anything on a machine that does other things too.
 */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const expenses = Number(options.rows)
const rounds = Number(options.rounds ?? (options.quick ? 1 : 5))
const durationMs = Number(options.seconds ?? (options.quick ? 1 : 3)) * 1000
const chosen = operations.filter(({ name }) => !options.only || name.startsWith(options.only))

/** Code that is still interpreted costs several times as much, so rounds begin when it is compiled. */
const warmUpRequests = 2000
const mostWarmUpMs = options.quick ? 500 : 10_000
const logInsTimed = 30
const starts = options.quick ? 1 : 5
const idleMs = 5_000
/** As many people as connections, each with a group that is mostly their own. */
const peopleAsking = 32

const say = (line: string): boolean => process.stderr.write(`${line}\n`)
const folder = mkdtempSync(join(tmpdir(), 'quits-bench-'))
const main = '../../src/main.ts'

try {
  const results = await measure()
  process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : table(results))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure(): Promise<Results> {
  const embedded = await measureStart(() => startServer(main, environment(null)))
  const database = await startEmbedded({ dataDir: join(folder, 'data') })
  try {
    const client = new pg.Client(database.connection)
    await client.connect()
    await migrateToLatest(database.connection)
    say(`filling in ${expenses} expenses`)
    await fillQuits(client, expenses)
    await fillFloor(client)
    const url = addressOf(database)
    const start = {
      embedded,
      database: await measureStart(() => startServer(main, environment(url))),
      floor: await measureStart(() => startServer('floor.ts', environment(url))),
    }
    const measured = await measureOperations(url, client)
    await client.end()
    return { expenses, ...measured, start }
  } finally {
    await database.stop()
  }
}

function environment(databaseUrl: string | null): Record<string, string> {
  return {
    DATA_DIR: join(folder, databaseUrl ? 'none' : 'start'),
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    ROLES: 'api',
    JWT_SECRET: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'warn',
    RATE_LIMIT_PER_MINUTE: '0',
    LOGIN_LIMIT_PER_MINUTE: '0',
  }
}

/** The first start is not counted: it may still have to make a database, or to compile. */
async function measureStart(start: () => Promise<Server>): Promise<StartUp> {
  say('starting')
  await (await start()).stop()
  const times: number[] = []
  const cpuTimes: number[] = []
  let idleMb = 0
  for (let i = 0; i < starts; i += 1) {
    const server = await start()
    times.push(server.startMs)
    cpuTimes.push(server.startCpuMs)
    if (i === starts - 1) {
      await sleep(idleMs)
      idleMb = residentMb(server.pid)
    }
    await server.stop()
  }
  return { ms: median(times), cpuMs: median(cpuTimes), idleMb }
}

async function measureOperations(
  url: string,
  client: pg.Client,
): Promise<Pick<Results, 'operations' | 'loginTiming' | 'loadedMb'>> {
  const ours = await startServer(main, environment(url))
  const floor = await startServer('floor.ts', environment(url))
  try {
    const postmaster = await postmasterOf(client)
    const outcomes = []
    for (const operation of chosen) {
      say(operation.name)
      outcomes.push(await compare(operation, { ours, floor, postmaster, client }))
    }
    return {
      operations: outcomes,
      loginTiming: await timeLogins(ours),
      loadedMb: { ours: residentMb(ours.pid), floor: residentMb(floor.pid) },
    }
  } finally {
    await ours.stop()
    await floor.stop()
  }
}

type Bench = {
  readonly ours: Server
  readonly floor: Server
  readonly postmaster: number
  readonly client: pg.Client
}

async function compare(operation: Operation, { ours, floor, postmaster, client }: Bench) {
  const people = {
    ours: await signIn(ours, client),
    floor: operation.oursOnly ? [] : await signIn(floor, client),
  }
  const samples = { ours: [] as Sample[], floor: [] as Sample[] }
  const sides = operation.oursOnly ? (['ours'] as const) : (['ours', 'floor'] as const)
  const servers = { ours, floor }
  for (const side of sides) await warmUp(operation, servers[side], people[side])
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      samples[side].push(
        await sample(operation, servers[side], people[side], postmaster, durationMs),
      )
    }
  }
  return outcomeOf(operation, samples)
}

async function warmUp(
  operation: Operation,
  server: Server,
  people: readonly Person[],
): Promise<void> {
  const deadline = performance.now() + mostWarmUpMs
  for (let answered = 0; answered < warmUpRequests && performance.now() < deadline; ) {
    answered += (await load(operation, server, people, 500)).requests
  }
}

function load(
  operation: Operation,
  server: Server,
  people: readonly Person[],
  durationMs: number,
): Promise<LoadResult> {
  return applyLoad({
    port: server.port,
    connections: operation.connections,
    durationMs,
    expectedStatus: operation.status,
    next: (connection) => operation.call(people[connection % people.length]!),
  })
}

async function sample(
  operation: Operation,
  server: Server,
  people: readonly Person[],
  postmaster: number,
  durationMs: number,
): Promise<Sample> {
  const before = { server: cpuMsOf(server.pid), database: cpuMsOfChildren(postmaster) }
  const { requests, seconds, latenciesMs } = await load(operation, server, people, durationMs)
  const percentile = (part: number): number => latenciesMs[Math.floor(part * (requests - 1))] ?? 0
  return {
    requestsPerSecond: requests / seconds,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    serverCpuUs: ((cpuMsOf(server.pid) - before.server) * 1000) / requests,
    databaseCpuUs: ((cpuMsOfChildren(postmaster) - before.database) * 1000) / requests,
  }
}

/** Anew for each operation, because a token ends after a quarter of an hour. */
async function signIn(server: Server, client: pg.Client): Promise<Person[]> {
  const { rows } = await client.query(
    `select u.username, g.id, array_agg(m.user_id order by m.position) as members
     from users u
     join lateral (select group_id as id from group_members join groups on groups.id = group_id
       where user_id = u.id and kind = 'shared' order by group_id limit 1) g on true
     join group_members m on m.group_id = g.id
     group by u.username, u.id, g.id order by hashtext(u.username) limit ${peopleAsking}`,
  )
  const people: Person[] = []
  for (const { username, id, members } of rows) {
    const { status, body } = await call(server.port, loginCall(username, password))
    if (status !== 200) throw new Error(`log-in answered ${status}`)
    const { accessToken } = body as { accessToken: string }
    people.push({ username, token: accessToken, group: { id, members } })
  }
  return people
}

/** Whoever can tell the two apart learns which names exist. */
async function timeLogins(server: Server): Promise<number> {
  const times = { unknown: [] as number[], wrong: [] as number[] }
  for (let i = 0; i < logInsTimed; i += 1) {
    for (const [kind, username] of [
      ['unknown', `stranger${i}`],
      ['wrong', `person${i}`],
    ] as const) {
      const startedAt = performance.now()
      await call(server.port, loginCall(username, 'not the password'))
      times[kind].push(performance.now() - startedAt)
    }
  }
  return median(times.unknown) / median(times.wrong)
}

/** The parent of every backend. */
async function postmasterOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query(
    `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid`,
  )
  return Number(rows[0].pid)
}

function addressOf({ connection }: EmbeddedDatabase): string {
  const { user, password, host, port, database } = connection
  return `postgres://${user}:${password}@${encodeURIComponent(host)}:${port}/${database}`
}
