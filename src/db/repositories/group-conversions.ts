import type { Knex } from 'knex'
import type { Source } from '../../domain/accounts/user.ts'
import type { ConversionRate, GroupConversion } from '../../domain/groups/group-conversion.ts'
import type { GroupConversionRepository } from '../../domain/groups/group-ports.ts'
import type { CurrencyCode } from '../../domain/money/currencies.ts'
import type { CalendarDate } from '../../domain/time/calendar-date.ts'
import { fromMoney, toMoney } from '../columns.ts'

export function groupConversionRepository(db: Knex): GroupConversionRepository {
  return {
    async listOf(groupId) {
      const { rows } = await db.raw(
        `select c.*, coalesce(
             (select json_agg(json_build_object('userId', e.user_id, 'currency', e.currency,
                'amount', cast(e.amount as text)) order by e.currency, m.position)
              from conversion_entries e
              join group_members m on m.group_id = e.group_id and m.user_id = e.user_id
              where e.group_id = c.group_id and e.conversion_id = c.id), '[]') as entries
         from group_conversions c where c.group_id = :groupId order by c.id desc`,
        { groupId },
      )
      return (rows as ConversionRow[]).map(toConversion)
    },
    async insert(conversion) {
      await db.raw(
        `with conversion as (
           insert into group_conversions (group_id, id, to_currency, currency_before, currency_after, rates,
             converted_on, source, version, created_by, created_at, updated_at, voided_at)
           values (:groupId, :id, :to, :currencyBefore, :currencyAfter, :rates, :convertedOn, :source, :version,
             :createdBy, :createdAt, :updatedAt, :voidedAt)
         )
         insert into conversion_entries (group_id, conversion_id, user_id, currency, amount)
         select :groupId, :id, entry.*
         from unnest(cast(:userIds as uuid[]), cast(:currencies as text[]), cast(:amounts as numeric[])) as entry`,
        {
          ...conversion,
          rates: JSON.stringify(conversion.rates),
          userIds: conversion.entries.map(({ userId }) => userId),
          currencies: conversion.entries.map(({ amount }) => amount.currency),
          amounts: conversion.entries.map(({ amount }) => fromMoney(amount)),
        } as never,
      )
    },
    async setVoided({ groupId, id, voidedAt, version, updatedAt }) {
      await db('group_conversions')
        .where({ group_id: groupId, id })
        .update({ voided_at: voidedAt, version, updated_at: updatedAt })
    },
  }
}

type ConversionRow = {
  group_id: string
  id: string
  to_currency: string
  currency_before: string
  currency_after: string
  rates: ConversionRate[]
  converted_on: string
  source: Source
  version: number
  created_by: string
  created_at: Date
  updated_at: Date
  voided_at: Date | null
  entries: { userId: string; currency: CurrencyCode; amount: string }[]
}

function toConversion(row: ConversionRow): GroupConversion {
  return {
    id: row.id,
    groupId: row.group_id,
    to: row.to_currency as CurrencyCode,
    rates: row.rates.map(({ currency, rate, on, source }) => ({ currency, rate, on, source })),
    entries: row.entries.map(({ userId, currency, amount }) => ({
      userId,
      amount: toMoney(amount, currency),
    })),
    currencyBefore: row.currency_before as CurrencyCode,
    currencyAfter: row.currency_after as CurrencyCode,
    convertedOn: row.converted_on as CalendarDate,
    source: row.source,
    version: row.version,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    voidedAt: row.voided_at,
  }
}
