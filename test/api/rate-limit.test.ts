import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '../../src/api/app.ts'
import { startTestApi, type TestApi, type TestPerson, testApiConfig } from '../support/api.ts'

const limit = 40
const block = 4
/** It stands still in the middle of a minute, so that none ends during a test. */
const middle = new Date(`${new Date().toISOString().slice(0, 17)}30.000Z`)
const clock = { now: () => middle }

let api: TestApi
let second: FastifyInstance
let ann: TestPerson

beforeAll(async () => {
  const config = { ...testApiConfig, requestsPerMinute: limit, trustProxy: ['127.0.0.1'] }
  api = await startTestApi({ config, clock })
  second = await buildApp(api.services)
  ann = await api.person('Ann')
})

afterAll(async () => {
  await second.close()
  await api.close()
})

const from = (address: string) => ({ 'x-forwarded-for': address })

async function outcomes(requests: number, ask: () => Promise<{ statusCode: number }>) {
  const statuses: number[] = []
  for (let i = 0; i < requests; i += 1) statuses.push((await ask()).statusCode)
  return statuses
}

const count = (statuses: readonly number[], status: number) =>
  statuses.filter((one) => one === status).length

describe('the limit', () => {
  it('is announced with every answer', async () => {
    const bob = await api.person('Bob')
    const { headers } = await bob.send('GET', '/users/me')
    expect(headers['ratelimit-policy']).toBe('"user";q=40;w=60')
    expect(headers.ratelimit).toBe('"user";r=39;t=30')
    const refused = await api.send('GET', '/users/me', undefined, from('192.0.2.7'))
    expect(refused.statusCode).toBe(401)
    expect(refused.headers.ratelimit).toBe('"address";r=39;t=30')
  })

  it('holds for a person in two processes together', async () => {
    const first = await outcomes(limit + 10, () => ann.send('GET', '/users/me'))
    expect(count(first, 200)).toBe(limit)
    const refused = await ann.send('GET', '/users/me')
    expect(refused.statusCode).toBe(429)
    expect(refused.headers['retry-after']).toBe('30')
    expect(refused.json()).toMatchObject({ code: 'rate-limit-exceeded', retryAfterSeconds: 30 })
    const headers = { authorization: `Bearer ${ann.accessToken}` }
    const others = await outcomes(20, () => second.inject({ url: '/api/v1/users/me', headers }))
    expect(count(others, 200)).toBeLessThanOrEqual(block)
    expect(others.at(-1)).toBe(429)
  })

  it('counts requests that are refused for their token, by address', async () => {
    const headers = { ...from('192.0.2.8'), authorization: 'Bearer made.up.token' }
    const statuses = await outcomes(limit + 5, () =>
      api.send('GET', '/users/me', undefined, headers),
    )
    expect([count(statuses, 401), count(statuses, 429)]).toEqual([limit, 5])
  })

  it('takes an IPv6 network for one address', async () => {
    let host = 0
    const statuses = await outcomes(limit + 5, () => {
      host += 1
      const address = host % 2 ? `2001:db8::${host}` : `2001:db8:0:0:1::${host}`
      return api.send('GET', '/users/me', undefined, from(address))
    })
    expect(count(statuses, 429)).toBe(5)
    const elsewhere = await api.send('GET', '/users/me', undefined, from('2001:db8:0:1::1'))
    expect(elsewhere.statusCode).toBe(401)
  })

  it('leaves a person alone whose address is used up', async () => {
    const bob = await api.person('Bob')
    const address = from('192.0.2.8')
    expect((await bob.send('GET', '/users/me', undefined, address)).statusCode).toBe(200)
  })

  it('does not count what watches over the process, nor the page of the API', async () => {
    for (const path of ['//healthz', '//readyz', '//docs']) {
      const reply = await api.send('GET', path)
      expect(reply.statusCode, path).toBe(200)
      expect(reply.headers.ratelimit, path).toBeUndefined()
    }
  })

  it('stores nobody’s address or id', async () => {
    const { rows } = await api.sql(
      `select encode(key_hash, 'hex') as key, used from rate_buckets order by used desc`,
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { key } of rows) expect(key).toMatch(/^[0-9a-f]{64}$/)
  })
})
