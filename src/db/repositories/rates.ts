import type { Knex } from 'knex'
import type { CurrencyCode } from '../../domain/money/currencies.ts'
import type { RateRepository } from '../../domain/money/rate-ports.ts'
import { rateServesDays, type StoredRate } from '../../domain/money/rates.ts'
import type { CalendarDate } from '../../domain/time/calendar-date.ts'
import { pageOf } from '../queries/page.ts'

export function rateRepository(db: Knex): RateRepository {
  return {
    async near(currencies, on, userId) {
      const { rows } = await db.raw(
        `select * from rates
         where base = any(:currencies) and quote = any(:currencies)
           and rate_on between cast(:on as date) - cast(:days as integer) and :on
           and (owner_id is null or owner_id = :userId)
         order by rate_on desc, base, quote`,
        { currencies: [...currencies], on, days: rateServesDays, userId },
      )
      return (rows as RateRow[]).map(toRate)
    },
    async list(userId, { base = null, quote = null }, { limit, after }) {
      const { rows } = await db.raw(
        `select * from rates
         where (owner_id is null or owner_id = :userId)
           and (cast(:base as text) is null or base = :base)
           and (cast(:quote as text) is null or quote = :quote)
           and (cast(:afterId as uuid) is null or (rate_on, id) < (cast(:afterDate as date), cast(:afterId as uuid)))
         order by rate_on desc, id desc limit :fetch`,
        {
          userId,
          base,
          quote,
          afterDate: after?.date ?? null,
          afterId: after?.id ?? null,
          fetch: limit + 1,
        },
      )
      return pageOf((rows as RateRow[]).map(toRate), limit, ({ on, id }) => ({ date: on, id }))
    },
    async save(rates) {
      const { rows } = await db.raw(
        `insert into rates (id, base, quote, rate, rate_on, source, owner_id, created_at)
         select * from unnest(cast(:ids as uuid[]), cast(:bases as text[]), cast(:quotes as text[]),
           cast(:rates as text[]), cast(:days as date[]), cast(:sources as text[]), cast(:owners as uuid[]),
           cast(:instants as timestamptz[]))
         on conflict on constraint rates_pair_unique
           do update set rate = excluded.rate, source = excluded.source, created_at = excluded.created_at
         returning *`,
        {
          ids: rates.map(({ id }) => id),
          bases: rates.map(({ base }) => base),
          quotes: rates.map(({ quote }) => quote),
          rates: rates.map(({ rate }) => rate),
          days: rates.map(({ on }) => on),
          sources: rates.map(({ source }) => source),
          owners: rates.map(({ ownerId }) => ownerId),
          instants: rates.map(({ createdAt }) => createdAt),
        } as never,
      )
      return (rows as RateRow[]).map(toRate)
    },
  }
}

type RateRow = {
  id: string
  base: string
  quote: string
  rate: string
  rate_on: string
  source: string
  owner_id: string | null
  created_at: Date
}

function toRate(row: RateRow): StoredRate {
  return {
    id: row.id,
    base: row.base as CurrencyCode,
    quote: row.quote as CurrencyCode,
    rate: row.rate,
    on: row.rate_on as CalendarDate,
    source: row.source,
    ownerId: row.owner_id,
    createdAt: row.created_at,
  }
}
