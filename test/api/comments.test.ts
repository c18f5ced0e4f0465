import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

let api: TestApi
let ann: TestPerson
let bob: TestPerson
let vic: TestPerson
let eve: TestPerson
let groupId: string

beforeAll(async () => {
  api = await startTestApi()
  ann = await api.person('ann')
  bob = await api.person('bob')
  vic = await api.person('vic')
  eve = await api.person('eve')
  groupId = (await ann.send('POST', '/groups', { name: 'Flat' })).json().id
  await ann.send('POST', `/groups/${groupId}/members`, { userId: bob.id })
  await ann.send('POST', `/groups/${groupId}/members`, { userId: vic.id, role: 'viewer' })
})
afterAll(() => api.close())

async function dinner(): Promise<{ id: string; version: number }> {
  const body = { amount: '10.01', currency: 'EUR', description: 'Dinner', groupId }
  return (await ann.send('POST', '/expenses', body)).json()
}

describe('comments on an expense', () => {
  it('are written by every member, viewers too, and read newest first', async () => {
    const { id } = await dinner()
    const first = await bob.send('POST', `/expenses/${id}/comments`, { body: ' With tip? ' })
    expect(first.statusCode).toBe(201)
    expect(first.json()).toMatchObject({ expenseId: id, userId: bob.id, body: 'With tip?' })
    const second = (await vic.send('POST', `/expenses/${id}/comments`, { body: 'Yes' })).json()
    const page = (await ann.send('GET', `/expenses/${id}/comments?limit=1`)).json()
    expect(page.items).toEqual([second])
    const rest = await ann.send('GET', `/expenses/${id}/comments?cursor=${page.nextCursor}`)
    expect(rest.json()).toEqual({ items: [first.json()], nextCursor: null })
  })

  it('are written once under an Idempotency-Key', async () => {
    const { id } = await dinner()
    const headers = { 'idempotency-key': 'question' }
    const write = () => bob.send('POST', `/expenses/${id}/comments`, { body: 'Hm' }, headers)
    expect((await write()).body).toBe((await write()).body)
    expect((await ann.send('GET', `/expenses/${id}/comments`)).json().items).toHaveLength(1)
  })

  it.each([
    [{}, '400 malformed-request'],
    [{ body: '' }, '400 malformed-request'],
    [{ body: 'x'.repeat(2001) }, '400 malformed-request'],
    [{ body: '  ' }, '422 text-length'],
    [{ body: 'a\u202eb' }, '422 text-characters'],
    [{ body: 'x', userId: 'y' }, '400 malformed-request'],
  ])('cannot be %j', async (body, expected) => {
    const { id } = await dinner()
    expect(outcome(await ann.send('POST', `/expenses/${id}/comments`, body))).toBe(expected)
  })

  it('are taken away by their author or an admin, by nobody else', async () => {
    const { id } = await dinner()
    const write = async () =>
      (await bob.send('POST', `/expenses/${id}/comments`, { body: 'x' })).json().id
    const [one, two] = [await write(), await write()]
    const remove = (person: TestPerson, comment: string) =>
      person.send('DELETE', `/expenses/${id}/comments/${comment}`)
    expect(outcome(await remove(vic, one))).toBe('403 not-yours')
    expect((await remove(bob, one)).statusCode).toBe(204)
    expect((await remove(ann, two)).statusCode).toBe(204)
    expect(outcome(await remove(bob, one))).toBe('404 comment-not-found')
    expect((await ann.send('GET', `/expenses/${id}/comments`)).json().items).toEqual([])
    const history = (await ann.send('GET', `/expenses/${id}/history`)).json().items
    expect(history.map(({ type }: { type: string }) => type)).toContain('comment.deleted')
  })

  it('hide from outsiders', async () => {
    const { id } = await dinner()
    const comment = (await bob.send('POST', `/expenses/${id}/comments`, { body: 'x' })).json()
    for (const [method, path, body] of [
      ['GET', ''],
      ['POST', '', { body: 'x' }],
      ['DELETE', `/${comment.id}`],
    ] as const) {
      const reply = await eve.send(method, `/expenses/${id}/comments${path}`, body)
      expect(outcome(reply)).toBe('404 expense-not-found')
    }
  })
})

describe('POST /expenses/{id}/revert', () => {
  it('puts an earlier version back, shares to the unit, as a new version', async () => {
    const before = await dinner()
    const one = `/expenses/${before.id}`
    await ann.send('PATCH', one, { amount: '99.00', description: 'Feast', tags: ['x'] })
    const reply = await ann.send('POST', `${one}/revert`, { version: 1 })
    expect(reply.headers.etag).toBe('"3"')
    const { version, updatedAt, ...rest } = before as Record<string, unknown>
    expect(reply.json()).toMatchObject(rest)
    expect([version, typeof updatedAt, reply.json().version]).toEqual([1, 'string', 3])
  })

  it('refuses a version that never was, one that changed since, and whoever may not', async () => {
    const { id } = await dinner()
    await ann.send('PATCH', `/expenses/${id}`, { notes: 'x' })
    const revert = (person: TestPerson, body: object, headers = {}) =>
      person.send('POST', `/expenses/${id}/revert`, body, headers)
    expect(outcome(await revert(ann, { version: 9 }))).toBe('404 version-not-found')
    expect(outcome(await revert(ann, { version: 0 }))).toBe('400 malformed-request')
    expect(outcome(await revert(ann, {}))).toBe('400 malformed-request')
    const stale = { 'if-match': '"1"' }
    expect(outcome(await revert(ann, { version: 1 }, stale))).toBe('412 version-changed')
    expect(outcome(await revert(bob, { version: 1 }))).toBe('403 not-yours')
    expect(outcome(await revert(vic, { version: 1 }))).toBe('403 role-too-low')
    expect(outcome(await revert(eve, { version: 1 }))).toBe('404 expense-not-found')
    await ann.send('DELETE', `/expenses/${id}`)
    expect(outcome(await revert(ann, { version: 1 }))).toBe('409 expense-voided')
  })
})
