import { PgBoss } from 'pg-boss'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createHousekeeping } from '../../src/db/queries/housekeeping.ts'
import { createWorker } from '../../src/db/queue/worker.ts'
import { type Job, type JobPorts, jobs } from '../../src/domain/jobs/catalogue.ts'
import { freePort } from '../support/free-port.ts'
import { openWorkspace, type Workspace } from '../support/workspace.ts'

type Line = { level: string; message: string } & Record<string, unknown>

const now = '2026-11-20T12:00:00Z'
const waiting = { timeout: 15_000, interval: 50 }

let workspace: Workspace
const cleanUps: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  workspace = await openWorkspace()
  workspace.clock.set(now)
})

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

afterAll(() => workspace.close())

function recordingLog() {
  const lines: Line[] = []
  const write = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, ...fields })
  }
  return { lines, info: write('info'), warn: write('warn'), error: write('error') }
}

/** Runs a job of the catalogue at once; gives back its log and the size of each batch. */
async function runNow(name: string) {
  const log = recordingLog()
  const batches: number[] = []
  const housekeeping = Object.fromEntries(
    Object.entries(createHousekeeping(workspace.knex)).map(([what, deleteSome]) => [
      what,
      async (end: never, limit: number) => {
        const deleted = await deleteSome(end, limit)
        batches.push(deleted)
        return deleted
      },
    ]),
  ) as JobPorts['housekeeping']
  const { ledger } = workspace.reads
  await jobs
    .find((job) => job.name === name)!
    .run({ ledger, housekeeping, clock: workspace.clock, log })
  return { lines: log.lines, batches }
}

const left = async (table: string, column: string): Promise<unknown[]> =>
  (await workspace.knex(table).orderBy(column).pluck(column)) as unknown[]

describe('a purge', () => {
  it('deletes expired idempotency keys, a thousand at a time', async () => {
    const { user } = await workspace.person('Ann')
    await workspace.knex.raw(
      `insert into idempotency_keys (user_id, method, path, key, fingerprint, created_at, expires_at)
       select cast(:user as uuid), 'POST', '/expenses', 'old ' || n, cast('\\x00' as bytea), cast(:now as timestamptz), cast(:now as timestamptz) - interval '1 second'
       from generate_series(1, 2500) n
       union all
       select :user, 'POST', '/expenses', 'fresh', '\\x00', :now, cast(:now as timestamptz) + interval '1 second'`,
      { user: user.id, now },
    )
    const { lines, batches } = await runNow('idempotency.purge')
    expect(await left('idempotency_keys', 'key')).toEqual(['fresh'])
    expect(batches).toEqual([1000, 1000, 500])
    expect(lines).toEqual([
      { level: 'info', message: 'old rows deleted', job: 'idempotency.purge', deleted: 2500 },
    ])
  })

  it('leaves a row that somebody holds for the next time', async () => {
    const { user } = await workspace.person('Ann')
    const insert = (key: string) =>
      workspace.knex('idempotency_keys').insert({
        ...{ user_id: user.id, method: 'POST', path: '/groups', key, fingerprint: Buffer.of(0) },
        ...{ created_at: '2026-11-01', expires_at: '2026-11-03' },
      })
    await insert('held')
    await insert('free')
    await workspace.knex.transaction(async (trx) => {
      await trx('idempotency_keys').where({ key: 'held' }).forUpdate()
      await runNow('idempotency.purge')
    })
    const kept = await left('idempotency_keys', 'key')
    expect(kept).toContain('held')
    expect(kept).not.toContain('free')
  })

  it('deletes counts of attempts an hour after their minute', async () => {
    const count = (key: string, endsAt: string) =>
      workspace.knex('throttles').insert({
        ...{ key_hash: Buffer.from(key), attempts: 1, window_ends_at: endsAt },
      })
    await count('old', '2026-11-20T10:59:59Z')
    await count('young', '2026-11-20T11:00:01Z')
    await runNow('throttles.purge')
    const kept = (await left('throttles', 'key_hash')) as Buffer[]
    expect(kept.map(String)).toEqual(['young'])
  })

  it('deletes sessions thirty days after their end, and tokens as old', async () => {
    const { user } = await workspace.person('Ann')
    const session = async (agent: string, expiresAt: string, revokedAt: string | null) => {
      const [row] = await workspace
        .knex('sessions')
        .insert({
          ...{ id: workspace.knex.raw('gen_random_uuid()'), user_id: user.id, user_agent: agent },
          ...{ created_at: '2026-09-01', last_used_at: '2026-09-01' },
          ...{ expires_at: expiresAt, revoked_at: revokedAt },
        })
        .returning('id')
      return row.id as string
    }
    const token = (sessionId: string, text: string, issuedAt: string) =>
      workspace.knex('refresh_tokens').insert({
        ...{ token_hash: Buffer.from(text), session_id: sessionId, issued_at: issuedAt },
      })
    await token(await session('expired', '2026-10-21T11:59:59Z', null), 'gone', '2026-11-19')
    await session('revoked', '2026-12-31', '2026-10-21T11:59:59Z')
    await session('revoked lately', '2026-12-31', '2026-10-21T12:00:01Z')
    const open = await session('open', '2026-11-21', null)
    await token(open, 'old', '2026-10-21T11:59:59Z')
    await token(open, 'young', '2026-10-21T12:00:01Z')
    await runNow('sessions.purge')
    expect(await left('sessions', 'user_agent')).toEqual(['open', 'revoked lately'])
    const tokens = (await left('refresh_tokens', 'token_hash')) as Buffer[]
    expect(tokens.map(String)).toEqual(['young'])
  })

  it('deletes served messages, but keeps what a platform may repeat and the page shows', async () => {
    const message = (platform: string, state: string, receivedAt: string) =>
      workspace.knex('chat_inbox').insert({
        ...{ id: workspace.knex.raw('gen_random_uuid()'), platform, tenant: '', chat_id: '1' },
        ...{ delivery_key: `${platform} ${state} ${receivedAt}`, payload: '{}', state },
        ...{ received_at: receivedAt, due_at: receivedAt },
      })
    const [before, after] = ['2026-11-18T11:59:59Z', '2026-11-18T12:00:01Z']
    for (const platform of ['telegram', 'slack', 'web']) {
      for (const state of ['received', 'handled', 'answered', 'failed']) {
        await message(platform, state, before)
      }
      await message(platform, 'answered', after)
    }
    await message('web', 'answered', '2026-10-21T11:59:59Z')
    await runNow('inbox.purge')
    expect(await left('chat_inbox', 'delivery_key')).toEqual([
      `slack answered ${after}`,
      `slack handled ${before}`,
      `slack received ${before}`,
      `telegram answered ${after}`,
      `telegram handled ${before}`,
      `telegram received ${before}`,
      `web answered ${before}`,
      `web answered ${after}`,
      `web failed ${before}`,
      `web handled ${before}`,
      `web received ${before}`,
    ])
  })

  it('deletes link codes and invites a week after their end', async () => {
    const { user, actor } = await workspace.person('Ann')
    const group = await workspace.group([{ actor }])
    const [before, after] = ['2026-11-13T11:59:59Z', '2026-11-13T12:00:01Z']
    const code = (text: string, expiresAt: string) =>
      workspace.knex('link_codes').insert({
        ...{ id: workspace.knex.raw('gen_random_uuid()'), code_hash: Buffer.from(text) },
        ...{ purpose: 'for-chat', user_id: user.id, created_at: before, expires_at: expiresAt },
      })
    const invite = (text: string, expiresAt: string, revokedAt: string | null) =>
      workspace.knex('group_invites').insert({
        ...{ id: workspace.knex.raw('gen_random_uuid()'), token_hash: Buffer.from(text) },
        ...{ group_id: group.id, role: 'member', created_by: user.id, created_at: before },
        ...{ expires_at: expiresAt, revoked_at: revokedAt },
      })
    await code('expired', before)
    await code('expired lately', after)
    await invite('expired', before, null)
    await invite('revoked', '2027-01-01', before)
    await invite('revoked lately', '2027-01-01', after)
    await invite('open', '2027-01-01', null)
    await runNow('links.purge')
    expect((await left('link_codes', 'code_hash')).map(String)).toEqual(['expired lately'])
    expect((await left('group_invites', 'token_hash')).map(String)).toEqual([
      'open',
      'revoked lately',
    ])
  })
})

describe('the nightly verification', () => {
  it('names the group of a difference, and no amount', async () => {
    const ann = await workspace.person('Ann')
    const group = await workspace.group([ann])
    expect((await runNow('ledger.verify')).lines).toMatchObject([
      { level: 'info', message: 'ledger verified' },
    ])
    await workspace.knex('balances').insert({
      ...{ group_id: group.id, user_id: ann.user.id, currency: 'EUR', amount: '12.34' },
    })
    const { lines } = await runNow('ledger.verify')
    expect(lines).toEqual([
      {
        level: 'error',
        message: 'ledger differs from its rows',
        differences: 1,
        isComplete: true,
        groupIds: [group.id],
      },
    ])
    expect(JSON.stringify(lines)).not.toContain('12.34')
  })
})

describe('the worker', () => {
  const startWorker = async (ours: readonly Job[]) => {
    const log = recordingLog()
    const { connection } = workspace.database
    const { clock } = workspace
    const worker = createWorker({ connection, jobs: ours, clock, log, pollSeconds: 0.5 })
    cleanUps.push(worker.stop)
    await worker.start()
    await vi.waitFor(() => expect(log.lines).toHaveLength(1), waiting)
    expect(log.lines.splice(0)).toMatchObject([{ message: 'job queue started' }])
    return log
  }

  /** To send jobs and see their state; it runs none itself. */
  const openQueue = async () => {
    const boss = new PgBoss({
      ...workspace.database.connection,
      ...{ schedule: false, supervise: false, migrate: false, max: 1 },
    })
    boss.on('error', () => {})
    cleanUps.push(() => boss.stop({ graceful: false }))
    await boss.start()
    return boss
  }

  const jobsIn = (name: string) => workspace.knex('pgboss.job').where({ name })
  const inState = (name: string, state: string) =>
    vi.waitFor(async () => expect(await jobsIn(name)).toMatchObject([{ state }]), waiting)

  it('registers every job of the catalogue once, however many processes there are', async () => {
    await Promise.all([startWorker(jobs), startWorker(jobs)])
    const { rows } = await workspace.knex.raw(
      `select name, cron, timezone from pgboss.schedule order by name`,
    )
    expect(rows).toEqual(
      jobs
        .map(({ name, schedule }) => ({ name, cron: schedule, timezone: 'UTC' }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    )
  })

  it('runs a job once among several processes, and queues no second one beside it', async () => {
    const runs: string[] = []
    const job = (process: string): Job => ({
      ...{ name: 'test.once', schedule: '0 0 1 1 *' },
      run: async () => {
        runs.push(process)
      },
    })
    await startWorker([job('one')])
    await startWorker([job('two')])
    const queue = await openQueue()
    const sent = await Promise.all([queue.send('test.once'), queue.send('test.once')])
    expect(sent.filter(Boolean)).toHaveLength(1)
    await inState('test.once', 'completed')
    expect(runs).toHaveLength(1)
  })

  it('says when a job failed, and leaves it to be tried again', async () => {
    const log = await startWorker([
      {
        ...{ name: 'test.failing', schedule: '0 0 1 1 *' },
        run: () => Promise.reject(new Error('no luck')),
      },
    ])
    await (await openQueue()).send('test.failing')
    await inState('test.failing', 'retry')
    expect(log.lines).toEqual([
      { level: 'error', message: 'job failed', job: 'test.failing', reason: 'no luck' },
    ])
  })

  it('goes on when the database cuts its connections', async () => {
    let runs = 0
    const name = 'test.outage'
    const run = async () => {
      runs += 1
    }
    await startWorker([{ name, schedule: '0 0 1 1 *', run }])
    const { rowCount } = await workspace.knex.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'quits-jobs' and datname = current_database()`,
    )
    expect(rowCount).toBeGreaterThan(0)
    await (await openQueue()).send(name)
    await inState(name, 'completed')
    expect(runs).toBe(1)
  })

  it('waits for a database that is away, and still leaves at once', async () => {
    const log = recordingLog()
    const { clock } = workspace
    const connection = {
      ...workspace.database.connection,
      host: '127.0.0.1',
      port: await freePort(),
    }
    const worker = createWorker({ connection, jobs, clock, log })
    await worker.start()
    await vi.waitFor(() => expect(log.lines.length).toBeGreaterThan(1), waiting)
    expect(log.lines[0]).toMatchObject({ level: 'warn', message: 'job queue did not start' })
    const begun = performance.now()
    await worker.stop()
    expect(performance.now() - begun).toBeLessThan(1_000)
  })
})
