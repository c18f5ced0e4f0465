import type { Knex } from 'knex'

/** One-time codes that join a chat identity to an account, and who tried how many wrong ones. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table link_codes (
      id uuid not null,
      code_hash bytea not null,
      purpose text not null,
      user_id uuid not null,
      identity_id uuid,
      entered_by uuid,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      constraint link_codes_pkey primary key (id),
      constraint link_codes_code_hash_unique unique (code_hash),
      constraint link_codes_user_id_fkey foreign key (user_id) references users (id),
      constraint link_codes_entered_by_fkey foreign key (entered_by) references users (id),
      constraint link_codes_identity_id_fkey foreign key (identity_id) references identities (id) on delete cascade,
      constraint link_codes_purpose_check check (purpose in ('for-chat', 'for-account')),
      constraint link_codes_identity_check check ((purpose = 'for-account') = (identity_id is not null))
    );
    create index link_codes_user_id_index on link_codes (user_id);
    create index link_codes_expires_at_index on link_codes (expires_at);
    comment on column link_codes.purpose is 'for-chat: made by an account, sent to the bot. for-account: made by the bot, entered in an account and then confirmed in the chat';

    create table link_attempts (
      user_id uuid not null,
      wrong_codes integer not null,
      window_ends_at timestamptz not null,
      constraint link_attempts_pkey primary key (user_id),
      constraint link_attempts_user_id_fkey foreign key (user_id) references users (id)
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table link_attempts; drop table link_codes;')
}
