import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import type { CurrencyCode } from '../../src/domain/money/currencies.ts'
import { money } from '../../src/domain/money/money.ts'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

type Changed = { id: string; description: string; voidedAt: string | null }

let api: TestApi
let ann: TestPerson
let now: Date

beforeAll(async () => {
  api = await startTestApi({ clock: { now: () => now } })
  now = new Date()
  ann = await api.person('ann')
})
afterAll(() => api.close())

/** By how much the reader's clock is ahead; what is written is stamped by the real one. */
const later = (seconds: number) => {
  now = new Date(Date.now() + seconds * 1000)
}

async function record(description: string): Promise<string> {
  const body = { amount: '1.00', currency: 'EUR', description }
  const reply = await ann.send('POST', '/expenses', body)
  expect(outcome(reply)).toBe('201')
  return reply.json().id
}

/** A copy kept elsewhere: asks for what changed until there is no more for now. */
async function sync(since: string, limit = 2): Promise<{ changes: Changed[]; until: string }> {
  const changes: Changed[] = []
  let cursor = ''
  for (;;) {
    const query = new URLSearchParams({ updatedSince: since, limit: String(limit) })
    if (cursor) query.set('cursor', cursor)
    const page = (await ann.send('GET', `/expenses?${query}`)).json()
    changes.push(...page.items)
    if (page.nextCursor === null) return { changes, until: page.syncedUntil }
    expect(page).not.toHaveProperty('syncedUntil')
    cursor = page.nextCursor
  }
}

describe('updatedSince', () => {
  it('gives each change once, in order, with voided ones, and says from where to go on', async () => {
    const ids = []
    for (const name of ['one', 'two', 'three', 'four']) ids.push(await record(name))
    await ann.send('DELETE', `/expenses/${ids[1]}`)
    later(-60)
    expect((await sync('2020-01-01T00:00:00Z')).changes).toEqual([])
    later(10)
    const first = await sync('2020-01-01T00:00:00Z')
    const names = first.changes.map(({ description }) => description)
    expect(names).toEqual(['one', 'three', 'four', 'two'])
    expect(first.changes.map(({ voidedAt }) => voidedAt !== null)).toEqual([
      false,
      false,
      false,
      true,
    ])
    later(20)
    expect((await sync(first.until)).changes).toEqual([])
  })

  it('never goes past a transaction that is still open, however old its stamps are', async () => {
    const start = new Date().toISOString()
    const actor = { userId: ann.id, source: 'api', role: 'user' } as const
    const stamped = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const slow = api.services.unitOfWork.run(async (tx) => {
      const amount = money(100n, 'EUR' as CurrencyCode)
      const expense = await recordExpense(tx, actor, { amount, description: 'slow' })
      stamped.resolve()
      await released.promise
      return expense
    })
    await stamped.promise
    later(60)
    const during = await sync(start)
    expect(during.changes).toEqual([])
    released.resolve()
    const { id } = await slow
    const after = await sync(during.until)
    expect(after.changes.map((change) => change.id)).toContain(id)
  })
})
