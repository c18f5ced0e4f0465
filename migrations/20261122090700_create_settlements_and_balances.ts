import type { Knex } from 'knex'

/** Payments between members, and what each member is owed, kept by the transaction that changes it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table settlements (
      group_id uuid not null,
      id uuid not null,
      from_user_id uuid not null,
      to_user_id uuid not null,
      amount numeric(19, 4) not null,
      currency char(3) not null,
      settled_on date not null,
      notes text not null default '',
      expense_id uuid,
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
      constraint settlements_pkey primary key (group_id, id),
      constraint settlements_group_id_fkey foreign key (group_id) references groups (id),
      constraint settlements_from_member_fkey foreign key (group_id, from_user_id) references group_members (group_id, user_id),
      constraint settlements_to_member_fkey foreign key (group_id, to_user_id) references group_members (group_id, user_id),
      constraint settlements_expense_fkey foreign key (group_id, expense_id) references expenses (group_id, id),
      constraint settlements_created_by_fkey foreign key (created_by) references users (id),
      constraint settlements_amount_check check (amount > 0 and amount < 1000000000000),
      constraint settlements_people_check check (from_user_id <> to_user_id),
      constraint settlements_source_check check (source in ('api', 'telegram', 'slack', 'web', 'import', 'recurrence')),
      constraint settlements_original_check check (num_nonnulls(original_amount, original_currency, rate, rate_on, rate_source) in (0, 5)),
      constraint settlements_notes_check check (char_length(notes) <= 5000)
    );
    create index settlements_group_date_index on settlements (group_id, settled_on desc, id desc);
    create index settlements_expense_index on settlements (group_id, expense_id) where expense_id is not null;

    create table balances (
      group_id uuid not null,
      user_id uuid not null,
      currency char(3) not null,
      amount numeric(28, 4) not null,
      odd_units bigint not null default 0,
      constraint balances_pkey primary key (group_id, user_id, currency),
      constraint balances_member_fkey foreign key (group_id, user_id) references group_members (group_id, user_id)
    ) with (fillfactor = 60);
    create index balances_user_id_index on balances (user_id) include (group_id, currency) where amount <> 0;
    comment on column balances.amount is 'paid minus owed, plus settlements. Positive: is owed. Negative: owes';
    comment on column balances.odd_units is 'how many minor units of rounding this person has borne in this group and currency';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table balances; drop table settlements;')
}
