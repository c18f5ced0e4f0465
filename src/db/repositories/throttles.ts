import type { Knex } from 'knex'
import type { Throttles } from '../../domain/accounts/account-ports.ts'

/** Beyond every limit that can be set, and far from overflowing. */
const mostCounted = 1_000_000

/** On the pool, so that a count stays when the request it counts is refused and rolled back. */
export function createThrottles(knex: Knex): Throttles {
  return {
    async count(keyHashes, windowSeconds) {
      const { rows } = await knex.raw(
        `insert into throttles as t (key_hash, attempts, window_ends_at)
         select key_hash, 1, now() + :windowSeconds * interval '1 second'
         from unnest(cast(:keyHashes as bytea[])) as key_hash order by key_hash
         on conflict (key_hash) do update set
           attempts = case when t.window_ends_at <= now() then 1 else least(t.attempts + 1, :mostCounted) end,
           window_ends_at = case when t.window_ends_at <= now() then excluded.window_ends_at else t.window_ends_at end
         returning attempts, extract(epoch from window_ends_at - now())::float8 as seconds`,
        { keyHashes: [...keyHashes], windowSeconds, mostCounted },
      )
      return rows.map((row: { attempts: number; seconds: number }) => ({
        attempts: row.attempts,
        secondsLeft: Math.max(0, row.seconds),
      }))
    },
  }
}
