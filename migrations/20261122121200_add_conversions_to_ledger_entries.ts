import type { Knex } from 'knex'

/** Conversions of a whole group are part of what the kept balances must agree with. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace view ledger_entries as
      select p.group_id, p.user_id, e.currency,
        case e.kind when 'income' then -p.amount else p.amount end as amount,
        0 as odd_units, 'expense' as cause_type, e.id as cause_id, e.spent_on as happened_on, e.description as label
      from expense_payers p
      join expenses e on e.group_id = p.group_id and e.id = p.expense_id
      where e.voided_at is null
    union all
      select s.group_id, s.user_id, e.currency,
        case e.kind when 'income' then s.amount else -s.amount end,
        case e.kind when 'income' then -s.odd_units else s.odd_units end, 'expense', e.id, e.spent_on, e.description
      from expense_splits s
      join expenses e on e.group_id = s.group_id and e.id = s.expense_id
      where e.voided_at is null
    union all
      select group_id, from_user_id, currency, amount, 0, 'settlement', id, settled_on, notes
      from settlements where voided_at is null
    union all
      select group_id, to_user_id, currency, -amount, 0, 'settlement', id, settled_on, notes
      from settlements where voided_at is null
    union all
      select c.group_id, c.user_id, c.currency, c.amount, 0, 'conversion', g.id, g.converted_on, '→ ' || g.to_currency
      from conversion_entries c
      join group_conversions g on g.group_id = c.group_id and g.id = c.conversion_id
      where g.voided_at is null
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace view ledger_entries as
      select p.group_id, p.user_id, e.currency,
        case e.kind when 'income' then -p.amount else p.amount end as amount,
        0 as odd_units, 'expense' as cause_type, e.id as cause_id, e.spent_on as happened_on, e.description as label
      from expense_payers p
      join expenses e on e.group_id = p.group_id and e.id = p.expense_id
      where e.voided_at is null
    union all
      select s.group_id, s.user_id, e.currency,
        case e.kind when 'income' then s.amount else -s.amount end,
        case e.kind when 'income' then -s.odd_units else s.odd_units end, 'expense', e.id, e.spent_on, e.description
      from expense_splits s
      join expenses e on e.group_id = s.group_id and e.id = s.expense_id
      where e.voided_at is null
    union all
      select group_id, from_user_id, currency, amount, 0, 'settlement', id, settled_on, notes
      from settlements where voided_at is null
    union all
      select group_id, to_user_id, currency, -amount, 0, 'settlement', id, settled_on, notes
      from settlements where voided_at is null
  `)
}
