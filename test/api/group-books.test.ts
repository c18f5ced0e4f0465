import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

let api: TestApi
let ann: TestPerson
let bob: TestPerson
let cem: TestPerson
let eve: TestPerson

beforeAll(async () => {
  api = await startTestApi()
  ann = await api.person('ann')
  bob = await api.person('bob')
  cem = await api.person('cem')
  eve = await api.person('eve')
})
afterAll(() => api.close())

async function flat(people = [bob, cem], name = 'Flat'): Promise<string> {
  const { id } = (await ann.send('POST', '/groups', { name })).json()
  for (const { id: userId } of people) await ann.send('POST', `/groups/${id}/members`, { userId })
  return id
}

async function dinner(
  groupId: string,
  payer = ann,
  change: object = {},
): Promise<{ id: string; splits: { userId: string; status: string }[] }> {
  const body = { amount: '90.00', currency: 'EUR', description: 'Dinner', ...change }
  const reply = await payer.send('POST', `/groups/${groupId}/splits`, body)
  expect(outcome(reply)).toBe('201')
  return reply.json()
}

describe('PATCH /groups/{id}/splits/{expenseId}/{userId}', () => {
  it('marks a share settled by a payment, and open again', async () => {
    const id = await flat()
    const expense = await dinner(id)
    const share = `/groups/${id}/splits/${expense.id}/${bob.id}`
    const statuses = (one: { splits: { status: string }[] }) =>
      one.splits.map(({ status }) => status)
    expect(statuses(expense)).toEqual(['settled', 'open', 'open'])
    const settled = await bob.send('PATCH', share, { status: 'settled' })
    expect(statuses(settled.json())).toEqual(['settled', 'settled', 'open'])
    expect(settled.headers.etag).toBe('"1"')
    const { items } = (await bob.send('GET', `/groups/${id}/settlements`)).json()
    expect(items).toMatchObject([
      { fromUserId: bob.id, toUserId: ann.id, amount: '30.00', expenseId: expense.id },
    ])
    expect((await bob.send('PATCH', share, { status: 'settled' })).body).toBe(settled.body)
    const open = await ann.send('PATCH', share, { status: 'open' })
    expect(statuses(open.json())).toEqual(['settled', 'open', 'open'])
    expect((await bob.send('GET', `/groups/${id}/settlements`)).json().items).toEqual([])
  })

  it('refuses what is no share, what owes nothing, and what was undone', async () => {
    const id = await flat()
    const expense = await dinner(id)
    const mark = (person: TestPerson, userId: string, body: object) =>
      person.send('PATCH', `/groups/${id}/splits/${expense.id}/${userId}`, body)
    expect(outcome(await mark(ann, eve.id, { status: 'settled' }))).toBe('404 share-not-found')
    expect(outcome(await mark(ann, ann.id, { status: 'open' }))).toBe('422 nothing-owed')
    expect(outcome(await mark(ann, bob.id, { status: 'paid' }))).toBe('400 malformed-request')
    expect(outcome(await mark(ann, bob.id, {}))).toBe('400 malformed-request')
    expect(outcome(await mark(eve, bob.id, { status: 'open' }))).toBe('404 expense-not-found')
    await ann.send('POST', `/groups/${id}/members`, { userId: eve.id, role: 'viewer' })
    expect(outcome(await mark(eve, bob.id, { status: 'settled' }))).toBe('403 role-too-low')
    await ann.send('DELETE', `/expenses/${expense.id}`)
    expect(outcome(await mark(ann, bob.id, { status: 'settled' }))).toBe('409 expense-voided')
    const elsewhere = `/groups/${await flat()}/splits/${expense.id}/${bob.id}`
    const reply = await ann.send('PATCH', elsewhere, { status: 'settled' })
    expect(outcome(reply)).toBe('404 expense-not-found')
  })
})

describe('GET /groups/{id}/history', () => {
  type Event = { seq: string; type: string; [field: string]: unknown }
  type FeedPage = { items: Event[]; nextCursor: string | null }
  const history = async (id: string, query = ''): Promise<FeedPage> =>
    (await bob.send('GET', `/groups/${id}/history${query}`)).json()
  const seqs = ({ items }: FeedPage) => items.map(({ seq }) => Number(seq))

  it('tells people what happened, newest first, page by page', async () => {
    const id = await flat()
    const expense = await dinner(id)
    await ann.send('PATCH', `/expenses/${expense.id}`, { amount: '60.00' })
    const first = await history(id, '?limit=3')
    expect(first.items[0]).toMatchObject({
      type: 'expense.edited',
      actorId: ann.id,
      source: 'api',
      subjectType: 'expense',
      subjectId: expense.id,
      version: 2,
      changes: expect.arrayContaining([{ field: 'amount', from: '90.00', to: '60.00' }]),
      after: expect.objectContaining({ amount: '60.00', description: 'Dinner' }),
    })
    const second = await history(id, `?limit=3&cursor=${first.nextCursor}`)
    expect([...seqs(first), ...seqs(second)]).toEqual([5, 4, 3, 2, 1])
    expect(second.items.at(-1)?.type).toBe('group.created')
    expect(second.nextCursor).toBeNull()
  })

  it('feeds programs everything once, in order, from where they left off', async () => {
    const id = await flat()
    await dinner(id)
    const first = await history(id, '?since=0&limit=3')
    expect(seqs(first)).toEqual([1, 2, 3])
    const second = await history(id, `?since=0&limit=3&cursor=${first.nextCursor}`)
    expect(seqs(second)).toEqual([4])
    expect(second.nextCursor).toBeNull()
    expect((await history(id, '?since=4')).items).toEqual([])
    await dinner(id)
    expect(seqs(await history(id, '?since=4'))).toEqual([5])
  })

  it.each([
    ['?since=-1', 'malformed-request'],
    ['?since=01', 'malformed-request'],
    ['?since=99999999999999999999', 'malformed-request'],
    ['?cursor=bm9uZQ', 'malformed-cursor'],
    ['?cursor=%00', 'malformed-request'],
    ['?limit=201', 'malformed-request'],
    ['?after=1', 'malformed-request'],
  ])('refuses %s', async (query, code) => {
    const reply = await ann.send('GET', `/groups/${await flat()}/history${query}`)
    expect(outcome(reply)).toBe(`400 ${code}`)
  })

  it('hides from outsiders', async () => {
    const reply = await eve.send('GET', `/groups/${await flat()}/history`)
    expect(outcome(reply)).toBe('404 group-not-found')
  })
})

describe('GET /users/me/balances', () => {
  it('adds up what stands between two people over all their groups', async () => {
    const dan = await api.person('dan')
    const one = await flat([bob, dan], 'One')
    const two = await flat([dan], 'Two')
    await dinner(one)
    await dinner(two, dan, { amount: '10.00' })
    await dinner(two, dan, { amount: '8.00', currency: 'USD' })
    const { items, groups } = (await dan.send('GET', '/users/me/balances')).json()
    const withAnn = { userId: ann.id, displayName: 'ann' }
    expect(items).toEqual([
      { ...withAnn, currency: 'EUR', amount: '-25.00' },
      { ...withAnn, currency: 'USD', amount: '4.00' },
    ])
    expect(groups).toEqual([
      { groupId: one, groupName: 'One', currency: 'EUR', amount: '-30.00' },
      { groupId: two, groupName: 'Two', currency: 'EUR', amount: '5.00' },
      { groupId: two, groupName: 'Two', currency: 'USD', amount: '4.00' },
    ])
  })

  it('names nobody after a settle-up, though debts went in a circle', async () => {
    const dan = await api.person('dan')
    const gil = await api.person('gil')
    const id = await flat([dan, gil])
    const alone = ({ id: userId }: TestPerson) => ({
      split: { method: 'equal', participants: [{ userId }] },
    })
    await dinner(id, dan, alone(gil))
    await dinner(id, gil, alone(ann))
    const of = async (person: TestPerson) =>
      (await person.send('GET', '/users/me/balances')).json().items
    expect(await of(gil)).toEqual([])
    expect(await of(dan)).toMatchObject([{ userId: gil.id, amount: '90.00' }])
    const { plans } = (await dan.send('GET', `/groups/${id}/settle-up`)).json()
    expect(plans[0].payments).toHaveLength(1)
    await dan.send('POST', `/groups/${id}/settlements`, plans[0].payments[0])
    expect(await of(dan)).toEqual([])
  })

  it('is empty for somebody who owes nothing', async () => {
    const gil = await api.person('gil')
    expect((await gil.send('GET', '/users/me/balances')).json()).toEqual({ items: [], groups: [] })
  })
})
