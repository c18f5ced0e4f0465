import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

let api: TestApi
let ann: TestPerson
let bob: TestPerson
let eve: TestPerson

beforeAll(async () => {
  api = await startTestApi()
  ann = await api.person('ann')
  bob = await api.person('bob')
  eve = await api.person('eve')
})
afterAll(() => api.close())

async function flat(): Promise<string> {
  const { id } = (await ann.send('POST', '/groups', { name: 'Flat' })).json()
  await ann.send('POST', `/groups/${id}/members`, { userId: bob.id })
  return id
}

describe('POST /groups', () => {
  it('makes a group with its author as owner', async () => {
    const reply = await ann.send('POST', '/groups', {
      name: ' Flat 12 ',
      currency: 'usd',
      timeZone: 'america/new_york',
    })
    expect(reply.statusCode).toBe(201)
    expect(reply.headers.etag).toBe('"1"')
    expect(reply.headers.location).toBe(`/api/v1/groups/${reply.json().id}`)
    expect(reply.json()).toMatchObject({
      kind: 'shared',
      name: 'Flat 12',
      currency: 'USD',
      timeZone: 'America/New_York',
      members: [{ userId: ann.id, role: 'owner', displayName: 'ann' }],
      archivedAt: null,
    })
  })

  it('is made once under an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'flat' }
    const first = await ann.send('POST', '/groups', { name: 'Once' }, headers)
    const second = await ann.send('POST', '/groups', { name: 'Once' }, headers)
    expect(second.body).toBe(first.body)
    expect(second.headers['idempotency-replayed']).toBe('true')
  })

  it.each([
    [{}, '400 malformed-request', '/name'],
    [{ name: '' }, '400 malformed-request', '/name'],
    [{ name: '\u200b' }, '422 text-characters', '/name'],
    [{ name: 'x', currency: 'XXQ' }, '422 unknown-currency', '/currency'],
    [{ name: 'x', timeZone: 'Mars' }, '422 unknown-time-zone', '/timeZone'],
    [{ name: 'x', kind: 'personal' }, '400 malformed-request', '/kind'],
  ])('refuses %j', async (body, expected, pointer) => {
    const reply = await ann.send('POST', '/groups', body)
    expect(outcome(reply)).toBe(expected)
    expect(reply.json().errors[0].pointer).toBe(pointer)
  })
})

describe('GET /groups', () => {
  it('lists shared groups, and personal ones when asked', async () => {
    const dan = await api.person('dan')
    const { id } = (await dan.send('POST', '/groups', { name: 'Dans' })).json()
    const ids = async (query: string) =>
      (await dan.send('GET', `/groups${query}`)).json().items.map((one: { id: string }) => one.id)
    expect(await ids('')).toEqual([id])
    expect(await ids('?kind=personal')).toEqual([dan.personalGroupId])
    expect(await ids('?kind=direct')).toEqual([])
    expect(outcome(await dan.send('GET', '/groups?kind=secret'))).toBe('400 malformed-request')
  })

  it('pages', async () => {
    const dan = await api.person('dan')
    const names = ['a', 'b', 'c']
    for (const name of names) await dan.send('POST', '/groups', { name })
    const first = (await dan.send('GET', '/groups?limit=2')).json()
    const second = (await dan.send('GET', `/groups?limit=2&cursor=${first.nextCursor}`)).json()
    const seen = [...first.items, ...second.items].map(({ name }: { name: string }) => name)
    expect(seen).toEqual(['c', 'b', 'a'])
    expect(second.nextCursor).toBeNull()
  })
})

describe('a group', () => {
  it('hides itself and all in it from outsiders', async () => {
    const id = await flat()
    for (const [method, path, body] of [
      ['GET', ''],
      ['PUT', '', { name: 'Mine' }],
      ['DELETE', ''],
      ['GET', '/members'],
      ['POST', '/members', { guestName: 'Me' }],
      ['GET', '/expenses'],
      ['POST', '/splits', { amount: '1.00', currency: 'EUR', description: 'x' }],
      ['GET', '/balances'],
    ] as const) {
      const reply = await eve.send(method, `/groups/${id}${path}`, body)
      expect(outcome(reply)).toBe('404 group-not-found')
    }
  })

  it('is read by its members', async () => {
    const id = await flat()
    const reply = await bob.send('GET', `/groups/${id}`)
    expect(reply.headers.etag).toBe('"1"')
    expect(reply.json().members).toHaveLength(2)
  })

  it('is changed by its owner, not by plain members', async () => {
    const id = await flat()
    expect(outcome(await bob.send('PUT', `/groups/${id}`, { name: 'x' }))).toBe('403 role-too-low')
    const reply = await ann.send('PUT', `/groups/${id}`, { name: 'Flat 14', currency: 'CHF' })
    expect(reply.json()).toMatchObject({ name: 'Flat 14', currency: 'CHF', version: 2 })
    expect(reply.headers.etag).toBe('"2"')
  })

  it('is guarded by If-Match', async () => {
    const id = await flat()
    const headers = { 'if-match': '"1"' }
    expect(outcome(await ann.send('PUT', `/groups/${id}`, { name: 'a' }, headers))).toBe('200')
    const stale = await ann.send('PUT', `/groups/${id}`, { name: 'b' }, headers)
    expect(outcome(stale)).toBe('412 version-changed')
    expect(outcome(await ann.send('DELETE', `/groups/${id}`, undefined, headers))).toMatch(/^412/)
  })

  it('is put away: readable, no longer listed, closed to changes', async () => {
    const id = await flat()
    const gone = await ann.send('DELETE', `/groups/${id}`)
    expect(gone.json()).toMatchObject({ version: 2, archivedAt: expect.any(String) })
    expect((await bob.send('GET', `/groups/${id}`)).statusCode).toBe(200)
    const listed = (await ann.send('GET', '/groups')).json().items
    expect(listed.map((one: { id: string }) => one.id)).not.toContain(id)
    const body = { amount: '1.00', currency: 'EUR', description: 'x' }
    expect(outcome(await ann.send('POST', `/groups/${id}/splits`, body))).toBe('409 group-archived')
  })

  it('stays when it is personal', async () => {
    const reply = await ann.send('DELETE', `/groups/${ann.personalGroupId}`)
    expect(outcome(reply)).toBe('409 personal-group')
  })
})

describe('members', () => {
  it('are people with an account or guests', async () => {
    const id = await flat()
    const guest = await bob.send('POST', `/groups/${id}/members`, { guestName: 'Kim' })
    expect(guest.statusCode).toBe(201)
    expect(guest.json()).toMatchObject({ displayName: 'Kim', isGuest: true, role: 'member' })
    const viewer = { userId: eve.id, role: 'viewer' }
    expect((await ann.send('POST', `/groups/${id}/members`, viewer)).json().role).toBe('viewer')
    const list = (await eve.send('GET', `/groups/${id}/members`)).json().items
    expect(list.map((one: { displayName: string }) => one.displayName)).toEqual([
      'ann',
      'bob',
      'Kim',
      'eve',
    ])
  })

  it('come in once under an Idempotency-Key', async () => {
    const id = await flat()
    const headers = { 'idempotency-key': 'kim' }
    const add = () => ann.send('POST', `/groups/${id}/members`, { guestName: 'Kim' }, headers)
    expect((await add()).body).toBe((await add()).body)
    expect((await ann.send('GET', `/groups/${id}/members`)).json().items).toHaveLength(3)
  })

  it.each([
    [{}, '400 malformed-request'],
    [{ role: 'owner', guestName: 'x' }, '400 malformed-request'],
    [{ userId: '019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d' }, '422 unknown-user'],
    [{ userId: 'NO-ID' }, '400 malformed-request'],
  ])('cannot be %j', async (body, expected) => {
    expect(outcome(await ann.send('POST', `/groups/${await flat()}/members`, body))).toBe(expected)
  })

  it('cannot be both, nor come twice, nor raise themselves', async () => {
    const id = await flat()
    const add = (person: TestPerson, body: object) =>
      person.send('POST', `/groups/${id}/members`, body)
    const doubled = await add(ann, { userId: eve.id, guestName: 'x' })
    expect(doubled.json().detail).toBe('Give exactly one of userId, guestName.')
    expect(outcome(await add(ann, { userId: bob.id }))).toBe('409 already-a-member')
    expect(outcome(await add(bob, { userId: eve.id, role: 'admin' }))).toBe('403 role-too-low')
  })

  it('record nothing while they are viewers', async () => {
    const id = await flat()
    await ann.send('POST', `/groups/${id}/members`, { userId: eve.id, role: 'viewer' })
    const body = { amount: '1.00', currency: 'EUR', description: 'x' }
    expect(outcome(await eve.send('POST', `/groups/${id}/splits`, body))).toBe('403 role-too-low')
  })
})

describe('expenses of a group', () => {
  it('are recorded by splits, listed, and make the balances', async () => {
    const id = await flat()
    const body = { amount: '90.00', currency: 'EUR', description: 'Dinner' }
    const reply = await ann.send('POST', `/groups/${id}/splits`, body)
    expect(reply.statusCode).toBe(201)
    expect(reply.headers.location).toBe(`/api/v1/expenses/${reply.json().id}`)
    const list = (await bob.send('GET', `/groups/${id}/expenses`)).json()
    expect(list.items).toEqual([reply.json()])
    const balances = (await bob.send('GET', `/groups/${id}/balances`)).json()
    expect(balances.items).toEqual(
      expect.arrayContaining([
        { userId: ann.id, currency: 'EUR', amount: '45.00' },
        { userId: bob.id, currency: 'EUR', amount: '-45.00' },
      ]),
    )
  })

  it('leave two even who pay and share half each, in whatever order they are named', async () => {
    const id = await flat()
    const halves = (people: TestPerson[]) => people.map((one) => ({ userId: one.id, shares: '1' }))
    const reply = await ann.send('POST', `/groups/${id}/splits`, {
      amount: '15.73',
      currency: 'EUR',
      description: 'Wine',
      payers: halves([ann, bob]),
      split: { method: 'shares', participants: halves([bob, ann]) },
    })
    expect(reply.json().splits).toMatchObject([{ amount: '7.87' }, { amount: '7.86' }])
    expect(await owing(id)).toEqual([])
  })

  it('are refunded as a whole by naming them', async () => {
    const id = await flat()
    const body = { amount: '10.01', currency: 'EUR', description: 'Shoes' }
    const shoes = (await ann.send('POST', `/groups/${id}/splits`, body)).json()
    const refund = await bob.send('POST', `/groups/${id}/splits`, {
      currency: 'EUR',
      description: 'Shoes did not fit',
      refundOf: shoes.id,
    })
    expect(refund.json()).toMatchObject({ amount: '-10.01', refundOf: shoes.id })
    expect(await owing(id)).toEqual([])
  })

  async function owing(id: string): Promise<{ amount: string }[]> {
    const { items } = (await ann.send('GET', `/groups/${id}/balances`)).json()
    return items.filter(({ amount }: { amount: string }) => Number(amount) !== 0)
  }

  it('take no group in the body, for the path names it', async () => {
    const id = await flat()
    const body = { amount: '90.00', currency: 'EUR', description: 'Dinner', groupId: id }
    const reply = await ann.send('POST', `/groups/${id}/splits`, body)
    expect(outcome(reply)).toBe('400 malformed-request')
  })

  it('are recorded once under an Idempotency-Key', async () => {
    const id = await flat()
    const headers = { 'idempotency-key': 'dinner' }
    const body = { amount: '90.00', currency: 'EUR', description: 'Dinner' }
    const record = () => ann.send('POST', `/groups/${id}/splits`, body, headers)
    expect((await record()).body).toBe((await record()).body)
    expect((await ann.send('GET', `/groups/${id}/expenses`)).json().items).toHaveLength(1)
  })
})
