import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

let api: TestApi
let ann: TestPerson
let bob: TestPerson
let eve: TestPerson
let flat: string

beforeAll(async () => {
  api = await startTestApi()
  ann = await api.person('ann')
  bob = await api.person('bob')
  eve = await api.person('eve')
  flat = (await ann.send('POST', '/groups', { name: 'Flat' })).json().id
  await ann.send('POST', `/groups/${flat}/members`, { userId: bob.id })
})
afterAll(() => api.close())

const lunch = { amount: '10.01', currency: 'EUR', description: 'Lunch' }
const shared = () => ({ ...lunch, groupId: flat })

const rows = async () =>
  (
    await api.sql(
      'select (select count(*) from expenses) as expenses, (select count(*) from events) as events, (select count(*) from idempotency_keys) as keys, (select json_agg(b order by user_id, currency) from balances b) as balances',
    )
  ).rows[0]

describe('a dry run', () => {
  it('shows the shares and writes nothing', async () => {
    const before = await rows()
    const headers = { 'idempotency-key': 'rehearsal' }
    const replies = [
      await ann.send('POST', '/expenses?dryRun=true', shared(), headers),
      await ann.send('POST', `/groups/${flat}/splits?dryRun=true`, lunch, headers),
    ]
    for (const reply of replies) {
      expect(outcome(reply)).toBe('200')
      expect(reply.json().splits.map((split: { amount: string }) => split.amount)).toEqual([
        '5.01',
        '5.00',
      ])
      expect(reply.json().roundingNote).toHaveLength(1)
      const found = await ann.send('GET', `/expenses/${reply.json().id}`)
      expect(outcome(found)).toBe('404 expense-not-found')
    }
    expect(await rows()).toEqual(before)
  })

  it('shows what a change would make of an expense', async () => {
    const made = (await ann.send('POST', '/expenses', shared())).json()
    const before = await rows()
    const patch = await ann.send('PATCH', `/expenses/${made.id}?dryRun=true`, { amount: '20.00' })
    expect(patch.json()).toMatchObject({ amount: '20.00', version: 2 })
    const body = { ...lunch, date: made.date, description: 'Other' }
    const put = await ann.send('PUT', `/expenses/${made.id}?dryRun=true`, body)
    expect(put.json()).toMatchObject({ description: 'Other', version: 2 })
    expect(await rows()).toEqual(before)
    const kept = await ann.send('PATCH', `/expenses/${made.id}?dryRun=false`, { notes: 'x' })
    expect(kept.json().version).toBe(2)
  })

  it('is refused what would be refused', async () => {
    const post = (body: object) => eve.send('POST', '/expenses?dryRun=true', body)
    expect(outcome(await post(shared()))).toBe('404 group-not-found')
    expect(outcome(await post({ ...lunch, amount: '1.001' }))).toBe('422 too-many-decimals')
    const odd = await eve.send('POST', '/expenses?dryRun=maybe', lunch)
    expect(outcome(odd)).toBe('400 malformed-request')
  })
})

describe('POST /expenses/bulk', () => {
  it('records in order what one after the other would have recorded', async () => {
    const people = [ann, bob, eve]
    const twin = async () => {
      const id = (await ann.send('POST', '/groups', { name: 'Twin' })).json().id
      for (const { id: userId } of people.slice(1)) {
        await ann.send('POST', `/groups/${id}/members`, { userId })
      }
      return id
    }
    const [one, many] = [await twin(), await twin()]
    const items = Array.from({ length: 20 }, (_, i) => ({
      ...lunch,
      amount: `${i + 1}.0${i % 10}`,
      currency: i % 3 ? 'EUR' : 'JPY',
      ...(i % 3 ? {} : { amount: `${i + 10}` }),
      kind: i % 4 ? 'expense' : 'income',
      tags: [`t${i}`],
      date: '2026-05-01',
    }))
    for (const item of items) await ann.send('POST', '/expenses', { ...item, groupId: one })
    const reply = await ann.send('POST', '/expenses/bulk', {
      items: items.map((item) => ({ ...item, groupId: many })),
    })
    expect(outcome(reply)).toBe('201')
    const sharesOf = async (groupId: string) =>
      (await ann.send('GET', `/groups/${groupId}/expenses?limit=200`))
        .json()
        .items.map((expense: Record<string, unknown>) => [
          expense.amount,
          expense.payers,
          expense.splits,
          expense.tags,
        ])
    expect(await sharesOf(many)).toEqual(await sharesOf(one))
    const balances = async (id: string) => (await ann.send('GET', `/groups/${id}/balances`)).json()
    expect(await balances(many)).toEqual(await balances(one))
    const history = await ann.send('GET', `/groups/${many}/history?since=0&limit=200`)
    expect(history.json().items.at(-1).subjectId).toBe(reply.json().items.at(-1).id)
    expect(await api.services.audit.differences(null, 10)).toEqual([])
  })

  it('names every fault of every item, and then records nothing', async () => {
    const before = await rows()
    const reply = await ann.send('POST', '/expenses/bulk', {
      items: [
        lunch,
        { ...lunch, amount: '1.001' },
        { ...lunch, categoryId: '019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d' },
        { ...shared(), split: { method: 'equal', participants: [{ userId: eve.id }] } },
        { ...lunch, groupId: eve.personalGroupId },
      ],
    })
    expect(outcome(reply)).toBe('422 items-refused')
    const pointers = reply.json().errors.map(({ pointer }: { pointer: string }) => pointer)
    expect(pointers).toEqual([
      '/items/1/amount',
      '/items/2/categoryId',
      '/items/3/split/participants/0/userId',
      '/items/4',
    ])
    expect(await rows()).toEqual(before)
    const malformed = await ann.send('POST', '/expenses/bulk', {
      items: [{ ...lunch, amount: 5 }, lunch, { ...lunch, what: 1 }],
    })
    expect(outcome(malformed)).toBe('400 malformed-request')
    const places = malformed.json().errors.map(({ pointer }: { pointer: string }) => pointer)
    expect(places).toEqual(['/items/0/amount', '/items/2/what'])
  })

  it('refuses as a single expense would where all are refused alike', async () => {
    const items = [shared(), shared()]
    const outsider = await eve.send('POST', '/expenses/bulk', { items })
    expect(outcome(outsider)).toBe('404 group-not-found')
    for (const length of [0, 501]) {
      const reply = await ann.send('POST', '/expenses/bulk', {
        items: Array.from({ length }, () => lunch),
      })
      expect(outcome(reply)).toBe('400 malformed-request')
    }
  })

  it('gives no more back than was spent, however the refunds come', async () => {
    const made = (await ann.send('POST', '/expenses', shared())).json()
    const refund = { ...shared(), amount: '-6.00', refundOf: made.id }
    const reply = await ann.send('POST', '/expenses/bulk', { items: [refund, refund] })
    expect(outcome(reply)).toBe('422 refund-exceeds-expense')
    expect(reply.json().errors[0].pointer).toBe('/items/1/amount')
  })

  it('records 500 quickly, once under a key', async () => {
    const items = Array.from({ length: 500 }, shared)
    const headers = { 'idempotency-key': 'import-1' }
    const send = () => ann.send('POST', '/expenses/bulk', { items }, headers)
    const first = await send()
    expect(first.json().items).toHaveLength(500)
    const again = await send()
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.json()).toEqual(first.json())
    expect(await api.services.audit.differences(null, 10)).toEqual([])
  })
})
