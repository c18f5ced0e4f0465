import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

let api: TestApi
let ann: TestPerson
let bob: TestPerson
let flat: string

beforeAll(async () => {
  api = await startTestApi({ clock: { now: () => new Date('2026-03-31T23:30:00Z') } })
  ann = await api.person('ann')
  bob = await api.person('bob')
  flat = (await ann.send('POST', '/groups', { name: 'Flat' })).json().id
  await ann.send('POST', `/groups/${flat}/members`, { userId: bob.id })
  const rows = [
    { amount: '90.00', date: '2026-03-10', groupId: flat },
    { amount: '-10.00', date: '2026-03-11', groupId: flat },
    { amount: '7.00', date: '2026-03-12', currency: 'USD' },
    { amount: '500.00', date: '2026-03-15', kind: 'income' },
    { amount: '20.00', date: '2026-02-28' },
    { amount: '1.00', date: '2026-04-01' },
  ]
  for (const row of rows) {
    const body = { currency: 'EUR', description: 'x', ...row }
    expect(outcome(await ann.send('POST', '/expenses', body))).toBe('201')
  }
  const payment = { fromUserId: bob.id, toUserId: ann.id, amount: '40.00', currency: 'EUR' }
  await ann.send('POST', `/groups/${flat}/settlements`, { ...payment, date: '2026-03-20' })
})
afterAll(() => api.close())

const get = async (path: string, person = ann) =>
  (await person.send('GET', `/analytics/${path}`)).json()
const march = 'from=2026-03-01&to=2026-03-31'

describe('analytics', () => {
  it('count shares, subtract refunds, keep income and currencies apart, and leave out payments', async () => {
    expect(await get(`summary?${march}`)).toEqual({
      from: '2026-03-01',
      to: '2026-03-31',
      items: [
        { currency: 'EUR', spending: '40.00', income: '500.00', count: 3 },
        { currency: 'USD', spending: '7.00', income: '0.00', count: 1 },
      ],
    })
    expect((await get(`summary?${march}`, bob)).items).toEqual([
      { currency: 'EUR', spending: '40.00', income: '0.00', count: 2 },
    ])
  })

  it('take "this month" in the zone of whoever asks', async () => {
    expect(await get('summary')).toMatchObject({ from: '2026-04-01', to: '2026-04-30' })
    const inLisbon = await get('summary?timezone=America/New_York')
    expect(inLisbon).toMatchObject({ from: '2026-03-01', to: '2026-03-31' })
    expect(await get('by-period')).toMatchObject({ from: '2025-05-01', to: '2026-04-30' })
  })

  it('show every period, and who spent in a group', async () => {
    const weeks = await get(`by-period?${march}&period=week&currency=USD`)
    expect(weeks.items).toHaveLength(6)
    expect(weeks.items[2]).toEqual({
      from: '2026-03-09',
      to: '2026-03-15',
      currency: 'USD',
      spending: '7.00',
      income: '0.00',
      count: 1,
    })
    const members = await get(`by-person?${march}&groupId=${flat}`)
    expect(members.items.map((item: { spending: string }) => item.spending)).toEqual([
      '40.00',
      '40.00',
    ])
    const companions = await get(`by-person?${march}`)
    expect(companions.items).toMatchObject([{ userId: bob.id, spending: '40.00', count: 2 }])
    const categories = await get(`by-category?${march}&currency=EUR`)
    expect(categories.items).toMatchObject([{ categoryId: null, spending: '40.00' }])
  })

  it('compare with the month before, or with what is asked for', async () => {
    const months = await get(`compare?${march}&currency=EUR`)
    expect(months).toMatchObject({ before: { from: '2026-02-01', to: '2026-02-28' } })
    expect(months.items).toEqual([
      {
        currency: 'EUR',
        spending: { current: '40.00', before: '20.00', difference: '20.00' },
        income: { current: '500.00', before: '0.00', difference: '500.00' },
      },
    ])
    const days = await get(`compare?${march}&beforeFrom=2026-04-01&beforeTo=2026-04-01`)
    expect(days.items[0].spending).toMatchObject({ before: '1.00', difference: '39.00' })
  })

  it.each([
    ['summary?from=2026-03-02&to=2026-03-01', '422 empty-range'],
    ['summary?timezone=Mars', '422 unknown-time-zone'],
    ['summary?period=month', '400 malformed-request'],
    ['by-period?period=hour', '400 malformed-request'],
    ['by-period?period=day&from=1900-01-01&to=2200-12-31', '422 too-many-periods'],
    ['compare?beforeFrom=2026-01-01', '400 malformed-request'],
    ['summary?groupId=019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d', '404 group-not-found'],
  ])('refuse %s', async (path, expected) => {
    expect(outcome(await ann.send('GET', `/analytics/${path}`))).toBe(expected)
  })

  it('hide a group from outsiders', async () => {
    const eve = await api.person('eve')
    const reply = await eve.send('GET', `/analytics/by-person?groupId=${flat}`)
    expect(outcome(reply)).toBe('404 group-not-found')
  })
})
