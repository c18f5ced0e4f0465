import type { Knex } from 'knex'
import type { LedgerCause } from '../../domain/ledger/direct-debts.ts'
import type { LedgerDifference, LedgerReads } from '../../domain/ledger/ledger-ports.ts'
import type { CurrencyCode } from '../../domain/money/currencies.ts'
import { toMoney } from '../columns.ts'

/** The ledger recomputed from rows, by way of the view ledger_entries. */
export function ledgerReads(db: Knex): LedgerReads {
  return {
    async causes(groupId, { involving = [], currency, limit } = {}) {
      const { rows } = await db.raw(
        `select cause_type, cause_id, happened_on, label,
           json_agg(json_build_object('userId', user_id, 'currency', currency, 'amount', cast(amount as text))
             order by position) as entries
         from (
           select l.cause_type, l.cause_id, l.happened_on, l.label, l.user_id, l.currency, sum(l.amount) as amount,
             min(m.position) as position
           from ledger_entries l
           join group_members m on m.group_id = l.group_id and m.user_id = l.user_id
           where l.group_id = :groupId and (cast(:currency as text) is null or l.currency = :currency)
           group by l.cause_type, l.cause_id, l.happened_on, l.label, l.user_id, l.currency
           having sum(l.amount) <> 0
         ) nets
         group by cause_type, cause_id, happened_on, label
         having array_agg(user_id) @> cast(:involving as uuid[]) or exists (
           select from group_conversions c where c.group_id = :groupId and c.voided_at is null)
         order by happened_on desc, cause_id desc
         limit :limit`,
        { groupId, currency: currency ?? null, involving: [...involving], limit: limit ?? null },
      )
      return (rows as CauseRow[]).map(toCause)
    },
    async differences(groupId, limit) {
      const found: LedgerDifference[] = []
      for (const query of [balanceDifferences, sumDifferences, numberDifferences]) {
        const { rows } = await db.raw(query, { groupId, limit })
        found.push(...(rows as LedgerDifference[]))
      }
      return found.slice(0, limit)
    },
    async size() {
      const { rows } = await db.raw(
        `select cast(count(*) as integer) as groups,
           (select cast(count(*) as integer) from balances) as balances
         from groups`,
      )
      return rows[0]
    },
  }
}

const oneGroup = (column: string): string =>
  `(cast(:groupId as uuid) is null or ${column} = :groupId)`

/** Each statement sees one moment, so writers at work cannot make it report what is not there. */
const balanceDifferences = `
  with computed as (
    select group_id, user_id, currency, sum(amount) as amount, sum(odd_units) as odd_units
    from ledger_entries l where ${oneGroup('l.group_id')} group by group_id, user_id, currency
  ), kept as (
    select group_id, user_id, currency, amount, odd_units from balances b where ${oneGroup('b.group_id')}
  ), compared as (
    select group_id, user_id, currency, coalesce(k.amount, 0) as kept_amount, coalesce(c.amount, 0) as amount,
      coalesce(k.odd_units, 0) as kept_odd_units, coalesce(c.odd_units, 0) as odd_units
    from computed c full join kept k using (group_id, user_id, currency)
  )
  select group_id as "groupId", user_id as "userId", currency, cast(kept_amount as text) as kept,
    cast(amount as text) as computed, 'amount' as what, cast(null as uuid) as "expenseId"
  from compared where kept_amount <> amount
  union all
  select group_id, user_id, currency, cast(kept_odd_units as text), cast(odd_units as text), 'odd-units', null
  from compared where kept_odd_units <> odd_units
  limit :limit`

const sumDifferences = `
  select e.group_id as "groupId", e.created_by as "userId", e.currency, cast(e.amount as text) as kept,
    cast(s.owed as text) || ' owed, ' || cast(p.paid as text) || ' paid' as computed, 'expense-sums' as what,
    e.id as "expenseId"
  from expenses e
  left join lateral (select sum(amount) as paid from expense_payers x
    where x.group_id = e.group_id and x.expense_id = e.id) p on true
  left join lateral (select sum(amount) as owed from expense_splits x
    where x.group_id = e.group_id and x.expense_id = e.id) s on true
  where ${oneGroup('e.group_id')} and (p.paid is distinct from e.amount or s.owed is distinct from e.amount)
  limit :limit`

const numberDifferences = `
  select g.id as "groupId", g.created_by as "userId", g.currency, cast(g.last_event_seq as text) as kept,
    cast(v.count as text) || ' events up to ' || cast(v.last as text) as computed, 'event-numbers' as what,
    cast(null as uuid) as "expenseId"
  from groups g
  left join lateral (select count(*) as count, coalesce(max(seq), 0) as last from events x
    where x.group_id = g.id) v on true
  where ${oneGroup('g.id')} and (v.count <> g.last_event_seq or v.last <> g.last_event_seq)
  limit :limit`

type CauseRow = {
  cause_type: LedgerCause['type']
  cause_id: string
  happened_on: string
  label: string
  entries: { userId: string; currency: CurrencyCode; amount: string }[]
}

function toCause(row: CauseRow): LedgerCause {
  return {
    id: row.cause_id,
    type: row.cause_type,
    happenedOn: row.happened_on,
    label: row.label,
    entries: row.entries.map(({ userId, currency, amount }) => ({
      userId,
      amount: toMoney(amount, currency),
    })),
  }
}
