import type { Knex } from 'knex'

/**
 * The database's own wall: at commit, what was paid and what is owed each add up to the amount.
 *
 * The check hangs on the expense row alone, so that it runs once per expense and not once per share.
 * A share may therefore change only together with its expense; the statement triggers see to that by
 * looking for an expense row that this transaction has written (its xmin is our transaction id).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function check_expense_sums() returns trigger language plpgsql as $$
    declare
      expected numeric;
      paid numeric;
      owed numeric;
    begin
      select amount into expected from expenses where group_id = new.group_id and id = new.id;
      if not found then
        return null;
      end if;
      select sum(amount) into paid from expense_payers where group_id = new.group_id and expense_id = new.id;
      select sum(amount) into owed from expense_splits where group_id = new.group_id and expense_id = new.id;
      if paid is distinct from expected or owed is distinct from expected then
        raise exception 'expense % does not add up: amount %, paid %, owed %', new.id, expected, paid, owed
          using errcode = 'check_violation', constraint = 'expenses_sums_check', table = 'expenses';
      end if;
      return null;
    end $$;

    create constraint trigger expenses_sums_check after insert or update on expenses
      deferrable initially deferred for each row execute function check_expense_sums();

    create function check_shares_written_with_expense() returns trigger language plpgsql as $$
    begin
      if exists (
        select from changed_shares s
        where not exists (
          select from expenses e
          where e.group_id = s.group_id and e.id = s.expense_id and e.xmin = pg_current_xact_id()::xid
        )
      ) then
        raise exception 'shares of an expense change only together with the expense'
          using errcode = 'check_violation', constraint = 'expenses_sums_check', table = tg_table_name;
      end if;
      return null;
    end $$;
  `)
  for (const table of ['expense_payers', 'expense_splits']) {
    await knex.raw(`
      create trigger ${table}_insert_check after insert on ${table}
        referencing new table as changed_shares for each statement execute function check_shares_written_with_expense();
      create trigger ${table}_update_check after update on ${table}
        referencing new table as changed_shares for each statement execute function check_shares_written_with_expense();
      create trigger ${table}_delete_check after delete on ${table}
        referencing old table as changed_shares for each statement execute function check_shares_written_with_expense();
    `)
  }
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['expense_payers', 'expense_splits']) {
    for (const event of ['insert', 'update', 'delete']) {
      await knex.raw(`drop trigger ${table}_${event}_check on ${table}`)
    }
  }
  await knex.raw(`
    drop trigger expenses_sums_check on expenses;
    drop function check_shares_written_with_expense();
    drop function check_expense_sums();
  `)
}
