import type { Knex } from 'knex'

/** How often somebody tried to log in and the like; rows are short-lived and lost with no harm. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table throttles (
      key_hash bytea not null,
      attempts integer not null,
      window_ends_at timestamptz not null,
      constraint throttles_pkey primary key (key_hash)
    );
    create index throttles_window_ends_at_index on throttles (window_ends_at);
    comment on column throttles.key_hash is 'SHA-256 of what is tried, and for which login or from which address';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table throttles')
}
