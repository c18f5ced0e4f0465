import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table expense_comments (
      group_id uuid not null,
      id uuid not null,
      expense_id uuid not null,
      user_id uuid not null,
      body text not null,
      created_at timestamptz not null,
      deleted_at timestamptz,
      constraint expense_comments_pkey primary key (group_id, id),
      constraint expense_comments_expense_fkey foreign key (group_id, expense_id) references expenses (group_id, id),
      constraint expense_comments_user_id_fkey foreign key (user_id) references users (id),
      constraint expense_comments_body_check check (char_length(body) between 1 and 2000)
    );
    create index expense_comments_expense_index on expense_comments (group_id, expense_id, id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table expense_comments')
}
