import type { Knex } from 'knex'
import type { RateBuckets } from '../../domain/accounts/account-ports.ts'

export function createRateBuckets(knex: Knex): RateBuckets {
  return {
    async add(keyHash, windowStartsAt, used) {
      const { rows } = await knex.raw<{ rows: { used: string }[] }>(
        `insert into rate_buckets as bucket (key_hash, window_starts_at, used)
         values (:keyHash, :windowStartsAt, :used)
         on conflict (key_hash, window_starts_at) do update set used = bucket.used + excluded.used
         returning used`,
        { keyHash, windowStartsAt, used },
      )
      return Number(rows[0]!.used)
    },
  }
}
