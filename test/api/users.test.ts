import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, testPassword } from '../support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

describe('PUT /users/me', () => {
  it('changes only what is sent', async () => {
    const ann = await api.person('ann')
    const reply = await ann.send('PUT', '/users/me', {
      displayName: 'Ann B.',
      locale: 'de-at',
      timeZone: 'europe/vienna',
      defaultCurrency: 'chf',
    })
    expect(reply.json()).toMatchObject({
      username: ann.username,
      displayName: 'Ann B.',
      locale: 'de-AT',
      timeZone: 'Europe/Vienna',
      defaultCurrency: 'CHF',
    })
    expect((await ann.send('GET', '/users/me')).json()).toEqual(reply.json())
  })

  it.each([
    [{}, '400 malformed-request'],
    [{ role: 'admin' }, '400 malformed-request'],
    [{ displayName: null }, '400 malformed-request'],
    [{ displayName: 'a\u202eb' }, '422 text-characters'],
    [{ username: 'a b' }, '422 malformed-username'],
    [{ email: 'x' }, '422 malformed-email'],
    [{ locale: '!' }, '422 unknown-locale'],
    [{ timeZone: 'Mars' }, '422 unknown-time-zone'],
    [{ defaultCurrency: 'XXQ' }, '422 unknown-currency'],
    [{ newPassword: 'long enough' }, '400 malformed-request'],
    [{ currentPassword: testPassword, newPassword: 'short' }, '422 password-length'],
    [{ currentPassword: testPassword, newPassword: 'qwertyuiop' }, '422 password-common'],
    [{ currentPassword: 'wrong', newPassword: 'long enough' }, '422 wrong-password'],
  ])('refuses %j', async (body, expected) => {
    const ann = await api.person('ann')
    expect(outcome(await ann.send('PUT', '/users/me', body))).toBe(expected)
  })

  it('refuses the name of somebody else', async () => {
    const ann = await api.person('ann')
    const bob = await api.person('bob')
    const reply = await bob.send('PUT', '/users/me', { username: ann.username })
    expect(outcome(reply)).toBe('409 username-taken')
  })

  it('ends every session when the password changes', async () => {
    const ann = await api.person('ann')
    const changed = await ann.send('PUT', '/users/me', {
      currentPassword: testPassword,
      newPassword: 'a new long password',
    })
    expect(changed.statusCode).toBe(200)
    expect(outcome(await ann.send('GET', '/users/me'))).toBe('401 not-signed-in')
    const { username, refreshToken } = ann
    const refreshed = await api.send('POST', '/auth/refresh-token', { refreshToken })
    expect(outcome(refreshed)).toBe('401 refresh-token-refused')
    const logIn = (password: string) => api.send('POST', '/auth/login', { username, password })
    expect(outcome(await logIn(testPassword))).toBe('401 wrong-credentials')
    expect(outcome(await logIn('a new long password'))).toBe('200')
  })
})

describe('GET /users/me/expenses', () => {
  it('lists what somebody paid or shares', async () => {
    const ann = await api.person('ann')
    const body = { amount: '1.00', currency: 'EUR', description: 'Tea' }
    const { id } = (await ann.send('POST', '/expenses', body)).json()
    const list = (await ann.send('GET', '/users/me/expenses')).json()
    expect(list.items.map((one: { id: string }) => one.id)).toEqual([id])
    expect(list.nextCursor).toBeNull()
  })
})
