import type { Knex } from 'knex'

/** People, their log-in sessions and the refresh tokens that keep a session alive. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table users (
      id uuid not null,
      username text,
      username_key text,
      email text,
      email_key text,
      password_hash text,
      display_name text not null,
      is_guest boolean not null default false,
      role text not null default 'user',
      locale text not null,
      time_zone text not null,
      default_currency char(3) not null,
      personal_group_id uuid,
      token_version integer not null default 0,
      merged_into_id uuid,
      disabled_at timestamptz,
      deleted_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint users_pkey primary key (id),
      constraint users_username_key_unique unique (username_key),
      constraint users_email_key_unique unique (email_key),
      constraint users_merged_into_id_fkey foreign key (merged_into_id) references users (id),
      constraint users_role_check check (role in ('user', 'admin')),
      constraint users_display_name_check check (char_length(display_name) between 1 and 100),
      constraint users_login_check check ((username is null) = (username_key is null) and (email is null) = (email_key is null)),
      constraint users_personal_group_check check (is_guest = (personal_group_id is null))
    );

    create table sessions (
      id uuid not null,
      user_id uuid not null,
      user_agent text not null default '',
      created_at timestamptz not null,
      last_used_at timestamptz not null,
      expires_at timestamptz not null,
      revoked_at timestamptz,
      constraint sessions_pkey primary key (id),
      constraint sessions_user_id_fkey foreign key (user_id) references users (id)
    );
    create index sessions_user_id_index on sessions (user_id);

    create table refresh_tokens (
      token_hash bytea not null,
      session_id uuid not null,
      issued_at timestamptz not null,
      used_at timestamptz,
      successor_hash bytea,
      constraint refresh_tokens_pkey primary key (token_hash),
      constraint refresh_tokens_session_id_fkey foreign key (session_id) references sessions (id) on delete cascade
    );
    create index refresh_tokens_session_id_index on refresh_tokens (session_id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table refresh_tokens; drop table sessions; drop table users;')
}
