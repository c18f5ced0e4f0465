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

/** Ann paid 90.00 for the three of them. */
async function flatWithDinner(): Promise<string> {
  const { id } = (await ann.send('POST', '/groups', { name: 'Flat' })).json()
  for (const { id: userId } of [bob, cem]) {
    await ann.send('POST', `/groups/${id}/members`, { userId })
  }
  const dinner = { amount: '90.00', currency: 'EUR', description: 'Dinner', date: '2026-11-20' }
  await ann.send('POST', `/groups/${id}/splits`, dinner)
  return id
}

const payment = (change: object = {}) => ({
  fromUserId: bob.id,
  toUserId: ann.id,
  amount: '30.00',
  currency: 'EUR',
  ...change,
})

async function owing(groupId: string): Promise<Record<string, string>> {
  const { items } = (await ann.send('GET', `/groups/${groupId}/balances`)).json()
  const names = new Map([ann, bob, cem].map(({ id, username }) => [id, username.slice(0, 3)]))
  return Object.fromEntries(
    items.map(({ userId, amount }: { userId: string; amount: string }) => [
      names.get(userId),
      amount,
    ]),
  )
}

describe('POST /groups/{id}/settlements', () => {
  it('records a payment, which shrinks debt and claim alike', async () => {
    const id = await flatWithDinner()
    const body = payment({ date: '2026-11-21', notes: 'By bank' })
    const reply = await bob.send('POST', `/groups/${id}/settlements`, body)
    expect(outcome(reply)).toBe('201')
    const settlement = reply.json()
    expect(settlement).toMatchObject({
      ...body,
      groupId: id,
      expenseId: null,
      source: 'api',
      version: 1,
      createdBy: bob.id,
      voidedAt: null,
    })
    expect(reply.headers.etag).toBe('"1"')
    expect(reply.headers.location).toBe(`/api/v1/groups/${id}/settlements/${settlement.id}`)
    expect(await owing(id)).toEqual({ ann: '30.00', cem: '-30.00' })
  })

  it('is done once under an Idempotency-Key', async () => {
    const id = await flatWithDinner()
    const headers = { 'idempotency-key': 'paid' }
    const pay = () =>
      bob.send('POST', `/groups/${id}/settlements`, payment({ amount: '10.00' }), headers)
    const first = await pay()
    const second = await pay()
    expect(second.body).toBe(first.body)
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(second.headers.etag).toBe('"1"')
    expect(await owing(id)).toMatchObject({ bob: '-20.00' })
  })

  it.each([
    ['a minus', { amount: '-1.00' }, '400 malformed-request', '/amount'],
    ['zero', { amount: '0.00' }, '400 malformed-request', '/amount'],
    ['a number', { amount: 12 }, '400 malformed-request', '/amount'],
    ['no people', { fromUserId: undefined }, '400 malformed-request', '/fromUserId'],
    ['an unknown field', { to: 'x' }, '400 malformed-request', '/to'],
    ['decimals beyond the currency', { amount: '1.005' }, '422 too-many-decimals', '/amount'],
    ['an unknown currency', { currency: 'XXQ' }, '422 unknown-currency', '/currency'],
    ['an impossible day', { date: '2026-02-30' }, '422 impossible-date', '/date'],
    ['hidden text', { notes: 'a\u202eb' }, '422 text-characters', '/notes'],
  ])('refuses %s', async (_what, change, expected, pointer) => {
    const id = await flatWithDinner()
    const reply = await bob.send('POST', `/groups/${id}/settlements`, payment(change))
    expect(outcome(reply)).toBe(expected)
    expect(reply.json().errors[0].pointer).toBe(pointer)
  })

  it('refuses people outside the group, and paying oneself', async () => {
    const id = await flatWithDinner()
    const pay = (change: object) => ann.send('POST', `/groups/${id}/settlements`, payment(change))
    expect(outcome(await pay({ fromUserId: eve.id }))).toBe('422 not-a-member')
    expect(outcome(await pay({ fromUserId: ann.id }))).toBe('422 same-person')
  })

  it('refuses more than is owed and names it, unless it is forced', async () => {
    const id = await flatWithDinner()
    const pay = (change: object) => bob.send('POST', `/groups/${id}/settlements`, payment(change))
    const refused = await pay({ amount: '30.01' })
    expect(outcome(refused)).toBe('409 settlement-exceeds-debt')
    expect(refused.json()).toMatchObject({ owed: '30.00', currency: 'EUR' })
    expect(outcome(await pay({ amount: '30.01', force: true }))).toBe('201')
    expect(await owing(id)).toMatchObject({ bob: '0.01' })
  })

  it('is not for viewers', async () => {
    const id = await flatWithDinner()
    await ann.send('POST', `/groups/${id}/members`, { userId: eve.id, role: 'viewer' })
    const reply = await eve.send('POST', `/groups/${id}/settlements`, payment())
    expect(outcome(reply)).toBe('403 role-too-low')
    expect(outcome(await eve.send('GET', `/groups/${id}/settlements`))).toBe('200')
  })
})

describe('a settlement', () => {
  it('hides itself from outsiders', async () => {
    const id = await flatWithDinner()
    const paid = (await bob.send('POST', `/groups/${id}/settlements`, payment())).json()
    const one = `/groups/${id}/settlements/${paid.id}`
    for (const [method, path, body] of [
      ['GET', `/groups/${id}/settlements`],
      ['POST', `/groups/${id}/settlements`, payment()],
      ['GET', one],
      ['DELETE', one],
      ['POST', `${one}/void`],
      ['POST', `${one}/restore`],
      ['GET', `/groups/${id}/settle-up`],
    ] as const) {
      expect(outcome(await eve.send(method, path, body))).toMatch(/^404 (group|settlement)-not-/)
    }
  })

  it('is read and listed, the newest first, page by page', async () => {
    const id = await flatWithDinner()
    const dates = ['2026-03-02', '2026-03-01', '2026-03-03']
    for (const date of dates) {
      await bob.send('POST', `/groups/${id}/settlements`, payment({ amount: '1.00', date }))
    }
    const first = (await cem.send('GET', `/groups/${id}/settlements?limit=2`)).json()
    const after = `limit=2&cursor=${first.nextCursor}`
    const second = (await cem.send('GET', `/groups/${id}/settlements?${after}`)).json()
    const listed = [...first.items, ...second.items]
    expect(listed.map(({ date }) => date)).toEqual([...dates].sort().reverse())
    expect(second.nextCursor).toBeNull()
    const reply = await cem.send('GET', `/groups/${id}/settlements/${listed[0].id}`)
    expect(reply.json()).toEqual(listed[0])
    expect(reply.headers.etag).toBe('"1"')
  })

  it('is not found in another group', async () => {
    const id = await flatWithDinner()
    const paid = (await bob.send('POST', `/groups/${id}/settlements`, payment())).json()
    const other = await flatWithDinner()
    const reply = await bob.send('GET', `/groups/${other}/settlements/${paid.id}`)
    expect(outcome(reply)).toBe('404 settlement-not-found')
  })

  it.each([
    ['DELETE', ''],
    ['POST', '/void'],
  ] as const)('is taken out of force by %s %s, and comes back', async (method, path) => {
    const id = await flatWithDinner()
    const paid = (await bob.send('POST', `/groups/${id}/settlements`, payment())).json()
    const one = `/groups/${id}/settlements/${paid.id}`
    const gone = await ann.send(method, `${one}${path}`)
    expect(gone.json()).toMatchObject({ version: 2, voidedAt: expect.any(String) })
    expect(gone.headers.etag).toBe('"2"')
    expect((await ann.send(method, `${one}${path}`)).json().version).toBe(2)
    expect((await ann.send('GET', one)).json()).toEqual(gone.json())
    expect((await ann.send('GET', `/groups/${id}/settlements`)).json().items).toEqual([])
    expect(await owing(id)).toMatchObject({ bob: '-30.00' })
    const back = await bob.send('POST', `${one}/restore`)
    expect(back.json()).toMatchObject({ version: 3, voidedAt: null })
    expect(await owing(id)).toEqual({ ann: '30.00', cem: '-30.00' })
  })

  it('is guarded by If-Match, and lets only those it concerns change it', async () => {
    const id = await flatWithDinner()
    const paid = (await bob.send('POST', `/groups/${id}/settlements`, payment())).json()
    const one = `/groups/${id}/settlements/${paid.id}`
    const stale = { 'if-match': '"7"' }
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/void'],
      ['POST', '/restore'],
    ] as const) {
      const reply = await bob.send(method, `${one}${path}`, undefined, stale)
      expect(outcome(reply)).toBe('412 version-changed')
      expect(outcome(await cem.send(method, `${one}${path}`))).toBe('403 not-yours')
    }
    const fresh = { 'if-match': paid.version && `"${paid.version}"` }
    expect(outcome(await bob.send('DELETE', one, undefined, fresh))).toBe('200')
  })
})

describe('GET /groups/{id}/settle-up', () => {
  const settleUp = async (id: string, query = '') =>
    (await cem.send('GET', `/groups/${id}/settle-up${query}`)).json()

  it('names the fewest payments; made, nothing is left', async () => {
    const id = await flatWithDinner()
    const { plans } = await settleUp(id)
    expect(plans).toMatchObject([{ currency: 'EUR', optimal: true }])
    expect(plans[0].payments).toHaveLength(2)
    for (const one of plans[0].payments) {
      expect(one).toMatchObject({ toUserId: ann.id, amount: '30.00', currency: 'EUR' })
      expect(outcome(await ann.send('POST', `/groups/${id}/settlements`, one))).toBe('201')
    }
    expect(await owing(id)).toEqual({})
    expect(await settleUp(id)).toEqual({ plans: [] })
  })

  it('goes along debts that exist, or through one person', async () => {
    const id = await flatWithDinner()
    const taxi = { amount: '40.00', currency: 'EUR', description: 'Taxi' }
    const participants = [{ userId: cem.id }]
    const split = { method: 'equal', participants }
    await bob.send('POST', `/groups/${id}/splits`, { ...taxi, split })
    const pairs = (plan: {
      payments: { fromUserId: string; toUserId: string; amount: string }[]
    }) => plan.payments.map((one) => [one.fromUserId, one.toUserId, one.amount])
    const minimal = await settleUp(id, '?strategy=minimal')
    expect(pairs(minimal.plans[0]).sort()).toEqual([
      [cem.id, ann.id, '60.00'],
      [cem.id, bob.id, '10.00'],
    ])
    const pairwise = await settleUp(id, '?strategy=pairwise')
    expect(pairs(pairwise.plans[0]).sort()).toEqual(
      [
        [bob.id, ann.id, '30.00'],
        [cem.id, ann.id, '30.00'],
        [cem.id, bob.id, '40.00'],
      ].sort(),
    )
    const via = await settleUp(id, `?strategy=via&via=${bob.id}`)
    expect(pairs(via.plans[0]).sort()).toEqual(
      [
        [bob.id, ann.id, '60.00'],
        [cem.id, bob.id, '70.00'],
      ].sort(),
    )
  })

  it('explains a payment by what led to it', async () => {
    const id = await flatWithDinner()
    const { plans } = await settleUp(id, '?explain=true')
    const ofBob = plans[0].payments.find((one: { fromUserId: string }) => one.fromUserId === bob.id)
    expect(ofBob.reasons).toEqual([
      expect.objectContaining({ type: 'expense', userId: bob.id, amount: '-30.00' }),
      expect.objectContaining({ description: 'Dinner', userId: ann.id, amount: '60.00' }),
    ])
    expect(ofBob.reasons[0]).toMatchObject({ date: '2026-11-20' })
  })

  it.each([
    ['?strategy=fair', '400 malformed-request', 'strategy'],
    ['?strategy=via', '400 malformed-request', 'via'],
    ['?strategy=minimal&via=019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d', '400 malformed-request', 'via'],
    ['?strategy=via&via=bob', '400 malformed-request', 'via'],
    ['?explain=perhaps', '400 malformed-request', 'explain'],
    ['?strategy=via&via=019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d', '422 not-a-member', '/via'],
  ])('refuses %s', async (query, expected, pointer) => {
    const reply = await ann.send('GET', `/groups/${await flatWithDinner()}/settle-up${query}`)
    expect(outcome(reply)).toBe(expected)
    expect(reply.json().errors[0].pointer).toBe(pointer)
  })
})
