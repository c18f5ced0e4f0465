import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, testPassword } from '../support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

async function logIn(username: string, agent: string) {
  const body = { username, password: testPassword }
  const reply = await api.send('POST', '/auth/login', body, { 'user-agent': agent })
  const { accessToken, refreshToken } = reply.json()
  return { refreshToken, headers: { authorization: `Bearer ${accessToken}` } }
}

const me = (headers: Record<string, string>) => api.send('GET', '/users/me', undefined, headers)

describe('GET /auth/sessions', () => {
  it('lists where somebody is logged in, and which of it this is', async () => {
    const ann = await api.person('ann')
    const bob = await api.person('bob')
    await logIn(bob.username, 'of somebody else')
    const phone = await logIn(ann.username, 'a phone')
    const { items, nextCursor } = (
      await api.send('GET', '/auth/sessions', undefined, phone.headers)
    ).json()
    expect(nextCursor).toBeNull()
    expect(items).toHaveLength(2)
    expect(items[0]).toMatchObject({ userAgent: 'a phone', isCurrent: true })
    expect(items[1]).toMatchObject({ isCurrent: false })
  })

  it('leaves out what has ended', async () => {
    const ann = await api.person('ann')
    const gone = await logIn(ann.username, 'gone')
    await api.send('POST', '/auth/logout', undefined, gone.headers)
    await logIn(ann.username, 'expired')
    await api.sql(
      `update sessions set expires_at = now() where user_agent = 'expired' and user_id = '${ann.id}'`,
    )
    const { items } = (await ann.send('GET', '/auth/sessions')).json()
    expect(items).toHaveLength(1)
    expect(items[0].isCurrent).toBe(true)
  })
})

describe('DELETE /auth/sessions/{id}', () => {
  it('ends that session at once, and no other', async () => {
    const ann = await api.person('ann')
    const phone = await logIn(ann.username, 'a phone')
    expect((await me(phone.headers)).statusCode).toBe(200)
    const { items } = (await ann.send('GET', '/auth/sessions')).json()
    const path = `/auth/sessions/${items[0].id}`
    expect(outcome(await ann.send('DELETE', path))).toBe('204')
    expect(outcome(await me(phone.headers))).toBe('401 not-signed-in')
    const { refreshToken } = phone
    const refreshed = await api.send('POST', '/auth/refresh-token', { refreshToken })
    expect(outcome(refreshed)).toBe('401 refresh-token-refused')
    expect(outcome(await ann.send('GET', '/users/me'))).toBe('200')
    expect(outcome(await ann.send('DELETE', path))).toBe('404 session-not-found')
  })

  it('knows nothing of what belongs to others', async () => {
    const ann = await api.person('ann')
    const bob = await api.person('bob')
    const { items } = (await bob.send('GET', '/auth/sessions')).json()
    const reply = await ann.send('DELETE', `/auth/sessions/${items[0].id}`)
    expect(outcome(reply)).toBe('404 session-not-found')
    expect(outcome(await bob.send('GET', '/users/me'))).toBe('200')
    expect(outcome(await ann.send('DELETE', '/auth/sessions/x'))).toBe('400 malformed-request')
  })
})

it('a new password logs out everywhere', async () => {
  const ann = await api.person('ann')
  const phone = await logIn(ann.username, 'a phone')
  expect((await me(phone.headers)).statusCode).toBe(200)
  await ann.send('PUT', '/users/me', {
    currentPassword: testPassword,
    newPassword: 'a new long password',
  })
  for (const headers of [phone.headers, { authorization: `Bearer ${ann.accessToken}` }]) {
    expect(outcome(await me(headers))).toBe('401 not-signed-in')
  }
})
