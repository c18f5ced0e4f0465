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
let bob: TestPerson

beforeAll(async () => {
  const registration = { mode: 'open', firstUserAdmin: true } as const
  api = await startTestApi({ config: { ...testApiConfig, registration } })
  root = await api.person('root')
  bob = await api.person('bob')
})
afterAll(() => api.close())

const noId = '019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d'
const logIn = (username: string, password = testPassword) =>
  api.send('POST', '/auth/login', { username, password })
const manage = (id: string, body: object, by = root) => by.send('PUT', `/users/${id}`, body)

describe('GET /admin/users', () => {
  const find = async (query: string) => {
    const { items } = (await root.send('GET', `/admin/users?${query}`)).json()
    return items.map((one: { displayName: string }) => one.displayName)
  }

  it('finds people by how their name or address begins', async () => {
    const zed = await api.person('zed')
    await zed.send('PUT', '/users/me', { displayName: 'Élodie', email: 'contact@zed.example' })
    expect(await find(`search=${zed.username.toUpperCase()}`)).toEqual(['Élodie'])
    expect(await find('search=contact@')).toEqual(['Élodie'])
    expect(await find(`search=${encodeURIComponent('éLO')}`)).toEqual(['Élodie'])
    for (const none of ['lodie', '%25', 'nobody']) expect(await find(`search=${none}`)).toEqual([])
  })

  it('gives everybody once, page by page, and neither guests nor the deleted', async () => {
    const { id } = (await bob.send('POST', '/groups', { name: 'Flat' })).json()
    await bob.send('POST', `/groups/${id}/members`, { guestName: 'Kim' })
    const gone = await api.person('gone')
    await gone.send('DELETE', '/users/me')
    const seen: string[] = []
    let cursor = ''
    do {
      const path = `/admin/users?limit=1${cursor && `&cursor=${cursor}`}`
      const { items, nextCursor } = (await root.send('GET', path)).json()
      seen.push(...items.map((one: { displayName: string }) => one.displayName))
      cursor = nextCursor
    } while (cursor)
    expect(seen).toEqual(['Élodie', 'bob', 'root'])
  })

  it('is for admins', async () => {
    for (const path of ['/admin/users', '/admin/figures', `/users/${root.id}`]) {
      expect(outcome(await bob.send('GET', path))).toBe('403 admins-only')
    }
    expect(outcome(await manage(bob.id, { role: 'admin' }, bob))).toBe('403 admins-only')
    for (const path of [`/admin/users/${root.id}/reset-password`, '/admin/invites']) {
      expect(outcome(await bob.send('POST', path))).toBe('403 admins-only')
    }
  })
})

describe('PUT /users/{id}', () => {
  it('locks an account at once, for sessions and tokens, and opens it again', async () => {
    const ann = await api.person('ann')
    const made = await ann.send('POST', '/tokens', { name: 'Script', scopes: ['read'] })
    const bearer = { authorization: `Bearer ${made.json().token}` }
    expect(outcome(await ann.send('GET', '/users/me'))).toBe('200')
    const locked = await manage(ann.id, { isDisabled: true })
    expect(locked.json().disabledAt).not.toBeNull()
    expect(outcome(await ann.send('GET', '/users/me'))).toBe('401 not-signed-in')
    expect(outcome(await api.send('GET', '/users/me', undefined, bearer))).toBe('401 not-signed-in')
    expect(outcome(await logIn(ann.username))).toBe('401 wrong-credentials')
    const { refreshToken } = ann
    const refreshed = await api.send('POST', '/auth/refresh-token', { refreshToken })
    expect(outcome(refreshed)).toBe('401 refresh-token-refused')

    expect((await manage(ann.id, { isDisabled: false })).json().disabledAt).toBeNull()
    expect(outcome(await ann.send('GET', '/users/me'))).toBe('401 not-signed-in')
    expect(outcome(await logIn(ann.username))).toBe('200')
    expect((await root.send('GET', `/users/${ann.id}`)).json()).toMatchObject({ disabledAt: null })
  })

  it('changes a role at once', async () => {
    const ann = await api.person('ann')
    expect(outcome(await ann.send('GET', '/admin/figures'))).toBe('403 admins-only')
    await manage(ann.id, { role: 'admin', displayName: 'Ann A.' })
    expect(outcome(await ann.send('GET', '/admin/figures'))).toBe('200')
    expect((await ann.send('GET', '/users/me')).json()).toMatchObject({ displayName: 'Ann A.' })
    await manage(ann.id, { role: 'user' })
    expect(outcome(await ann.send('GET', '/admin/figures'))).toBe('403 admins-only')
  })

  it('keeps the last admin', async () => {
    for (const body of [{ role: 'user' }, { isDisabled: true }]) {
      expect(outcome(await manage(root.id, body))).toBe('409 last-admin')
    }
    expect(outcome(await manage(root.id, { displayName: 'root' }))).toBe('200')
  })

  it('keeps one of two admins who lower each other at the same moment', async () => {
    const ann = await api.person('ann')
    await manage(ann.id, { role: 'admin' })
    const replies = await Promise.all([
      manage(ann.id, { role: 'user' }, root),
      manage(root.id, { role: 'user' }, ann),
    ])
    expect(replies.map(outcome).toSorted()).toEqual(['200', '403 admins-only'])
    await api.sql(`update users set role = case id when '${root.id}' then 'admin' else 'user' end`)
    for (const { id } of [root, ann]) api.app.authentication.forget(id)
  })

  it('refuses strangers to sense', async () => {
    const { id } = (await bob.send('POST', '/groups', { name: 'Flat' })).json()
    const kim = (await bob.send('POST', `/groups/${id}/members`, { guestName: 'Kim' })).json()
    for (const who of [noId, kim.userId]) {
      expect(outcome(await manage(who, { role: 'admin' }))).toBe('404 user-not-found')
      expect(outcome(await root.send('GET', `/users/${who}`))).toBe('404 user-not-found')
    }
    expect(outcome(await manage(bob.id, {}))).toBe('400 malformed-request')
    expect(outcome(await manage(bob.id, { password: 'x' }))).toBe('400 malformed-request')
    expect(outcome(await manage(bob.id, { role: 'god' }))).toBe('400 malformed-request')
  })
})

describe('resetting a password', () => {
  const give = async (id: string, headers = {}) =>
    root.send('POST', `/admin/users/${id}/reset-password`, undefined, headers)
  const reset = (token: string, newPassword: string) =>
    api.send('POST', '/auth/reset-password', { token, newPassword })

  it('works once, and puts out everybody who was in', async () => {
    const ann = await api.person('ann')
    const made = await ann.send('POST', '/tokens', { name: 'Script', scopes: ['read'] })
    const given = (await give(ann.id)).json()
    const minutes = (Date.parse(given.expiresAt) - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(29)
    expect(minutes).toBeLessThanOrEqual(30)
    expect(outcome(await ann.send('GET', '/users/me'))).toBe('200')
    expect(outcome(await reset(given.token, 'a new long password'))).toBe('204')
    expect(outcome(await ann.send('GET', '/users/me'))).toBe('401 not-signed-in')
    const bearer = { authorization: `Bearer ${made.json().token}` }
    expect(outcome(await api.send('GET', '/users/me', undefined, bearer))).toBe('401 not-signed-in')
    expect(outcome(await logIn(ann.username))).toBe('401 wrong-credentials')
    expect(outcome(await logIn(ann.username, 'a new long password'))).toBe('200')
    expect(outcome(await reset(given.token, 'another long one'))).toBe('422 reset-token-refused')
    const { rows } = await api.sql('select t::text as all from account_tokens t')
    expect(JSON.stringify(rows)).not.toContain(given.token)
  })

  it('refuses a bad password without using the token up', async () => {
    const ann = await api.person('ann')
    const { token } = (await give(ann.id)).json()
    expect(outcome(await reset(token, 'short'))).toBe('422 password-length')
    expect(outcome(await reset(token, 'password1'))).toBe('422 password-common')
    expect(outcome(await reset(token, 'a new long password'))).toBe('204')
  })

  it('refuses expired, superseded and foreign tokens', async () => {
    const ann = await api.person('ann')
    const first = (await give(ann.id)).json().token
    const second = (await give(ann.id)).json().token
    expect(outcome(await reset(first, 'a new long password'))).toBe('422 reset-token-refused')
    await api.sql(`update account_tokens set expires_at = now() where user_id = '${ann.id}'`)
    const invite = (await root.send('POST', '/admin/invites')).json().token
    for (const token of [second, invite, 'made-up']) {
      expect(outcome(await reset(token, 'a new long password'))).toBe('422 reset-token-refused')
    }
  })

  it('is repeated without the token', async () => {
    const key = { 'idempotency-key': 'reset-1' }
    const first = await give(bob.id, key)
    expect(first.json().token).toMatch(/^[\w-]{43}$/)
    expect((await give(bob.id, key)).json()).toEqual({ ...first.json(), token: null })
    expect(outcome(await give(noId))).toBe('404 user-not-found')
  })
})

describe('GET /admin/figures', () => {
  it('counts, and what is new', async () => {
    const before = (await root.send('GET', '/admin/figures')).json()
    const ann = await api.person('ann')
    const { id } = (await ann.send('POST', '/groups', { name: 'Flat' })).json()
    const tea = { amount: '1.00', currency: 'EUR', description: 'Tea' }
    await ann.send('POST', `/groups/${id}/splits`, tea)
    const after = (await root.send('GET', '/admin/figures')).json()
    const { last24Hours: recent, ...all } = before
    expect(after).toEqual({
      users: all.users + 1,
      groups: all.groups + 1,
      expenses: all.expenses + 1,
      last24Hours: {
        users: recent.users + 1,
        groups: recent.groups + 1,
        expenses: recent.expenses + 1,
        sessions: recent.sessions + 1,
      },
    })
  })
})
