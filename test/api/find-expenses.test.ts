import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

type Listed = { id: string; description: string; voidedAt: string | null; amount: string }

let api: TestApi
let ann: TestPerson
let bob: TestPerson
let eve: TestPerson
let flat: string
let categoryOf: Record<string, string>

beforeAll(async () => {
  api = await startTestApi()
  ann = await api.person('ann')
  bob = await api.person('bob')
  eve = await api.person('eve')
  flat = (await ann.send('POST', '/groups', { name: 'Flat' })).json().id
  await ann.send('POST', `/groups/${flat}/members`, { userId: bob.id })
  const { items } = (await ann.send('GET', '/categories')).json()
  categoryOf = Object.fromEntries(items.map((one: Record<string, string>) => [one.slug, one.id]))
  for (const body of sample()) {
    expect(outcome(await ann.send('POST', '/expenses', body))).toBe('201')
  }
  const gone = await record({ description: 'Gone', amount: '3.00', date: '2026-03-09' })
  await ann.send('DELETE', `/expenses/${gone.id}`)
})
afterAll(() => api.close())

const sample = () => [
  { ...base, description: 'Crème brûlée', notes: 'in Zürich', date: '2026-03-01', tags: ['sweet'] },
  { ...base, description: 'Zurich tram', amount: '7.50', currency: 'CHF', date: '2026-03-02' },
  { ...base, description: 'Ужин у Анны', date: '2026-03-03', categoryId: categoryOf.dining },
  { ...base, description: '100% Straße_x', amount: '-4.00', date: '2026-03-04' },
  { ...base, description: 'Salary', amount: '900.00', kind: 'income', date: '2026-03-05' },
  {
    ...base,
    description: 'Rent',
    amount: '50.00',
    groupId: flat,
    date: '2026-03-06',
    categoryId: categoryOf.housing,
    payers: [{ userId: bob.id, amount: '50.00' }],
    split: { method: 'equal', participants: [{ userId: ann.id }, { userId: bob.id }] },
  },
  {
    ...base,
    description: 'Bob alone',
    amount: '20.00',
    groupId: flat,
    date: '2026-03-07',
    payers: [{ userId: bob.id, amount: '20.00' }],
    split: { method: 'equal', participants: [{ userId: bob.id }] },
  },
]
const base = { amount: '12.00', currency: 'EUR' }

async function record(body: object): Promise<Listed> {
  const reply = await ann.send('POST', '/expenses', { ...base, ...body })
  expect(outcome(reply)).toBe('201')
  return reply.json()
}

const url = (path: string, query: Record<string, unknown>) =>
  `${path}?${new URLSearchParams(query as Record<string, string>)}`

async function found(query: object, person = ann, path = '/expenses'): Promise<string[]> {
  const reply = await person.send('GET', url(path, { ...query }))
  expect(outcome(reply)).toBe('200')
  return reply.json().items.map(({ description }: Listed) => description)
}

/** All pages, `between` runs after each. */
async function walk(query: object, limit: number, between = async () => {}): Promise<Listed[]> {
  const all: Listed[] = []
  let cursor: string | null = null
  do {
    const page = { ...query, limit, ...(cursor ? { cursor } : {}) }
    const reply = await ann.send('GET', url('/expenses', page))
    expect(outcome(reply)).toBe('200')
    all.push(...reply.json().items)
    cursor = reply.json().nextCursor
    await between()
  } while (cursor)
  return all
}

describe('looking for expenses', () => {
  it.each([
    ['BRULEE', ['Crème brûlée']],
    ['zurich', ['Zurich tram', 'Crème brûlée']],
    ['zürich creme', ['Crème brûlée']],
    ['tram ZÜR', ['Zurich tram']],
    ['анны УЖИН', ['Ужин у Анны']],
    ['strasse', ['100% Straße_x']],
    ['0%', ['100% Straße_x']],
    ['％', ['100% Straße_x']],
    ['_', ['100% Straße_x']],
    ['\\', []],
    ['   ', undefined],
  ])('finds by text %j', async (text, expected) => {
    const descriptions = await found({ text })
    if (expected) expect(descriptions).toEqual(expected)
    else expect(descriptions).toHaveLength(7)
  })

  it('finds by what an expense is', async () => {
    expect(await found({ tag: 'sweet' })).toEqual(['Crème brûlée'])
    expect(await found({ tag: 'swee' })).toEqual([])
    expect(await found({ kind: 'income' })).toEqual(['Salary'])
    expect(await found({ currency: 'chf' })).toEqual(['Zurich tram'])
    expect(await found({ groupId: flat })).toEqual(['Bob alone', 'Rent'])
    expect(await found({ categoryId: categoryOf.housing })).toEqual(['Rent'])
    expect(await found({ personId: bob.id })).toEqual(['Bob alone', 'Rent'])
    expect(await found({ payerId: bob.id, personId: ann.id })).toEqual(['Rent'])
    expect(await found({ includeVoided: true, text: 'gone' })).toEqual(['Gone'])
    expect(await found({ text: 'gone' })).toEqual([])
  })

  it('counts both ends of a range of days and of amounts', async () => {
    const days = { from: '2026-03-06', to: '2026-03-07' }
    expect(await found(days)).toEqual(['Bob alone', 'Rent'])
    const amounts = { minAmount: '20.00', maxAmount: '50', currency: 'EUR' }
    expect(await found(amounts)).toEqual(['Bob alone', 'Rent'])
    expect(await found({ maxAmount: '-4.00', currency: 'EUR' })).toEqual(['100% Straße_x'])
    expect(await found({ minAmount: '0', currency: 'CHF' })).toEqual(['Zurich tram'])
  })

  it('works the same on every list', async () => {
    expect(await found({ personId: bob.id }, ann, '/users/me/expenses')).toEqual(['Rent'])
    expect(await found({ text: 'alone' }, ann, `/groups/${flat}/expenses`)).toEqual(['Bob alone'])
    const housing = `/categories/${categoryOf.housing}/expenses`
    expect(await found({ payerId: bob.id }, bob, housing)).toEqual(['Rent'])
    expect(await found({ payerId: ann.id }, bob, housing)).toEqual([])
  })

  it('shows nobody what is not theirs', async () => {
    expect(await found({ text: 'rent' }, eve)).toEqual([])
    expect(await found({ personId: bob.id }, eve)).toEqual([])
    const other = await eve.send('GET', url('/expenses', { groupId: flat }))
    expect(outcome(other)).toBe('404 group-not-found')
    const own = (await ann.send('POST', '/categories', { name: 'Hers' })).json().id
    const hidden = await eve.send('GET', url('/expenses', { categoryId: own }))
    expect(outcome(hidden)).toBe('404 category-not-found')
  })

  it.each([
    [{ minAmount: '1.00' }, '400 malformed-request'],
    [{ minAmount: '1.00', currency: 'XXQ' }, '422 unknown-currency'],
    [{ minAmount: '1.001', currency: 'EUR' }, '422 too-many-decimals'],
    [{ minAmount: '1e3', currency: 'EUR' }, '400 malformed-request'],
    [{ from: '2026-02-30' }, '422 impossible-date'],
    [{ from: '2026-03-02', to: '2026-03-01' }, '422 empty-range'],
    [{ text: 'a\u0000b' }, '400 malformed-request'],
    [{ text: '' }, '400 malformed-request'],
    [{ text: 'a b c d e f g h i j k' }, '422 too-many-words'],
    [{ kind: 'refund' }, '400 malformed-request'],
    [{ category: 'food' }, '400 malformed-request'],
    [{ updatedSince: 'yesterday' }, '400 malformed-request'],
    [{ updatedSince: '2026-13-45T00:00:00Z' }, '422 impossible-date'],
  ])('refuses %j', async (query, expected) => {
    expect(outcome(await ann.send('GET', url('/expenses', query)))).toBe(expected)
  })
})

describe('pages', () => {
  it('give every expense once, whatever is asked for and however small they are', async () => {
    const filters = fc.record(
      {
        text: fc.constantFrom('zurich', 'a', 'nobody'),
        personId: fc.constantFrom(ann.id, bob.id),
        payerId: fc.constantFrom(ann.id, bob.id),
        groupId: fc.constant(flat),
        currency: fc.constantFrom('EUR', 'CHF'),
        kind: fc.constantFrom('expense', 'income'),
        from: fc.constantFrom('2026-03-02', '2026-03-05'),
        to: fc.constantFrom('2026-03-06', '2026-03-07'),
        includeVoided: fc.boolean(),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 3 }), async (query, limit) => {
        const paged = (await walk(query, limit)).map(({ description }) => description)
        expect(paged).toEqual(await found(query))
      }),
      { numRuns: 40 },
    )
  })

  it('go on where they were while others write', async () => {
    const before = (await walk({}, 200)).map(({ id }) => id)
    const seen = await walk({}, 2, async () => {
      await record({ description: 'New', date: '2026-03-08' })
    })
    expect(seen.map(({ id }) => id)).toEqual(before)
  })

  it('take a cursor only with the filters it came from', async () => {
    const query = { currency: 'EUR', limit: 1 }
    const cursor = (await ann.send('GET', url('/expenses', query))).json().nextCursor
    const again = (more: object, path = '/expenses') =>
      ann.send('GET', url(path, { cursor, ...more }))
    expect(outcome(await again({ currency: 'EUR', limit: 3 }))).toBe('200')
    for (const more of [{ currency: 'CHF' }, {}, { currency: 'EUR', text: 'x' }]) {
      expect(outcome(await again(more))).toBe('400 malformed-cursor')
    }
    const elsewhere = await again({ currency: 'EUR' }, '/users/me/expenses')
    expect(outcome(elsewhere)).toBe('400 malformed-cursor')
    const since = { currency: 'EUR', updatedSince: '2020-01-01T00:00:00Z' }
    expect(outcome(await again(since))).toBe('400 malformed-cursor')
  })
})
