import type { Knex } from 'knex'

/** What happened in each group, in order; and which requests were answered already. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table events (
      group_id uuid not null,
      seq bigint not null,
      id uuid not null,
      type text not null,
      actor_id uuid not null,
      source text not null,
      subject_type text not null,
      subject_id uuid not null,
      subject_version integer not null,
      data jsonb not null,
      created_at timestamptz not null,
      constraint events_pkey primary key (group_id, seq),
      constraint events_group_id_fkey foreign key (group_id) references groups (id),
      constraint events_actor_id_fkey foreign key (actor_id) references users (id),
      constraint events_source_check check (source in ('api', 'telegram', 'slack', 'web', 'import', 'recurrence'))
    );
    create index events_subject_index on events (group_id, subject_id, seq);

    create table idempotency_keys (
      user_id uuid not null,
      method text not null,
      path text not null,
      key text not null,
      fingerprint bytea not null,
      status smallint,
      answer json,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      constraint idempotency_keys_pkey primary key (user_id, key, method, path),
      constraint idempotency_keys_user_id_fkey foreign key (user_id) references users (id)
    );
    create index idempotency_keys_expires_at_index on idempotency_keys (expires_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table idempotency_keys; drop table events;')
}
