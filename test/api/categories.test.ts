import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

type Category = { id: string; slug: string | null; name: string; parentId: string | null }

let api: TestApi
let ann: TestPerson
let bob: TestPerson

beforeAll(async () => {
  api = await startTestApi()
  ann = await api.person('ann')
  bob = await api.person('bob')
})
afterAll(() => api.close())

const categories = async (person: TestPerson): Promise<Category[]> =>
  (await person.send('GET', '/categories')).json().items

describe('GET /categories', () => {
  it("gives the system's to everybody and own ones to their owner", async () => {
    const own = (await ann.send('POST', '/categories', { name: 'Board games', icon: '🎲' })).json()
    const slugs = (await categories(bob)).map(({ slug }) => slug)
    expect(slugs).toContain('dining')
    expect(slugs).toHaveLength(21)
    expect((await categories(ann)).map(({ id }) => id)).toContain(own.id)
    expect((await categories(bob)).map(({ id }) => id)).not.toContain(own.id)
  })
})

describe('POST /categories', () => {
  it('makes one below another', async () => {
    const dining = (await categories(ann)).find(({ slug }) => slug === 'dining')!
    const reply = await ann.send('POST', '/categories', { name: 'Ramen', parentId: dining.id })
    expect(reply.statusCode).toBe(201)
    expect(reply.headers.etag).toBe('"1"')
    expect(reply.json()).toMatchObject({ name: 'Ramen', parentId: dining.id, userId: ann.id })
    const third = await ann.send('POST', '/categories', { name: 'Miso', parentId: reply.json().id })
    expect(outcome(third)).toBe('422 category-too-deep')
  })

  it('makes one for a group, seen by its members only', async () => {
    const groupId = (await ann.send('POST', '/groups', { name: 'Flat' })).json().id
    const body = { name: 'Plants', groupId }
    expect(outcome(await bob.send('POST', '/categories', body))).toBe('404 group-not-found')
    const { id } = (await ann.send('POST', '/categories', body)).json()
    const usable = { amount: '1.00', currency: 'EUR', description: 'x', categoryId: id }
    expect(outcome(await ann.send('POST', '/expenses', { ...usable, groupId }))).toBe('201')
    expect(outcome(await ann.send('POST', '/expenses', usable))).toBe('422 unknown-category')
  })

  it('makes it once under an Idempotency-Key, and no second of its name', async () => {
    const headers = { 'idempotency-key': 'tools' }
    const make = () => ann.send('POST', '/categories', { name: 'Tools' }, headers)
    expect((await make()).body).toBe((await make()).body)
    const twin = await ann.send('POST', '/categories', { name: 'tools' })
    expect(outcome(twin)).toBe('409 category-exists')
  })

  it.each([
    [{}, '400 malformed-request'],
    [{ name: 'x'.repeat(51) }, '400 malformed-request'],
    [{ name: 'x', parentId: 'dining' }, '400 malformed-request'],
    [{ name: 'x', parentId: '019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d' }, '404 category-not-found'],
  ])('refuses %j', async (body, expected) => {
    expect(outcome(await ann.send('POST', '/categories', body))).toBe(expected)
  })
})

describe('GET /categories/{id}/expenses', () => {
  it('lists those of the category and of the ones below it', async () => {
    const travel = (await categories(ann)).find(({ slug }) => slug === 'travel')!
    const below = { name: 'Trains', parentId: travel.id }
    const trains = (await ann.send('POST', '/categories', below)).json()
    const ids = []
    for (const categoryId of [travel.id, trains.id]) {
      const body = { amount: '1.00', currency: 'EUR', description: 'x', categoryId }
      ids.push((await ann.send('POST', '/expenses', body)).json().id)
    }
    const list = (await ann.send('GET', `/categories/${travel.id}/expenses`)).json().items
    expect(list.map(({ id }: Category) => id).sort()).toEqual(ids.sort())
    const others = (await bob.send('GET', `/categories/${travel.id}/expenses`)).json().items
    expect(others).toEqual([])
  })

  it('hides categories of others', async () => {
    const { id } = (await ann.send('POST', '/categories', { name: 'Secret' })).json()
    const reply = await bob.send('GET', `/categories/${id}/expenses`)
    expect(outcome(reply)).toBe('404 category-not-found')
  })
})
