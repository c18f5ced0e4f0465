import type { Knex } from 'knex'

/**
 * Links by which somebody joins a group, or claims a guest of it. Whoever holds a link knows neither
 * the group nor its id, so this is a small reference table: found by the hash of the token alone,
 * and, unlike what a group owns, not keyed by group_id.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table group_invites (
      token_hash bytea not null,
      id uuid not null,
      group_id uuid not null,
      role text not null,
      guest_user_id uuid,
      most_uses integer,
      uses integer not null default 0,
      created_by uuid not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      revoked_at timestamptz,
      constraint group_invites_pkey primary key (token_hash),
      constraint group_invites_id_unique unique (id),
      constraint group_invites_guest_user_id_fkey foreign key (guest_user_id) references users (id),
      constraint group_invites_created_by_fkey foreign key (created_by) references users (id),
      constraint group_invites_role_check check (role in ('admin', 'member', 'viewer')),
      constraint group_invites_uses_check check (uses >= 0 and uses <= most_uses)
    );
    create index group_invites_group_id_index on group_invites (group_id, id);
    comment on column group_invites.guest_user_id is 'the guest whose place and entries the person who follows the link takes over';
    comment on column group_invites.most_uses is 'null: any number of people until it expires';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table group_invites;')
}
