import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  outcome,
  startTestApi,
  type TestApi,
  type TestPerson,
  testApiConfig,
  testPassword,
} from '../support/api.ts'

let api: TestApi
let root: TestPerson
let ann: TestPerson
let bob: TestPerson

beforeAll(async () => {
  const registration = { ...testApiConfig.registration, firstUserAdmin: true }
  api = await startTestApi({ config: { ...testApiConfig, registration } })
  root = await api.person('root')
  ann = await api.person('ann')
  bob = await api.person('bob')
})
afterAll(() => api.close())

async function tokenOf(person: TestPerson, wanted: object) {
  const reply = await person.send('POST', '/tokens', { name: 'Script', ...wanted })
  expect(outcome(reply)).toBe('201')
  const { id, token } = reply.json()
  return { id, send: bearing(token) }
}

function bearing(token: string): TestPerson['send'] {
  return (method, path, body, headers = {}) =>
    api.send(method, path, body, { authorization: `Bearer ${token}`, ...headers })
}

const groupOf = async (person: TestPerson, name = 'Flat'): Promise<string> =>
  (await person.send('POST', '/groups', { name })).json().id

const tea = (groupId?: string) => ({
  ...{ amount: '1.00', currency: 'EUR', description: 'Tea' },
  ...(groupId === undefined ? {} : { groupId }),
})

describe('POST /tokens', () => {
  it('shows the secret once and keeps only its hash', async () => {
    const body = { name: 'Bank', scopes: ['read'], expiresAt: '2099-01-01T00:00:00+02:00' }
    const made = await ann.send('POST', '/tokens', body)
    const { token, ...shown } = made.json()
    expect(token).toMatch(/^quits_pat_[\w-]{43}$/)
    expect(shown).toMatchObject({
      ...{ name: 'Bank', scopes: ['read'], groupIds: null, lastUsedAt: null },
      expiresAt: '2098-12-31T22:00:00.000Z',
    })
    const list = (await ann.send('GET', '/tokens')).json()
    expect(list).toEqual({ items: [shown], nextCursor: null })
    const { rows } = await api.sql('select t::text as all from access_tokens t')
    expect(JSON.stringify(rows)).not.toContain(token.slice('quits_pat_'.length))
    expect(api.log.join('')).not.toContain(token)
  })

  it('repeats its answer without the secret', async () => {
    const key = { 'idempotency-key': 'token-1' }
    const body = { name: 'Once', scopes: ['read'] }
    const first = await ann.send('POST', '/tokens', body, key)
    const again = await ann.send('POST', '/tokens', body, key)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.json()).toEqual({ ...first.json(), token: null })
    const { rows } = await api.sql('select answer::text as answer from idempotency_keys')
    expect(JSON.stringify(rows)).not.toContain(first.json().token)
  })

  it.each([
    [{ scopes: [] }, '400 malformed-request'],
    [{ scopes: ['everything'] }, '400 malformed-request'],
    [{ scopes: ['read', 'read'] }, '400 malformed-request'],
    [{ scopes: ['read'], name: '' }, '400 malformed-request'],
    [{ scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }, '422 expiry-past'],
    [{ scopes: ['read'], expiresAt: 'tomorrow' }, '422 malformed-instant'],
    [{ scopes: ['read'], groupIds: [] }, '400 malformed-request'],
    [
      { scopes: ['read'], groupIds: ['019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d'] },
      '404 group-not-found',
    ],
    [{ scopes: ['admin'] }, '403 admins-only'],
  ])('refuses %j', async (change, expected) => {
    const reply = await ann.send('POST', '/tokens', { name: 'Script', ...change })
    expect(outcome(reply)).toBe(expected)
  })

  it('refuses a group of others', async () => {
    const body = { name: 'Script', scopes: ['read'], groupIds: [await groupOf(bob)] }
    expect(outcome(await ann.send('POST', '/tokens', body))).toBe('404 group-not-found')
  })
})

describe('a scope', () => {
  const calls: [
    scope: string,
    call: (send: TestPerson['send']) => ReturnType<TestPerson['send']>,
  ][] = [
    ['read', (send) => send('GET', '/users/me')],
    ['write', (send) => send('POST', '/expenses', tea())],
    ['groups', (send) => send('POST', '/groups', { name: 'Trip' })],
    ['admin', (send) => send('GET', '/admin/verify')],
  ]

  it.each(calls)('%s lets its own calls through and no other', async (scope, _call) => {
    const { send } = await tokenOf(root, { scopes: [scope] })
    for (const [needed, call] of calls) {
      const reply = await call(send)
      if (needed === scope) expect(reply.statusCode, needed).toBeLessThan(300)
      else {
        expect(outcome(reply), needed).toBe('403 scope-too-small')
        expect(reply.json()).toMatchObject({ scope: needed })
      }
    }
  })

  it('takes writing below a group for writing, and members and invites for groups', async () => {
    const id = await groupOf(ann)
    const write = await tokenOf(ann, { scopes: ['write'] })
    const groups = await tokenOf(ann, { scopes: ['groups'] })
    expect(outcome(await write.send('POST', `/groups/${id}/splits`, tea()))).toBe('201')
    for (const path of ['members', 'invites']) {
      const body = path === 'members' ? { guestName: 'Kim' } : {}
      const refused = await write.send('POST', `/groups/${id}/${path}`, body)
      expect(refused.json()).toMatchObject({ code: 'scope-too-small', scope: 'groups' })
      expect(outcome(await groups.send('POST', `/groups/${id}/${path}`, body))).toBe('201')
    }
  })

  it('never reaches tokens, sessions, the password, the address or the account', async () => {
    const { send } = await tokenOf(root, {
      scopes: ['read', 'write', 'groups', 'webhooks', 'admin'],
    })
    const body = { name: 'Another', scopes: ['read'] }
    const change = { currentPassword: testPassword, newPassword: 'a new long password' }
    const replies = [
      await send('POST', '/tokens', body),
      await send('GET', '/tokens'),
      await send('GET', '/auth/sessions'),
      await send('POST', '/auth/logout'),
      await send('PUT', '/users/me', change),
      await send('PUT', '/users/me', { email: 'new@example.com' }),
      await send('POST', '/users/me/link-codes'),
      await send('DELETE', '/users/me'),
    ]
    expect(replies.map(outcome)).toEqual(Array(replies.length).fill('403 session-needed'))
    expect(outcome(await send('PUT', '/users/me', { displayName: 'Root' }))).toBe('200')
  })

  it('makes nobody an admin who is none any more', async () => {
    const { send } = await tokenOf(root, { scopes: ['admin'] })
    await api.sql(`update users set role = 'user' where id = '${root.id}'`)
    expect(outcome(await send('GET', '/admin/verify'))).toBe('403 admins-only')
    await api.sql(`update users set role = 'admin' where id = '${root.id}'`)
  })
})

describe('a token limited to groups', () => {
  const scopes = ['read', 'write', 'groups']

  it('reaches them, and knows of no other', async () => {
    const mine = await groupOf(ann, 'Mine')
    const other = await groupOf(ann, 'Other')
    const { id: hidden } = (await ann.send('POST', '/expenses', tea(other))).json()
    const { send } = await tokenOf(ann, { scopes, groupIds: [mine] })

    const made = await send('POST', '/expenses', tea(mine))
    expect(outcome(made)).toBe('201')
    const path = `/expenses/${made.json().id}`
    expect(outcome(await send('GET', path))).toBe('200')
    expect(outcome(await send('DELETE', path))).toBe('200')
    expect(outcome(await send('GET', `/groups/${mine}/balances`))).toBe('200')
    expect(outcome(await send('GET', `/expenses?groupId=${mine}`))).toBe('200')

    expect(outcome(await send('POST', '/expenses', tea(other)))).toBe('404 group-not-found')
    expect(outcome(await send('GET', `/groups/${other}`))).toBe('404 group-not-found')
    expect(outcome(await send('POST', `/groups/${other}/splits`, tea()))).toBe(
      '404 group-not-found',
    )
    expect(outcome(await send('GET', `/expenses?groupId=${other}`))).toBe('404 group-not-found')
    for (const method of ['GET', 'DELETE'] as const) {
      expect(outcome(await send(method, `/expenses/${hidden}`))).toBe('404 expense-not-found')
    }
    expect(outcome(await send('PATCH', `/expenses/${hidden}`, { description: 'x' }))).toBe(
      '404 expense-not-found',
    )
    expect(outcome(await send('GET', `/expenses/${hidden}/comments`))).toBe('404 expense-not-found')
  })

  it('lists only them, and gets nothing that adds up over all', async () => {
    const mine = await groupOf(ann, 'Mine')
    await ann.send('POST', '/categories', { name: 'Secret', groupId: await groupOf(ann, 'Other') })
    const { send } = await tokenOf(ann, { scopes, groupIds: [mine] })
    const groups = (await send('GET', '/groups')).json().items
    expect(groups.map((one: { id: string }) => one.id)).toEqual([mine])
    const names = (await send('GET', '/categories'))
      .json()
      .items.map((one: { name: string }) => one.name)
    expect(names.length).toBeGreaterThan(5)
    expect(names).not.toContain('Secret')
    expect(outcome(await send('GET', '/users/me'))).toBe('200')
    const replies = [
      await send('GET', '/expenses'),
      await send('GET', '/users/me/balances'),
      await send('GET', '/users/me/expenses'),
      await send('POST', '/expenses', tea()),
      await send('POST', '/groups', { name: 'Trip' }),
    ]
    expect(replies.map(outcome)).toEqual(Array(replies.length).fill('403 token-limited-to-groups'))
  })
})

describe('a token', () => {
  it('ends with its time, its deletion and its owner', async () => {
    const cem = await api.person('cem')
    const short = await tokenOf(cem, { scopes: ['read'], expiresAt: '2099-01-01T00:00:00Z' })
    await api.sql(`update access_tokens set expires_at = now() where id = '${short.id}'`)
    expect(outcome(await short.send('GET', '/users/me'))).toBe('401 not-signed-in')

    const deleted = await tokenOf(cem, { scopes: ['read'] })
    expect(outcome(await deleted.send('GET', '/users/me'))).toBe('200')
    expect(outcome(await ann.send('DELETE', `/tokens/${deleted.id}`))).toBe('404 token-not-found')
    expect(outcome(await cem.send('DELETE', `/tokens/${deleted.id}`))).toBe('204')
    expect(outcome(await deleted.send('GET', '/users/me'))).toBe('401 not-signed-in')

    const orphan = await tokenOf(cem, { scopes: ['read'] })
    await api.sql(`update users set disabled_at = now() where id = '${cem.id}'`)
    expect(outcome(await orphan.send('GET', '/users/me'))).toBe('401 not-signed-in')
    await api.sql(`update users set disabled_at = null where id = '${cem.id}'`)
    expect(outcome(await cem.send('DELETE', '/users/me'))).toBe('204')
    expect(outcome(await orphan.send('GET', '/users/me'))).toBe('401 not-signed-in')
    const { rows } = await api.sql(`select id from access_tokens where user_id = '${cem.id}'`)
    expect(rows).toEqual([])
  })

  it('that nobody made is refused', async () => {
    for (const token of ['quits_pat_', `quits_pat_${'x'.repeat(43)}`, 'quits_pat_..']) {
      expect(outcome(await bearing(token)('GET', '/users/me'))).toBe('401 not-signed-in')
    }
  })

  it('tells when it last came, at most once a minute', async () => {
    const { id, send } = await tokenOf(ann, { scopes: ['read'] })
    const lastUsed = async () =>
      (await api.sql(`select last_used_at::text as at from access_tokens where id = '${id}'`))
        .rows[0]!.at
    await send('GET', '/users/me')
    const first = await lastUsed()
    expect(first).not.toBeNull()
    await send('GET', '/users/me')
    expect(await lastUsed()).toBe(first)
    await api.sql(
      `update access_tokens set last_used_at = now() - interval '61 seconds' where id = '${id}'`,
    )
    const aged = await lastUsed()
    await send('GET', '/users/me')
    expect(await lastUsed()).not.toBe(aged)
  })
})
