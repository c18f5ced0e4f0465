import type { Knex } from 'knex'

/**
 * Groups and who belongs to them. A group's id is the key by which everything it owns is spread
 * over servers, so reference tables (users) carry no foreign key back to groups.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table groups (
      id uuid not null,
      kind text not null,
      name text not null,
      currency char(3) not null,
      time_zone text not null,
      default_split jsonb,
      last_event_seq bigint not null default 0,
      version integer not null default 1,
      created_by uuid not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      archived_at timestamptz,
      constraint groups_pkey primary key (id),
      constraint groups_created_by_fkey foreign key (created_by) references users (id),
      constraint groups_kind_check check (kind in ('personal', 'direct', 'shared')),
      constraint groups_name_check check (char_length(name) between 1 and 100)
    );

    create table group_members (
      group_id uuid not null,
      user_id uuid not null,
      role text not null,
      position integer not null,
      weight numeric(13, 4) not null default 1,
      handle text,
      joined_at timestamptz not null,
      left_at timestamptz,
      constraint group_members_pkey primary key (group_id, user_id),
      constraint group_members_group_id_fkey foreign key (group_id) references groups (id),
      constraint group_members_user_id_fkey foreign key (user_id) references users (id),
      constraint group_members_position_unique unique (group_id, position),
      constraint group_members_role_check check (role in ('owner', 'admin', 'member', 'viewer')),
      constraint group_members_weight_check check (weight >= 0)
    );
    create index group_members_user_id_index on group_members (user_id) include (group_id, role, left_at);
    create unique index group_members_handle_unique on group_members (group_id, handle) where handle is not null;
    comment on column group_members.handle is 'how a chat names a person it has no id of yet; a hint for finding the guest again, never proof of who it is';

    create table direct_groups (
      people_key bytea not null,
      group_id uuid not null,
      constraint direct_groups_pkey primary key (people_key)
    );
    comment on column direct_groups.people_key is 'SHA-256 of the sorted user ids, so that one set of people has one direct group';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table direct_groups; drop table group_members; drop table groups;')
}
