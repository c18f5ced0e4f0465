import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi, testApiConfig } from '../support/api.ts'

const origin = 'https://app.example.org'
let open: TestApi
let shut: TestApi

beforeAll(async () => {
  open = await startTestApi({ config: { ...testApiConfig, corsOrigins: [origin] } })
  shut = await startTestApi()
})

afterAll(() => Promise.all([open.close(), shut.close()]))

const preflight = (api: TestApi, from: string) =>
  api.send('OPTIONS', '/expenses', undefined, {
    origin: from,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,idempotency-key',
  })

describe('a script of another origin', () => {
  it('may ask first when the origin is listed, and the answer is kept', async () => {
    const { statusCode, headers, body } = await preflight(open, origin)
    expect([statusCode, body]).toEqual([204, ''])
    expect(headers['access-control-allow-origin']).toBe(origin)
    expect(headers['access-control-allow-methods']).toContain('PATCH')
    expect(headers['access-control-allow-headers']).toContain('Idempotency-Key')
    expect(headers['access-control-max-age']).toBe('86400')
    expect(headers['access-control-allow-credentials']).toBeUndefined()
    expect(headers.vary).toContain('Origin')
  })

  it('reads answers and refusals with the headers that matter', async () => {
    const headers = { origin }
    const refused = await open.send('GET', '/users/me', undefined, headers)
    expect(refused.statusCode).toBe(401)
    expect(refused.headers['access-control-allow-origin']).toBe(origin)
    const exposed = String(refused.headers['access-control-expose-headers']).split(', ')
    expect(exposed).toEqual(
      expect.arrayContaining(
        ['ETag', 'RateLimit', 'Idempotency-Replayed', 'Location', 'Retry-After'].concat(
          'X-Request-Id',
        ),
      ),
    )
  })

  it.each([
    'https://app.example.org.evil.example',
    'http://app.example.org',
    'https://app.example.org:8443',
    'null',
  ])('is not let in from %s', async (other) => {
    const asked = await preflight(open, other)
    expect(asked.headers['access-control-allow-origin']).toBeUndefined()
    expect(asked.headers.vary).toContain('Origin')
    const reply = await open.send('GET', '/users/me', undefined, { origin: other })
    expect(reply.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('is not let in when no origin is listed', async () => {
    const { statusCode, headers } = await preflight(shut, origin)
    expect(statusCode).toBe(405)
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  it('gets nothing of the chat page, which goes by a cookie', async () => {
    const { headers } = await open.send('GET', '//chat/state', undefined, { origin })
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })
})
