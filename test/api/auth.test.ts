import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, testApiConfig, testPassword } from '../support/api.ts'

const oldSecret = 'the secret before the present one, long enough as well'
let api: TestApi

beforeAll(async () => {
  api = await startTestApi({ config: { ...testApiConfig, jwtSecretPrevious: oldSecret } })
})
afterAll(() => api.close())

const registration = (username: string) => ({
  username,
  email: `${username}@example.com`,
  password: testPassword,
})

describe('POST /auth/register', () => {
  it('makes an account and signs in', async () => {
    const reply = await api.send('POST', '/auth/register', {
      ...registration('zoe'),
      displayName: 'Zoé',
      locale: 'fr-fr',
      timeZone: 'europe/paris',
      currency: 'chf',
    })
    expect(reply.statusCode).toBe(201)
    expect(reply.json()).toMatchObject({
      tokenType: 'Bearer',
      expiresIn: 900,
      user: {
        username: 'zoe',
        displayName: 'Zoé',
        locale: 'fr-FR',
        timeZone: 'Europe/Paris',
        defaultCurrency: 'CHF',
        role: 'user',
      },
    })
    expect(reply.headers['cache-control']).toBe('no-store')
  })

  it('refuses a taken name or address, in any spelling', async () => {
    await api.send('POST', '/auth/register', registration('taken'))
    const sameName = { ...registration('TAKEN'), email: 'other@example.com' }
    expect(outcome(await api.send('POST', '/auth/register', sameName))).toBe('409 username-taken')
    const sameAddress = { ...registration('other'), email: 'Taken@Example.com' }
    expect(outcome(await api.send('POST', '/auth/register', sameAddress))).toBe('409 email-taken')
  })

  it.each([
    ['a short password', { password: 'short' }, '422 password-length', '/password'],
    ['a common password', { password: 'Password1' }, '422 password-common', '/password'],
    ['no address', { email: 'nowhere' }, '422 malformed-email', '/email'],
    [
      'a name that looks like an address',
      { username: 'a@b' },
      '422 malformed-username',
      '/username',
    ],
    ['a zone nobody knows', { timeZone: 'Mars/Base' }, '422 unknown-time-zone', '/timeZone'],
    ['a currency nobody knows', { currency: 'XXQ' }, '422 unknown-currency', '/currency'],
    ['a locale nobody knows', { locale: 'not a tag' }, '422 unknown-locale', '/locale'],
    ['an unknown field', { admin: true }, '400 malformed-request', '/admin'],
    ['a missing password', { password: undefined }, '400 malformed-request', '/password'],
  ])('refuses %s', async (_what, change, expected, pointer) => {
    const reply = await api.send('POST', '/auth/register', { ...registration('nobody'), ...change })
    expect(outcome(reply)).toBe(expected)
    expect(reply.json().errors).toEqual([expect.objectContaining({ pointer })])
  })

  it('refuses everybody when registration is closed', async () => {
    const closed = await startTestApi({
      config: { ...testApiConfig, registration: { mode: 'closed', firstUserAdmin: false } },
    })
    const reply = await closed.send('POST', '/auth/register', registration('late'))
    expect(outcome(reply)).toBe('422 registration-closed')
    await closed.close()
  })

  it('makes the first person admin when the operator wants it', async () => {
    const first = await startTestApi({
      config: { ...testApiConfig, registration: { mode: 'open', firstUserAdmin: true } },
    })
    const roles = []
    for (const name of ['one', 'two']) {
      roles.push((await first.send('POST', '/auth/register', registration(name))).json().user.role)
    }
    expect(roles).toEqual(['admin', 'user'])
    await first.close()
  })
})

describe('POST /auth/login', () => {
  it('takes the username or the address, in any letter case', async () => {
    const ann = await api.person('ann')
    for (const name of [
      { username: ann.username.toUpperCase() },
      { email: `${ann.username}@example.com` },
    ]) {
      const reply = await api.send('POST', '/auth/login', { ...name, password: testPassword })
      expect(reply.statusCode).toBe(200)
      expect(reply.json().user.id).toBe(ann.id)
    }
  })

  it('says the same of a wrong password and of an unknown name', async () => {
    const ann = await api.person('ann')
    const answers = []
    for (const username of [ann.username, 'stranger']) {
      const reply = await api.send('POST', '/auth/login', { username, password: 'wrong one' })
      expect(reply.headers['www-authenticate']).toBe('Bearer')
      answers.push({ ...reply.json(), requestId: '' })
    }
    expect(answers[0]).toMatchObject({ status: 401, code: 'wrong-credentials' })
    expect(answers[1]).toEqual(answers[0])
  })

  it('wants exactly one name', async () => {
    for (const names of [{}, { username: 'a', email: 'a@b.de' }]) {
      const reply = await api.send('POST', '/auth/login', { ...names, password: 'x' })
      expect(outcome(reply)).toBe('400 malformed-request')
      expect(reply.json().detail).toBe('Give exactly one of username, email.')
    }
  })
})

describe('POST /auth/refresh-token', () => {
  const refresh = (refreshToken: string) =>
    api.send('POST', '/auth/refresh-token', { refreshToken })

  it('trades a token for its successor, which works', async () => {
    const ann = await api.person('ann')
    const reply = await refresh(ann.refreshToken)
    expect(reply.statusCode).toBe(200)
    const { accessToken, refreshToken } = reply.json()
    expect(refreshToken).not.toBe(ann.refreshToken)
    const me = await api.send('GET', '/users/me', undefined, {
      authorization: `Bearer ${accessToken}`,
    })
    expect(me.json().id).toBe(ann.id)
  })

  it('ends the session when a token is used after its successor was', async () => {
    const ann = await api.person('ann')
    const second = (await refresh(ann.refreshToken)).json().refreshToken
    const third = (await refresh(second)).json().refreshToken
    expect(outcome(await refresh(ann.refreshToken))).toBe('401 refresh-token-refused')
    expect(outcome(await refresh(third))).toBe('401 refresh-token-refused')
  })

  it('refuses a token that is not ours', async () => {
    expect(outcome(await refresh('made-up'))).toBe('401 refresh-token-refused')
  })
})

describe('POST /auth/logout', () => {
  it('ends the session at once', async () => {
    const ann = await api.person('ann')
    expect((await ann.send('GET', '/users/me')).statusCode).toBe(200)
    expect((await ann.send('POST', '/auth/logout')).statusCode).toBe(204)
    expect(outcome(await ann.send('GET', '/users/me'))).toBe('401 not-signed-in')
    const again = await api.send('POST', '/auth/refresh-token', { refreshToken: ann.refreshToken })
    expect(outcome(again)).toBe('401 refresh-token-refused')
  })
})

describe('an access token', () => {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const decode = (part: string | undefined) =>
    JSON.parse(Buffer.from(part ?? '', 'base64url').toString())

  function forge(token: string, changes: { header?: object; claims?: object; secret?: string }) {
    const [header, claims] = token.split('.').slice(0, 2).map(decode)
    const head = base64({ ...header, ...changes.header })
    const body = base64({ ...claims, ...changes.claims })
    const signature = createHmac('sha256', changes.secret ?? testApiConfig.jwtSecret)
      .update(`${head}.${body}`)
      .digest('base64url')
    return `${head}.${body}.${signature}`
  }

  const tryToken = (token: string) =>
    api.send('GET', '/users/me', undefined, { authorization: `Bearer ${token}` })

  it('is forged rightly by this test', async () => {
    const ann = await api.person('ann')
    expect((await tryToken(forge(ann.accessToken, {}))).statusCode).toBe(200)
  })

  it('is taken with the previous secret while keys change', async () => {
    const ann = await api.person('ann')
    const kid = createHash('sha256').update(oldSecret).digest('hex').slice(0, 16)
    const token = forge(ann.accessToken, { header: { kid }, secret: oldSecret })
    expect((await tryToken(token)).statusCode).toBe(200)
    const mixed = forge(ann.accessToken, { secret: oldSecret })
    expect(outcome(await tryToken(mixed))).toBe('401 not-signed-in')
  })

  it.each([
    ['expired', { claims: { exp: 1_000_000_000 } }],
    ['of the future', { claims: { nbf: 4_000_000_000 } }],
    ['of another issuer', { claims: { iss: 'somebody' } }],
    ['for another audience', { claims: { aud: 'somebody' } }],
    ['of another type', { header: { typ: 'JWT' } }],
    ['of an unknown key', { header: { kid: 'unknown' } }],
    ['without a key named', { header: { kid: undefined } }],
    ['with a path for a key', { header: { kid: '../../../../dev/null' }, secret: '' }],
    ['with a query for a key', { header: { kid: "x' union select '" }, secret: '' }],
    ['with several keys', { header: { kid: ['a', 'b'] } }],
    ['with a key of its own', { header: { jwk: { kty: 'oct', k: 'eHh4' } }, secret: 'xxx' }],
    ['with an address of keys', { header: { jku: 'http://127.0.0.1:9/' }, secret: 'xxx' }],
    ['with its kid for a secret', { header: { kid: 'unknown' }, secret: 'unknown' }],
    ['signed with nothing', { secret: '' }],
    ['for several audiences', { claims: { aud: ['somebody', 'else'] } }],
    ['without an end', { claims: { exp: undefined } }],
    ['of another user', { claims: { sub: '019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d' } }],
    ['of another session', { claims: { sid: '019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d' } }],
    ['with a session that is no id', { claims: { sid: "' or 1=1" } }],
    ['of another version', { claims: { tv: 7 } }],
    ['with another algorithm named', { header: { alg: 'HS512' } }],
    ['with a public key algorithm named', { header: { alg: 'RS256' } }],
    ['with critical extensions', { header: { crit: ['exp'], exp: 1 } }],
  ])('is refused when %s', async (_what, changes) => {
    const ann = await api.person('ann')
    const reply = await tryToken(forge(ann.accessToken, changes))
    expect(outcome(reply)).toBe('401 not-signed-in')
    expect(reply.headers['www-authenticate']).toBe('Bearer')
  })

  it('is refused unsigned, cut, doubled and missing', async () => {
    const ann = await api.person('ann')
    const [head, body] = ann.accessToken.split('.')
    const none = ['none', 'None', 'NONE', ''].map(
      (alg) => `${base64({ ...decode(head), alg })}.${body}.`,
    )
    for (const token of [...none, `${head}.${body}`, `${ann.accessToken}x`, 'x', '..', '']) {
      expect(outcome(await tryToken(token))).toBe('401 not-signed-in')
    }
    expect(outcome(await api.send('GET', '/users/me'))).toBe('401 not-signed-in')
  })

  it('serves other doors through the app', async () => {
    const ann = await api.person('ann')
    const { authentication } = api.app
    expect(await authentication.authenticate(ann.accessToken)).toEqual({
      userId: ann.id,
      role: 'user',
      source: 'api',
    })
    expect(await authentication.authenticate('nonsense')).toBeNull()
  })
})
