import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'
import { conflict, DomainError, invalid, LostRace, unavailable } from '../domain/errors.ts'
import type { Clock, Ids, RequestKey, StoredAnswer, UnitOfWork } from '../domain/ports.ts'
import { createTransaction } from './transaction.ts'

const mostTries = 12
const longestPauseMs = 400
const keyHours = 48

type Ports = { readonly clock: Clock; readonly ids: Ids }

/**
 * Transactions on PostgreSQL. Work that lost against another transaction (serialization failure,
 * deadlock) is tried again, so it must have no effect outside the transaction.
 */
export function createUnitOfWork(knex: Knex, ports: Ports): UnitOfWork {
  const run: UnitOfWork['run'] = (work) =>
    retrying(() => knex.transaction((trx) => work(createTransaction(trx, ports))))

  return {
    run,
    once: (key, work) =>
      retrying(() =>
        knex.transaction(async (trx) => {
          const now = ports.clock.now()
          if (!(await claimKey(trx, key, now)))
            return { ...(await storedAnswer(trx, key)), replayed: true }
          const answer = await work(createTransaction(trx, ports))
          await storeAnswer(trx, key, answer)
          return { ...answer, replayed: false }
        }),
      ),
  }
}

/** Full jitter, because transactions that collided once would collide again in step. */
async function retrying<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isLostRace(error)) throw error
      if (attempt === mostTries) {
        throw unavailable('too-busy', 'Too many changes at once. Nothing was changed; try again.')
      }
      await sleep(Math.random() * Math.min(longestPauseMs, 5 * 2 ** attempt))
    }
  }
}

function isLostRace(error: unknown): boolean {
  if (error instanceof LostRace) return true
  const { code, nativeError } = error as { code?: string; nativeError?: { code?: string } }
  return ['40001', '40P01'].includes(code ?? nativeError?.code ?? '')
}

/** A twin that is still running holds the row: wait for it two seconds, as long as PRODUCT promises. */
async function claimKey(trx: Knex.Transaction, key: RequestKey, now: Date): Promise<boolean> {
  try {
    const claimed = await trx.raw(
      `insert into idempotency_keys (user_id, method, path, key, fingerprint, created_at, expires_at)
       select :userId, :method, :path, :key, :fingerprint, cast(:now as timestamptz),
              cast(:now as timestamptz) + :hours * interval '1 hour'
       from (select set_config('lock_timeout', '2000ms', true)) as limited
       on conflict (user_id, key, method, path) do update
         set fingerprint = excluded.fingerprint, status = null, answer = null,
             created_at = excluded.created_at, expires_at = excluded.expires_at
         where idempotency_keys.expires_at < excluded.created_at
       returning key`,
      { ...key, now, hours: keyHours },
    )
    return claimed.rows.length === 1
  } catch (error) {
    if (error instanceof DomainError && (error.cause as { code?: string })?.code === '55P03') {
      throw conflict(
        'request-running',
        'The same request is still running. Ask again in a moment for its answer.',
      )
    }
    throw error
  }
}

async function storedAnswer(trx: Knex.Transaction, key: RequestKey): Promise<StoredAnswer> {
  const row = await trx('idempotency_keys')
    .where({ user_id: key.userId, key: key.key, method: key.method, path: key.path })
    .first('fingerprint', 'status', 'answer')
  if (!row.fingerprint.equals(key.fingerprint)) {
    throw invalid(
      'key-reused',
      'This Idempotency-Key was used for a request with another body. Use a new key.',
    )
  }
  return { status: row.status, body: row.answer }
}

async function storeAnswer(
  trx: Knex.Transaction,
  key: RequestKey,
  answer: StoredAnswer,
): Promise<void> {
  await trx.raw(
    `update idempotency_keys set status = :status, answer = :answer
     where user_id = :userId and key = :key and method = :method and path = :path`,
    { ...key, status: answer.status, answer: JSON.stringify(answer.body) },
  )
}
