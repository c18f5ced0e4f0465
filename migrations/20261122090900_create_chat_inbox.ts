import type { Knex } from 'knex'

/**
 * Everything a chat platform delivered, stored once under the delivery's key before it is worked on.
 * received -> handled (effect and reply stored in one transaction) -> answered (reply sent); or failed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table chat_inbox (
      id uuid not null,
      platform text not null,
      tenant text not null,
      delivery_key text not null,
      chat_id text not null,
      payload jsonb not null,
      state text not null default 'received',
      reply jsonb,
      attempts integer not null default 0,
      due_at timestamptz not null,
      last_error text,
      received_at timestamptz not null,
      answered_at timestamptz,
      constraint chat_inbox_pkey primary key (id),
      constraint chat_inbox_delivery_unique unique (platform, tenant, delivery_key),
      constraint chat_inbox_state_check check (state in ('received', 'handled', 'answered', 'failed'))
    );
    create index chat_inbox_open_index on chat_inbox (due_at) where state in ('received', 'handled');
    create index chat_inbox_chat_index on chat_inbox (platform, tenant, chat_id, id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table chat_inbox;')
}
