import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestPerson } from '../support/api.ts'
import { outcome, startTestApi, type TestApi, testApiConfig, testPassword } from '../support/api.ts'

const limit = 3
let api: TestApi
let ann: TestPerson
let addresses = 0

beforeAll(async () => {
  const config = { ...testApiConfig, loginLimitPerMinute: limit, trustProxy: ['127.0.0.1'] }
  api = await startTestApi({ config })
  ann = await api.person('ann')
})
afterAll(() => api.close())
beforeEach(() => api.sql('delete from throttles'))

/** From a network nobody else was on. */
function elsewhere(): Record<string, string> {
  addresses += 1
  return { 'x-forwarded-for': `198.51.100.${addresses}` }
}

const logIn = (username: string, password: string, headers = elsewhere()) =>
  api.send('POST', '/auth/login', { username, password }, headers)

async function outcomes(
  times: number,
  send: () => Promise<LightMyRequestResponse>,
): Promise<string[]> {
  const seen = []
  for (let time = 0; time < times; time += 1) seen.push(outcome(await send()))
  return seen
}

describe('throttling', () => {
  it('refuses the right password too, in any spelling of the name, and says until when', async () => {
    const spellings = [ann.username, ann.username.toUpperCase(), ` ${ann.username}`]
    for (const name of spellings) {
      expect(outcome(await logIn(name, 'wrong'))).toBe('401 wrong-credentials')
    }
    const reply = await logIn(ann.username, testPassword)
    expect(outcome(reply)).toBe('429 too-many-attempts')
    const { retryAfterSeconds } = reply.json()
    expect(reply.headers['retry-after']).toBe(String(retryAfterSeconds))
    expect(retryAfterSeconds).toBeGreaterThan(50)
    expect(retryAfterSeconds).toBeLessThanOrEqual(60)
    expect(api.log.join('')).toContain('attempt throttled')
  })

  it('treats a name that nobody has the same', async () => {
    const seen = await outcomes(limit + 1, () => logIn('stranger', 'wrong'))
    expect(seen).toEqual([...Array(limit).fill('401 wrong-credentials'), '429 too-many-attempts'])
  })

  it('counts an address, whatever the name', async () => {
    const here = elsewhere()
    let names = 0
    const seen = await outcomes(limit + 1, () => {
      names += 1
      return logIn(`name${names}`, 'wrong', here)
    })
    expect(seen.at(-2)).toBe('401 wrong-credentials')
    expect(seen.at(-1)).toBe('429 too-many-attempts')
    expect(outcome(await logIn(ann.username, testPassword))).toBe('200')
  })

  it('lets exactly as many through of many at once', async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => logIn('crowd', 'wrong')))
    const tried = replies.filter(({ statusCode }) => statusCode === 401)
    expect(tried).toHaveLength(limit)
  })

  it('ends with its minute', async () => {
    await outcomes(limit + 1, () => logIn(ann.username, 'wrong'))
    await api.sql(`update throttles set window_ends_at = now() - interval '1 millisecond'`)
    expect(outcome(await logIn(ann.username, testPassword))).toBe('200')
    const { rows } = await api.sql('select max(attempts)::text as attempts from throttles')
    expect(Number(rows[0]!.attempts)).toBeLessThanOrEqual(limit + 1)
  })

  it('keeps no name and no address in readable form', async () => {
    await logIn(ann.username, 'wrong')
    const { rows } = await api.sql('select length(key_hash)::text as length from throttles')
    expect(rows.map(({ length }) => length)).toEqual(['32', '32'])
  })

  it('guards registration, refreshing, passwords and link codes as well', async () => {
    const here = elsewhere()
    const paths: [() => Promise<LightMyRequestResponse>, string][] = [
      [
        () => api.send('POST', '/auth/register', { ...registration(), password: 'x' }, here),
        '422 password-length',
      ],
      [
        () => api.send('POST', '/auth/refresh-token', { refreshToken: 'made-up' }, here),
        '401 refresh-token-refused',
      ],
      [
        () =>
          ann.send(
            'PUT',
            '/users/me',
            { currentPassword: 'wrong', newPassword: 'a new long password' },
            elsewhere(),
          ),
        '422 wrong-password',
      ],
      [() => ann.send('POST', '/users/me/link-codes', undefined, elsewhere()), '201'],
    ]
    for (const [send, allowed] of paths) {
      const seen = await outcomes(limit + 1, send)
      expect(seen).toEqual([...Array(limit).fill(allowed), '429 too-many-attempts'])
    }
    expect(outcome(await ann.send('PUT', '/users/me', { displayName: 'Ann' }))).toBe('200')
  })
})

function registration() {
  const username = `new${Math.random().toString(36).slice(2)}`
  return { username, email: `${username}@example.com` }
}
