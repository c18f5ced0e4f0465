import type { Knex } from 'knex'

/** What each caller used up in a minute. Unlogged: a crash may forget it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create unlogged table rate_buckets (
      key_hash bytea not null,
      window_starts_at timestamptz not null,
      used bigint not null,
      constraint rate_buckets_pkey primary key (key_hash, window_starts_at)
    );
    create index rate_buckets_window_starts_at_index on rate_buckets (window_starts_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table rate_buckets')
}
