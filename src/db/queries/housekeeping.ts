import type { Knex } from 'knex'
import type { Housekeeping } from '../../domain/jobs/job-ports.ts'

/** Rows that somebody else holds are left for the next time, so no purge waits for a request. */
export function createHousekeeping(knex: Knex): Housekeeping {
  const deleteSome = async (
    table: string,
    key: string,
    condition: string,
    bindings: Readonly<Record<string, Date | string>>,
    limit: number,
  ): Promise<number> => {
    const { rowCount } = await knex.raw(
      `delete from ${table} where (${key}) in (
         select ${key} from ${table} where ${condition} limit :limit for update skip locked)`,
      { ...bindings, limit },
    )
    return rowCount
  }
  return {
    idempotencyKeys: (end, limit) =>
      deleteSome(
        'idempotency_keys',
        'user_id, key, method, path',
        'expires_at < :end',
        { end },
        limit,
      ),
    sessions: (end, limit) =>
      deleteSome('sessions', 'id', 'least(expires_at, revoked_at) < :end', { end }, limit),
    refreshTokens: (end, limit) =>
      deleteSome('refresh_tokens', 'token_hash', 'issued_at < :end', { end }, limit),
    inboxEntries: (receivedBefore, limit) =>
      deleteSome(
        'chat_inbox',
        'id',
        `state in ('answered', 'failed')
           and received_at < cast(cast(:ends as jsonb) ->> platform as timestamptz)`,
        { ends: JSON.stringify(receivedBefore) },
        limit,
      ),
    throttles: (end, limit) =>
      deleteSome('throttles', 'key_hash', 'window_ends_at < :end', { end }, limit),
    linkCodes: (end, limit) => deleteSome('link_codes', 'id', 'expires_at < :end', { end }, limit),
    accountTokens: (end, limit) =>
      deleteSome('account_tokens', 'token_hash', 'expires_at < :end', { end }, limit),
    invites: (end, limit) =>
      deleteSome(
        'group_invites',
        'token_hash',
        'least(expires_at, revoked_at) < :end',
        { end },
        limit,
      ),
    rateBuckets: (end, limit) =>
      deleteSome(
        'rate_buckets',
        'key_hash, window_starts_at',
        'window_starts_at < :end',
        { end },
        limit,
      ),
  }
}
