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

describe("a category of one's own or of a group", () => {
  const make = async (body: object) => (await ann.send('POST', '/categories', body)).json()
  const spend = async (body: object) =>
    (await ann.send('POST', '/expenses', { ...coffee, ...body })).json()
  const coffee = { amount: '3.00', currency: 'EUR', description: 'Coffee' }

  it('is read, stated anew and guarded by its version', async () => {
    const { id } = await make({ name: 'Cofee', icon: '☕' })
    const read = await ann.send('GET', `/categories/${id}`)
    expect(read.headers.etag).toBe('"1"')
    expect(outcome(await bob.send('GET', `/categories/${id}`))).toBe('404 category-not-found')
    const put = (name: string, tag: string) =>
      ann.send('PUT', `/categories/${id}`, { name }, { 'if-match': tag })
    const renamed = await put('Coffee', '"1"')
    expect(renamed.json()).toMatchObject({ name: 'Coffee', icon: '☕', version: 2 })
    expect(outcome(await put('Tea', '"1"'))).toBe('412 version-changed')
    const gone = await ann.send('DELETE', `/categories/${id}`, undefined, { 'if-match': '"1"' })
    expect(outcome(gone)).toBe('412 version-changed')
  })

  it('keeps to two levels and to its owner', async () => {
    const top = await make({ name: 'Top' })
    const below = await make({ name: 'Below', parentId: top.id })
    const groupId = (await ann.send('POST', '/groups', { name: 'Owners' })).json().id
    const theirs = await make({ name: 'Theirs', groupId })
    const put = async (id: string, parentId: string) =>
      outcome(await ann.send('PUT', `/categories/${id}`, { name: 'X', parentId }))
    expect(await put(top.id, top.id)).toBe('422 category-too-deep')
    expect(await put(top.id, below.id)).toBe('422 category-too-deep')
    expect(await put(theirs.id, below.id)).toBe('422 category-too-deep')
    expect(await put(theirs.id, top.id)).toBe('422 parent-of-another-owner')
  })

  it('goes only with a place for its expenses, which keep their history', async () => {
    const from = await make({ name: 'Away' })
    const below = await make({ name: 'Away below', parentId: from.id })
    const into = await make({ name: 'Stay' })
    const kept = await spend({ categoryId: from.id })
    const voided = await spend({ categoryId: from.id })
    await ann.send('DELETE', `/expenses/${voided.id}`)
    const remove = (query = '') => ann.send('DELETE', `/categories/${from.id}${query}`)
    const refused = await remove()
    expect(outcome(refused)).toBe('409 category-in-use')
    expect(refused.json().expenses).toBe(2)
    expect(outcome(await remove(`?moveTo=${from.id}`))).toBe('422 moves-to-itself')
    const hers = (await bob.send('POST', '/categories', { name: 'Bobs' })).json().id
    expect(outcome(await remove(`?moveTo=${hers}`))).toBe('422 unknown-category')
    expect(outcome(await remove(`?moveTo=${into.id}`))).toBe('204')
    const moved = (await ann.send('GET', `/expenses/${kept.id}`)).json()
    expect(moved).toMatchObject({ categoryId: into.id, version: 2 })
    const [event] = (await ann.send('GET', `/expenses/${kept.id}/history`)).json().items
    expect(event.changes).toEqual([{ field: 'categoryId', from: from.id, to: into.id }])
    const restored = await ann.send('POST', `/expenses/${voided.id}/restore`)
    expect(restored.json().categoryId).toBe(into.id)
    expect(outcome(await ann.send('GET', `/categories/${from.id}`))).toBe('404 category-not-found')
    expect((await ann.send('GET', `/categories/${below.id}`)).json().parentId).toBeNull()
    expect((await make({ name: 'Away' })).version).toBe(1)
  })

  it("is a group's business where it is a group's, and nobody's where it is the system's", async () => {
    const groupId = (await ann.send('POST', '/groups', { name: 'House' })).json().id
    await ann.send('POST', `/groups/${groupId}/members`, { userId: bob.id, role: 'viewer' })
    const { id } = await make({ name: 'Garden', groupId })
    expect(outcome(await bob.send('GET', `/categories/${id}`))).toBe('200')
    const renamed = await bob.send('PUT', `/categories/${id}`, { name: 'Mine' })
    expect(outcome(renamed)).toBe('403 role-too-low')
    expect(outcome(await bob.send('DELETE', `/categories/${id}`))).toBe('403 role-too-low')
    const dining = (await categories(ann)).find(({ slug }) => slug === 'dining')!.id
    expect(outcome(await ann.send('DELETE', `/categories/${dining}`))).toBe('403 system-category')
    expect(outcome(await ann.send('DELETE', `/categories/${id}`))).toBe('204')
  })
})
