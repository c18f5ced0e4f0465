import type { Knex } from 'knex'

/** Expenses with who paid and who owes. Every key begins with group_id, the key they are spread by. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table expenses (
      group_id uuid not null,
      id uuid not null,
      kind text not null default 'expense',
      amount numeric(19, 4) not null,
      currency char(3) not null,
      description text not null,
      notes text not null default '',
      spent_on date not null,
      category_id uuid,
      tags text[] not null default '{}',
      terms jsonb not null,
      refund_of uuid,
      original_amount numeric(19, 4),
      original_currency char(3),
      rate text,
      rate_on date,
      rate_source text,
      source text not null,
      version integer not null default 1,
      created_by uuid not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      voided_at timestamptz,
      constraint expenses_pkey primary key (group_id, id),
      constraint expenses_group_id_fkey foreign key (group_id) references groups (id),
      constraint expenses_refund_of_fkey foreign key (group_id, refund_of) references expenses (group_id, id),
      constraint expenses_category_id_fkey foreign key (category_id) references categories (id),
      constraint expenses_created_by_fkey foreign key (created_by) references users (id),
      constraint expenses_kind_check check (kind in ('expense', 'income')),
      constraint expenses_amount_check check (amount <> 0 and abs(amount) < 1000000000000),
      constraint expenses_source_check check (source in ('api', 'telegram', 'slack', 'web', 'import', 'recurrence')),
      constraint expenses_original_check check (num_nonnulls(original_amount, original_currency, rate, rate_on, rate_source) in (0, 5)),
      constraint expenses_description_check check (char_length(description) between 1 and 500),
      constraint expenses_notes_check check (char_length(notes) <= 5000)
    );
    create index expenses_group_date_index on expenses (group_id, spent_on desc, id desc);
    create index expenses_group_updated_index on expenses (group_id, updated_at, id);
    create index expenses_id_index on expenses (id);
    create index expenses_category_index on expenses (category_id, group_id, spent_on desc, id desc) where category_id is not null;
    comment on column expenses.amount is 'exact major units; negative for a refund';
    comment on column expenses.terms is 'who pays and how it is split, as it was asked for; the amounts that follow are in expense_payers and expense_splits';

    create table expense_payers (
      group_id uuid not null,
      expense_id uuid not null,
      user_id uuid not null,
      position smallint not null,
      amount numeric(19, 4) not null,
      constraint expense_payers_pkey primary key (group_id, expense_id, user_id),
      constraint expense_payers_expense_fkey foreign key (group_id, expense_id) references expenses (group_id, id),
      constraint expense_payers_member_fkey foreign key (group_id, user_id) references group_members (group_id, user_id)
    );
    create index expense_payers_member_index on expense_payers (group_id, user_id, expense_id);

    create table expense_splits (
      group_id uuid not null,
      expense_id uuid not null,
      user_id uuid not null,
      position smallint not null,
      amount numeric(19, 4) not null,
      odd_units integer not null default 0,
      constraint expense_splits_pkey primary key (group_id, expense_id, user_id),
      constraint expense_splits_expense_fkey foreign key (group_id, expense_id) references expenses (group_id, id),
      constraint expense_splits_member_fkey foreign key (group_id, user_id) references group_members (group_id, user_id)
    );
    create index expense_splits_member_index on expense_splits (group_id, user_id, expense_id);
    comment on column expense_splits.odd_units is 'minor units this person bears above the exact share, because money does not divide';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table expense_splits; drop table expense_payers; drop table expenses;')
}
