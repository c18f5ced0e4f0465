import type { Knex } from 'knex'

/** Categories of the system (with a slug), of a person, or of a group. Two levels at most. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table categories (
      id uuid not null,
      slug text,
      name text not null,
      icon text not null,
      parent_id uuid,
      user_id uuid,
      group_id uuid,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      archived_at timestamptz,
      constraint categories_pkey primary key (id),
      constraint categories_slug_unique unique (slug),
      constraint categories_parent_id_fkey foreign key (parent_id) references categories (id),
      constraint categories_user_id_fkey foreign key (user_id) references users (id),
      constraint categories_owner_check check (num_nonnulls(slug, user_id, group_id) = 1),
      constraint categories_parent_check check (parent_id <> id),
      constraint categories_name_check check (char_length(name) between 1 and 50),
      constraint categories_icon_check check (char_length(icon) between 1 and 16)
    );
    create unique index categories_user_name_unique on categories (user_id, lower(name)) where user_id is not null and archived_at is null;
    create unique index categories_group_name_unique on categories (group_id, lower(name)) where group_id is not null and archived_at is null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table categories;')
}
