import type { Knex } from 'knex'

/** Who somebody is in a chat, and which group a chat keeps its books in. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identities (
      id uuid not null,
      user_id uuid not null,
      platform text not null,
      tenant text not null,
      external_id text not null,
      username text,
      display_name text not null,
      can_dm boolean not null default false,
      created_at timestamptz not null,
      last_seen_at timestamptz,
      constraint identities_pkey primary key (id),
      constraint identities_external_unique unique (platform, tenant, external_id),
      constraint identities_user_id_fkey foreign key (user_id) references users (id),
      constraint identities_platform_check check (platform in ('telegram', 'slack', 'web'))
    );
    create index identities_user_id_index on identities (user_id);
    comment on column identities.tenant is 'the Telegram bot, the Slack workspace or enterprise: external ids mean something only within it';
    comment on column identities.username is 'a hint for finding somebody mentioned by name; it can change hands, so it never proves who somebody is';

    create table chat_spaces (
      id uuid not null,
      platform text not null,
      tenant text not null,
      external_id text not null,
      group_id uuid not null,
      title text not null,
      active boolean not null default true,
      created_at timestamptz not null,
      constraint chat_spaces_pkey primary key (id),
      constraint chat_spaces_external_unique unique (platform, tenant, external_id),
      constraint chat_spaces_platform_check check (platform in ('telegram', 'slack', 'web'))
    );
    create index chat_spaces_group_id_index on chat_spaces (group_id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table chat_spaces; drop table identities;')
}
