import type { Knex } from 'knex'

/** Long-lived tokens that people give to their own programs. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table access_tokens (
      id uuid not null,
      user_id uuid not null,
      token_hash bytea not null,
      name text not null,
      scopes text[] not null,
      group_ids uuid[],
      created_at timestamptz not null,
      expires_at timestamptz,
      last_used_at timestamptz,
      constraint access_tokens_pkey primary key (id),
      constraint access_tokens_token_hash_unique unique (token_hash),
      constraint access_tokens_user_id_fkey foreign key (user_id) references users (id),
      constraint access_tokens_name_check check (char_length(name) between 1 and 100),
      constraint access_tokens_scopes_check
        check (cardinality(scopes) > 0 and scopes <@ array['read', 'write', 'groups', 'webhooks', 'admin'])
    );
    create index access_tokens_user_id_index on access_tokens (user_id);
    comment on column access_tokens.group_ids is 'the only groups it reaches; null: all of the person''s';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table access_tokens')
}
