import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

let api: TestApi
let ann: TestPerson
let paths: Readonly<Record<string, string>>

beforeAll(async () => {
  api = await startTestApi()
  ann = await api.person('ann')
  const group = (await ann.send('POST', '/groups', { name: 'Flat' })).json().id
  const expense = (await ann.send('POST', '/expenses', lunch)).json().id
  const guest = (await ann.send('POST', `/groups/${group}/members`, { guestName: 'Kim' })).json()
  paths = { group, expense, guest: guest.userId, me: ann.id }
})
afterAll(() => api.close())

const lunch = { amount: '12.50', currency: 'EUR', description: 'Lunch' }

const values: readonly [name: string, json: string][] = [
  ['null', 'null'],
  ['true', 'true'],
  ['a number', '12.5'],
  ['infinity', '1e309'],
  ['a huge integer', '9'.repeat(400)],
  ['empty text', '""'],
  ['blank text', '"   "'],
  ['NUL', '"a\\u0000b"'],
  ['half a surrogate pair', '"\\ud800"'],
  ['long text', `"${'x'.repeat(100_000)}"`],
  ['long digits', `"${'9'.repeat(20_000)}"`],
  ['other digits', '"١٢"'],
  ['an injection', `"'; drop table users; --"`],
  ['a deep list', `${'['.repeat(30)}${']'.repeat(30)}`],
  ['a list', '[[], {}, null, 1, "x"]'],
  ['an object', '{"a":{"b":1}}'],
  ['a prototype', '{"__proto__":{"isAdmin":true}}'],
  ['a constructor', '{"constructor":{"prototype":{"isAdmin":true}}}'],
]

type Body = Record<string, unknown>
const bodies: readonly [method: string, path: () => string, body: Body | (() => Body)][] = [
  [
    'POST',
    () => '/auth/register',
    {
      username: 'mallory',
      email: 'm@example.com',
      password: 'long enough',
      displayName: 'M',
      locale: 'en',
      timeZone: 'UTC',
      currency: 'EUR',
    },
  ],
  ['POST', () => '/auth/login', { username: 'mallory', password: 'long enough' }],
  ['POST', () => '/auth/refresh-token', { refreshToken: 'x' }],
  [
    'PUT',
    () => '/users/me',
    { displayName: 'A', username: 'annie', email: 'a@example.com', locale: 'en' },
  ],
  [
    'POST',
    () => '/expenses',
    {
      ...lunch,
      kind: 'expense',
      notes: '',
      date: '2026-01-01',
      categoryId: null,
      groupId: null,
      tags: ['a'],
      payers: undefined,
      split: undefined,
    },
  ],
  ['PUT', () => `/expenses/${paths.expense}`, { ...lunch, date: '2026-01-01' }],
  ['PATCH', () => `/expenses/${paths.expense}`, { amount: '1.00', currency: 'EUR', notes: 'x' }],
  ['POST', () => '/categories', { name: 'Games', icon: '🎲', parentId: null, groupId: null }],
  ['POST', () => '/groups', { name: 'Flat', currency: 'EUR', timeZone: 'UTC' }],
  ['PUT', () => `/groups/${paths.group}`, { name: 'Flat', currency: 'EUR', timeZone: 'UTC' }],
  ['POST', () => `/groups/${paths.group}/members`, { guestName: 'Kim', role: 'member' }],
  ['POST', () => `/groups/${paths.group}/splits`, { ...lunch, split: undefined }],
  [
    'POST',
    () => `/groups/${paths.group}/settlements`,
    () => ({
      fromUserId: paths.me,
      toUserId: paths.guest,
      amount: '1.00',
      currency: 'EUR',
      date: '2026-01-01',
      notes: '',
      force: true,
    }),
  ],
  ['POST', () => `/expenses/${paths.expense}/comments`, { body: 'x' }],
  ['POST', () => `/expenses/${paths.expense}/revert`, { version: 1 }],
  [
    'PATCH',
    () => `/groups/${paths.group}/splits/${paths.expense}/${paths.me}`,
    { status: 'settled' },
  ],
  [
    'POST',
    () => `/groups/${paths.group}/invites`,
    { role: 'member', guestUserId: null, expiresInHours: 1, mostUses: 1 },
  ],
  [
    'PATCH',
    () => `/groups/${paths.group}/members/${paths.guest}`,
    { role: 'member', weight: '1', displayName: 'Kim' },
  ],
  [
    'POST',
    () => `/groups/${paths.group}/members/${paths.guest}/merge`,
    () => ({ intoUserId: paths.me }),
  ],
  [
    'POST',
    () => '/expenses',
    {
      currency: 'EUR',
      description: 'x',
      original: { amount: '1.00', currency: 'USD' },
      rate: '2',
      rateDate: '2026-01-01',
      rateSource: 'x',
    },
  ],
  ['POST', () => '/rates', { base: 'USD', quote: 'EUR', rate: '2', date: '2026-01-01' }],
  [
    'POST',
    () => `/groups/${paths.group}/redenominate`,
    { from: 'all', to: 'USD', rates: [{ currency: 'EUR', rate: '2' }], dryRun: true },
  ],
  ['PUT', () => `/groups/${paths.group}/default-split`, { split: { method: 'equal' } }],
]

describe.each(bodies)('%s %o', (method, path, body) => {
  it.each(values)('answers %s in any field with a problem or takes it', async (_name, json) => {
    const fields = typeof body === 'function' ? body() : body
    for (const field of Object.keys(fields)) {
      const rest = Object.entries({ ...fields, [field]: undefined })
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
      const payload = `{${[...rest, `${JSON.stringify(field)}:${json}`].join(',')}}`
      const reply = await ann.send(method as InjectOptions['method'], path(), payload, {
        'content-type': 'application/json',
      })
      expect(reply.statusCode, `${field}: ${reply.body}`).toBeLessThan(500)
    }
  })

  it.each(values)('answers %s as the whole body with a problem', async (_name, json) => {
    const reply = await ann.send(method as InjectOptions['method'], path(), json, {
      'content-type': 'application/json',
    })
    expect(reply.statusCode, reply.body).toBe(400)
  })
})

describe('a body', () => {
  const post = (payload: unknown, contentType = 'application/json') =>
    ann.send('POST', '/expenses', payload, { 'content-type': contentType })

  it.each([
    ['', '400 malformed-request'],
    ['{', '400 malformed-json'],
    ['{"a":1}}', '400 malformed-json'],
    ['\ufeff{}', '400 malformed-request'],
    [`{"x":"${'y'.repeat(1_100_000)}"}`, '413 body-too-large'],
    [`[${'1,'.repeat(200_000)}1]`, '400 malformed-request'],
    ['['.repeat(200_000), '400 malformed-json'],
    ['{"amount":"1","amount":"2"}', '400 malformed-request'],
  ])('%.20j is refused', async (payload, expected) => {
    expect(outcome(await post(payload))).toBe(expected)
  })

  it.each([
    'text/plain',
    'application/xml',
    'multipart/form-data',
    'nonsense',
    'application/jsonp',
  ])('of type %s is refused', async (contentType) => {
    expect(outcome(await post('{}', contentType))).toBe('415 unsupported-media-type')
  })

  it('in broken UTF-8 is not a fault of ours', async () => {
    const bytes = Buffer.from(JSON.stringify(lunch).replace('Lunch', 'L\xffnch'), 'latin1')
    expect((await post(bytes)).statusCode).toBeLessThan(500)
  })

  it('with a charset is taken', async () => {
    const reply = await post(JSON.stringify(lunch), 'application/json; charset=utf-8')
    expect(outcome(reply)).toBe('201')
  })

  it('is looked at within a moment, however many faults it has', async () => {
    const participants = Array.from({ length: 20_000 }, () => ({ x: 1 }))
    const started = performance.now()
    const reply = await post({ ...lunch, split: { method: 'exact', participants } })
    expect(outcome(reply)).toBe('400 malformed-request')
    expect(reply.json().errors.length).toBeLessThanOrEqual(50)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('an address', () => {
  it.each([
    ['/%zz', '400 malformed-url'],
    ['/api/v1/expenses/%00', '400 malformed-request'],
    ['/api/v1/expenses/%ff', '400 malformed-url'],
    ['/api/v1/expenses/..%2f..%2fetc', '400 malformed-request'],
    [`/api/v1/expenses/${'a'.repeat(300)}`, '400 url-too-long'],
    ['/api/v1/expenses?limit[]=1', '400 malformed-request'],
    ['/api/v1/expenses?limit=1&limit=2', '400 malformed-request'],
    ['/api/v1/expenses?__proto__=1', '400 malformed-request'],
    ['/api/v1/expenses?cursor=%00', '400 malformed-request'],
    ['/api/v1/expenses?cursor=%ff', '400 malformed-cursor'],
    ['/api/v1/EXPENSES', '404 no-such-address'],
    ['//', '404 no-such-address'],
  ])('%s is refused', async (url, expected) => {
    const reply = await ann.send('GET', `/${url}`)
    expect(outcome(reply)).toBe(expected)
    expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  })
})
