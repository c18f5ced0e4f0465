import type { Knex } from 'knex'
import { openDatabase } from '../../src/db/knex.ts'
import { createReads } from '../../src/db/transaction.ts'
import { createUnitOfWork } from '../../src/db/unit-of-work.ts'
import { createPerson } from '../../src/domain/accounts/register.ts'
import type { Actor, User } from '../../src/domain/accounts/user.ts'
import { addMember } from '../../src/domain/groups/add-member.ts'
import { createGroup } from '../../src/domain/groups/create-group.ts'
import type { Group } from '../../src/domain/groups/group.ts'
import { type CurrencyCode, parseCurrency } from '../../src/domain/money/currencies.ts'
import { type Money, parseDecimal, toDecimal } from '../../src/domain/money/money.ts'
import type { Clock, Reads, UnitOfWork } from '../../src/domain/ports.ts'
import { parseTimeZone } from '../../src/domain/time/zone.ts'
import { systemIds } from '../../src/system.ts'
import { createTestDatabase, type TestDatabase } from './postgres.ts'

/** A migrated database with the ports on it, and makers for people and groups. */
export type Workspace = {
  readonly knex: Knex
  readonly database: TestDatabase
  readonly unitOfWork: UnitOfWork
  readonly reads: Reads
  readonly clock: Clock & { set(instant: string): void }
  person(displayName: string): Promise<{ user: User; actor: Actor }>
  /** The first person owns it; the others are plain members. */
  group(people: readonly { actor: Actor }[], currency?: string): Promise<Group>
  /** Net balances as decimal text by user id, read afresh. */
  balances(groupId: string, currency?: string): Promise<Readonly<Record<string, string>>>
  close(): Promise<void>
}

export async function openWorkspace(poolSize = 10): Promise<Workspace> {
  const database = await createTestDatabase()
  const knex = openDatabase({
    connection: database.connection,
    poolSize,
    statementTimeoutMs: 10_000,
  })
  let now = new Date('2026-11-20T12:00:00Z')
  const clock = {
    now: () => now,
    set: (instant: string) => {
      now = new Date(instant)
    },
  }
  const unitOfWork = createUnitOfWork(knex, { clock, ids: systemIds })
  const reads = createReads(knex)
  return {
    knex,
    database,
    unitOfWork,
    reads,
    clock,
    async person(displayName) {
      const user = await unitOfWork.run((tx) =>
        createPerson(
          tx,
          {
            displayName,
            locale: 'en-GB',
            timeZone: parseTimeZone('Europe/Berlin'),
            defaultCurrency: parseCurrency('EUR'),
          },
          null,
        ),
      )
      return { user, actor: { userId: user.id, role: 'user', source: 'api' } }
    },
    async group([owner, ...others], currency = 'EUR') {
      return unitOfWork.run(async (tx) => {
        const group = await createGroup(tx, owner!.actor, {
          name: 'Flat',
          currency: parseCurrency(currency),
        })
        for (const { actor } of others)
          await addMember(tx, owner!.actor, group.id, { userId: actor.userId })
        return (await tx.groups.find(group.id))!
      })
    },
    async balances(groupId, currency = 'EUR') {
      const balances = await reads.balances.of(groupId)
      return Object.fromEntries(
        balances
          .filter(({ amount }) => amount.currency === currency)
          .map(({ userId, amount }) => [userId, toDecimal(amount)]),
      )
    },
    async close() {
      await knex.destroy()
      await database.drop()
    },
  }
}

export const eur = (amount: string): Money => parseDecimal(amount, 'EUR' as CurrencyCode)
export const inCurrency = (amount: string, currency: string): Money =>
  parseDecimal(amount, parseCurrency(currency))
