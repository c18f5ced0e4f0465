import type { Knex } from 'knex'

/**
 * Balances of a group converted into another currency. The entries close what was owed in the old
 * currencies and open it in the new one; in each currency they add up to zero, which is checked when
 * they are written, because they are written by one statement and never change.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table group_conversions (
      group_id uuid not null,
      id uuid not null,
      to_currency char(3) not null,
      currency_before char(3) not null,
      currency_after char(3) not null,
      rates jsonb not null,
      converted_on date not null,
      source text not null,
      version integer not null default 1,
      created_by uuid not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      voided_at timestamptz,
      constraint group_conversions_pkey primary key (group_id, id),
      constraint group_conversions_group_id_fkey foreign key (group_id) references groups (id),
      constraint group_conversions_created_by_fkey foreign key (created_by) references users (id),
      constraint group_conversions_source_check check (source in ('api', 'telegram', 'slack', 'web', 'import', 'recurrence'))
    );
    comment on column group_conversions.currency_before is 'the default currency of the group, put back when the conversion is voided';

    create table conversion_entries (
      group_id uuid not null,
      conversion_id uuid not null,
      user_id uuid not null,
      currency char(3) not null,
      amount numeric(28, 4) not null,
      constraint conversion_entries_pkey primary key (group_id, conversion_id, user_id, currency),
      constraint conversion_entries_conversion_fkey foreign key (group_id, conversion_id) references group_conversions (group_id, id),
      constraint conversion_entries_member_fkey foreign key (group_id, user_id) references group_members (group_id, user_id),
      constraint conversion_entries_amount_check check (amount <> 0)
    );
    create index conversion_entries_member_index on conversion_entries (group_id, user_id);
    comment on column conversion_entries.amount is 'added to the net balance of this person in this currency';

    create function check_conversion_sums() returns trigger language plpgsql as $$
    begin
      if exists (
        select from conversion_entries e
        where (e.group_id, e.conversion_id) in (select c.group_id, c.conversion_id from changed_entries c)
        group by e.group_id, e.conversion_id, e.currency
        having sum(e.amount) <> 0
      ) then
        raise exception 'the entries of a conversion do not add up to zero'
          using errcode = 'check_violation', constraint = 'conversion_entries_sums_check', table = 'conversion_entries';
      end if;
      return null;
    end $$;
    create trigger conversion_entries_insert_check after insert on conversion_entries
      referencing new table as changed_entries for each statement execute function check_conversion_sums();
    create trigger conversion_entries_update_check after update on conversion_entries
      referencing new table as changed_entries for each statement execute function check_conversion_sums();
    create trigger conversion_entries_delete_check after delete on conversion_entries
      referencing old table as changed_entries for each statement execute function check_conversion_sums();
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table conversion_entries;
    drop table group_conversions;
    drop function check_conversion_sums();
  `)
}
