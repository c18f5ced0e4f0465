import type { Knex } from 'knex'
import type { FigureReads, Figures } from '../../domain/accounts/account-ports.ts'

/** Beyond this, counting takes long, and PostgreSQL's own estimate is near enough. */
const mostCounted = 100_000

export function figureReads(db: Knex): FigureReads {
  return {
    async read(since) {
      const { rows } = await db.raw(
        `select (select count(*) from users where username_key is not null and disabled_at is null)::int as users,
           (select count(*) from groups where kind = 'shared' and archived_at is null)::int as groups,
           (select reltuples from pg_class where oid = 'expenses'::regclass)::int as estimate,
           (select count(*) from users where id >= :first and username_key is not null)::int as "newUsers",
           (select count(*) from groups where id >= :first and kind = 'shared')::int as "newGroups",
           (select count(*) from expenses where id >= :first)::int as "newExpenses",
           (select count(*) from sessions where id >= :first)::int as "newSessions"`,
        { first: firstIdAt(since) },
      )
      const { estimate, ...counts } = rows[0] as Omit<Figures, 'expenses'> & { estimate: number }
      if (estimate > mostCounted) return { ...counts, expenses: estimate }
      const counted = await db.raw('select count(*)::int as expenses from expenses')
      return { ...counts, expenses: counted.rows[0].expenses }
    },
  }
}

/** Ids begin with the time in milliseconds, so the index of the ids finds what is new. */
function firstIdAt(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
