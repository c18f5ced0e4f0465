import type { Knex } from 'knex'
import type { LedgerEntry } from '../../domain/ledger/ledger-entry.ts'
import type { BalanceRepository } from '../../domain/ledger/ledger-ports.ts'
import type { CurrencyCode } from '../../domain/money/currencies.ts'
import { fromMoney, toMoney } from '../columns.ts'

export function balanceRepository(db: Knex): BalanceRepository {
  return {
    async of(groupId) {
      const { rows } = await db.raw(
        `select b.user_id, b.currency, b.amount from balances b
         join group_members m on m.group_id = b.group_id and m.user_id = b.user_id
         where b.group_id = :groupId and b.amount <> 0
         order by b.currency, m.position`,
        { groupId },
      )
      return (rows as { user_id: string; currency: CurrencyCode; amount: string }[]).map((row) => ({
        userId: row.user_id,
        amount: toMoney(row.amount, row.currency),
      }))
    },
    async ofPerson(userId) {
      const { rows } = await db.raw(
        `select b.group_id, b.currency, b.amount, case when g.kind = 'direct' then (
             select string_agg(u.display_name, ', ' order by o.position)
             from group_members o join users u on u.id = o.user_id
             where o.group_id = g.id and o.user_id <> :userId
           ) else g.name end as group_name
         from balances b
         join groups g on g.id = b.group_id
         join group_members m on m.group_id = b.group_id and m.user_id = b.user_id and m.left_at is null
         where b.user_id = :userId and b.amount <> 0
         order by group_name, b.currency`,
        { userId },
      )
      return (rows as PersonalRow[]).map((row) => ({
        groupId: row.group_id,
        groupName: row.group_name,
        amount: toMoney(row.amount, row.currency),
      }))
    },
    async oddUnits(groupId, currency) {
      const { rows } = await db.raw(
        'select user_id, odd_units from balances where group_id = :groupId and currency = :currency',
        { groupId, currency },
      )
      return new Map(
        (rows as { user_id: string; odd_units: string }[]).map((row) => [
          row.user_id,
          BigInt(row.odd_units),
        ]),
      )
    },
    async post(groupId, entries) {
      if (entries.length === 0) return
      await db.raw(postEntries, { groupId, ...toPostBindings(entries) })
    },
  }
}

/** One statement for any number of entries, whose text does not depend on the number. */
export const postEntries = `
  insert into balances as b (group_id, user_id, currency, amount, odd_units)
  select :groupId, entry.user_id, entry.currency, entry.amount, entry.odd_units
  from unnest(cast(:userIds as uuid[]), cast(:currencies as text[]), cast(:amounts as numeric[]), cast(:units as bigint[]))
    as entry (user_id, currency, amount, odd_units)
  on conflict (group_id, user_id, currency)
    do update set amount = b.amount + excluded.amount, odd_units = b.odd_units + excluded.odd_units`

export function toPostBindings(entries: readonly LedgerEntry[]) {
  return {
    userIds: entries.map((entry) => entry.userId),
    currencies: entries.map((entry) => entry.amount.currency),
    amounts: entries.map((entry) => fromMoney(entry.amount)),
    units: entries.map((entry) => String(entry.oddUnits)),
  }
}

type PersonalRow = {
  group_id: string
  group_name: string
  currency: CurrencyCode
  amount: string
}
