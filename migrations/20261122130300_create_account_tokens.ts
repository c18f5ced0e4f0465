import type { Knex } from 'knex'

/** One-time secrets about accounts: to set a new password, to verify an address, to register. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table account_tokens (
      token_hash bytea not null,
      purpose text not null,
      user_id uuid not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      constraint account_tokens_pkey primary key (token_hash),
      constraint account_tokens_user_id_fkey foreign key (user_id) references users (id),
      constraint account_tokens_purpose_check check (purpose in ('reset-password', 'verify-email', 'register'))
    );
    create index account_tokens_user_id_index on account_tokens (user_id);
    create index account_tokens_expires_at_index on account_tokens (expires_at);
    comment on column account_tokens.user_id is 'whose password or address it is about; register: the admin who invites';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table account_tokens')
}
