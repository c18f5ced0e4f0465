import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '../../src/api/app.ts'
import { DomainError, type DomainErrorKind, unavailable } from '../../src/domain/errors.ts'
import { outcome, startTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

describe('a refusal', () => {
  const kinds: readonly [DomainErrorKind, number][] = [
    ['invalid', 422],
    ['forbidden', 403],
    ['not-found', 404],
    ['conflict', 409],
    ['too-many', 429],
    ['unauthenticated', 401],
    ['stale', 412],
    ['unavailable', 503],
  ]
  it.each(kinds)('of kind %s has status %i', async (kind, status) => {
    const app = await buildApp({
      ...api.services,
      isDatabaseReady: () => {
        throw new DomainError(
          kind,
          'some-code',
          'Do this.',
          { fact: '1', retryAfterSeconds: 1.5, status: 200 },
          [{ pointer: '/a', detail: 'A.' }],
        )
      },
    })
    const reply = await app.inject('/readyz?secret=1')
    expect(reply.statusCode).toBe(status)
    expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(reply.json()).toEqual({
      type: '/problems/some-code',
      title: expect.any(String),
      status,
      detail: 'Do this.',
      instance: '/readyz',
      code: 'some-code',
      requestId: reply.headers['x-request-id'],
      errors: [{ pointer: '/a', detail: 'A.' }],
      fact: '1',
      retryAfterSeconds: 1.5,
    })
    const waits = kind === 'too-many' || kind === 'unavailable'
    expect(reply.headers['retry-after']).toBe(waits ? '2' : undefined)
    expect(reply.headers['www-authenticate']).toBe(
      kind === 'unauthenticated' ? 'Bearer' : undefined,
    )
    await app.close()
  })

  it('tells nothing when it is a bug of ours, but logs it', async () => {
    const app = await buildApp({
      ...api.services,
      isDatabaseReady: () => {
        throw new TypeError('secret detail')
      },
    })
    const reply = await app.inject('/readyz')
    expect(outcome(reply)).toBe('500 internal-error')
    expect(reply.body).not.toMatch(/secret|TypeError|src\//)
    const line = api.log.find((entry) => entry.includes('secret detail'))
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      level: 'error',
      requestId: reply.json().requestId,
    })
    await app.close()
  })
})

describe('an address', () => {
  it('names the methods it takes', async () => {
    const reply = await api.send('PATCH', '/groups')
    expect(outcome(reply)).toBe('405 method-not-allowed')
    expect(reply.headers.allow).toBe('GET, HEAD, POST')
  })

  it('takes HEAD where it takes GET', async () => {
    const ann = await api.person('ann')
    const reply = await ann.send('HEAD', '/users/me')
    expect([reply.statusCode, reply.body]).toEqual([200, ''])
  })

  it('may be nothing', async () => {
    expect(outcome(await api.send('GET', '/nothing'))).toBe('404 no-such-address')
  })
})

describe('a reply', () => {
  it('has the headers that keep browsers careful', async () => {
    const { headers } = await api.send('GET', '/users/me')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
  })

  it('names the request by the id it came with, if that is well formed', async () => {
    const idFor = async (given: string) =>
      (await api.send('GET', '//healthz', undefined, { 'x-request-id': given })).headers[
        'x-request-id'
      ]
    expect(await idFor('trace-12345')).toBe('trace-12345')
    expect(await idFor('short')).not.toBe('short')
    expect(await idFor('with"quote-12345')).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('a route of the API', () => {
  it('must say who may call it', async () => {
    const app = await buildApp(api.services)
    expect(() => app.get('/api/v1/forgotten', async () => ({}))).toThrow('route without access')
    await app.close()
  })

  it('for admins refuses everybody else', async () => {
    const ann = await api.person('ann')
    const app = await buildApp(api.services)
    app.get('/api/v1/secrets', { config: { access: 'admin' } }, async () => ({}))
    const headers = { authorization: `Bearer ${ann.accessToken}` }
    const reply = await app.inject({ url: '/api/v1/secrets', headers })
    expect(outcome(reply)).toBe('403 admins-only')
    await app.close()
  })
})

describe('health', () => {
  it('is well while the process is alive', async () => {
    expect((await api.send('GET', '//healthz')).json()).toEqual({ status: 'ok' })
  })

  it('is ready while the database answers and nothing stops', async () => {
    let isReady = true
    const app = await buildApp({ ...api.services, isDatabaseReady: async () => isReady })
    expect(outcome(await app.inject('/readyz'))).toBe('200')
    isReady = false
    const away = await app.inject('/readyz')
    expect(outcome(away)).toBe('503 database-away')
    expect(Number(away.headers['retry-after'])).toBeLessThanOrEqual(3)
    isReady = true
    app.startDraining()
    expect(outcome(await app.inject('/readyz'))).toBe('503 draining')
    expect(outcome(await app.inject('/healthz'))).toBe('200')
    await app.close()
  })

  it('refuses with a problem what comes while it stops', async () => {
    const app = await buildApp(api.services)
    const gate = Promise.withResolvers<void>()
    const stopping = new Promise<void>((reached) => {
      app.addHook('preClose', async () => {
        reached()
        await gate.promise
      })
    })
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const closed = app.close()
    await stopping
    const reply = await fetch(`${address}/healthz`)
    gate.resolve()
    await closed
    expect(reply.status).toBe(503)
    expect(reply.headers.get('content-type')).toContain('application/problem+json')
    expect(reply.headers.get('retry-after')).toBe('1')
    expect(await reply.json()).toMatchObject({ code: 'closing' })
  })

  it('answers 503 in every route when the database is away', async () => {
    const ann = await api.person('ann')
    const away = async (): Promise<never> => {
      throw unavailable('database-unavailable', 'Away.')
    }
    const app = await buildApp({
      ...api.services,
      unitOfWork: { run: away, once: away },
    })
    const reply = await app.inject({
      method: 'POST',
      url: '/api/v1/groups',
      headers: { authorization: `Bearer ${ann.accessToken}` },
      payload: { name: 'x' },
    })
    expect(outcome(reply)).toBe('503 database-unavailable')
    expect(reply.headers['retry-after']).toBe('2')
    await app.close()
  })
})

describe('a connection', () => {
  async function talk(request: string): Promise<string> {
    const app = await buildApp(api.services)
    await app.listen({ host: '127.0.0.1', port: 0 })
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(request)
    const answer = await text(socket)
    await app.close()
    return answer
  }

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a broken header', 'GET / HTTP/1.1\r\nBad Header\r\n\r\n', 400],
    ['huge headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
  ])('with %s gets a problem document', async (_what, request, status) => {
    const [head, body] = (await talk(request)).split('\r\n\r\n')
    expect(head).toContain(`HTTP/1.1 ${status} `)
    expect(head).toContain('application/problem+json')
    expect(JSON.parse(body ?? '')).toMatchObject({ status })
  })
})

describe('the log', () => {
  it('has one line per request and no secret', async () => {
    const ann = await api.person('ann')
    const from = api.log.length
    await ann.send('GET', '/expenses?limit=5&cursor=token-by-mistake')
    const lines = api.log.slice(from).map((line) => JSON.parse(line))
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        method: 'GET',
        route: '/api/v1/expenses',
        status: 400,
        userId: ann.id,
        problem: 'malformed-cursor',
        msg: 'request refused',
      }),
    ])
    const all = api.log.join('')
    for (const secret of [ann.accessToken, ann.refreshToken, 'token-by-mistake', 'correct horse'])
      expect(all).not.toContain(secret)
  })

  it('hides secrets that somebody logs by mistake', async () => {
    api.app.log.info({ headers: { authorization: 'Bearer abc' }, password: 'hunter2' }, 'oops')
    expect(api.log.at(-1)).not.toMatch(/abc|hunter2/)
  })
})
