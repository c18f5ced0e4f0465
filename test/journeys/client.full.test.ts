import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer, temporaryFolder } from '../support/server.ts'

type Answer = Promise<{ data?: unknown; error?: unknown; response: Response }>
type Call = (path: string, options?: object) => Answer
/** As the package is used: from what its build made, which the compiler here does not look at. */
type Package = {
  createQuits(options: { baseUrl: string; token?: string | (() => string) }): {
    GET: Call
    POST: Call
  }
  unwrap(answer: Answer): Promise<Record<string, string>>
  once(): Record<string, string>
  eachItem(fetchPage: (cursor: object) => Answer): AsyncIterable<{ description: string }>
}

const folder = temporaryFolder()
const built = new URL('../../clients/typescript/dist/index.js', import.meta.url).href
let server: TestServer
let client: Package
let quits: ReturnType<Package['createQuits']>

beforeAll(async () => {
  server = await startServer({ dataDir: folder.path })
  client = (await import(built)) as Package
  const open = client.createQuits({ baseUrl: server.url })
  const { accessToken } = await client.unwrap(
    open.POST('/api/v1/auth/register', {
      body: { username: 'ann', email: 'ann@example.com', password: 'correct horse battery' },
    }),
  )
  quits = client.createQuits({ baseUrl: server.url, token: () => accessToken! })
})

afterAll(async () => {
  await server?.stop()
  folder.remove()
})

const record = (description: string, header: object) =>
  quits.POST('/api/v1/expenses', {
    params: { header },
    body: { amount: '12.50', currency: 'EUR', description },
  })

describe('the TypeScript client', () => {
  it('records an expense once, however often it is sent', async () => {
    const header = client.once()
    const first = await client.unwrap(record('Lunch', header))
    const again = await record('Lunch', header)
    expect(again.response.headers.get('idempotency-replayed')).toBe('true')
    expect(again.data).toEqual(first)
    expect(first).toMatchObject({ amount: '12.50', description: 'Lunch' })
  })

  it('walks a list through all its pages', async () => {
    for (let i = 0; i < 5; i += 1) await client.unwrap(record(`Tea ${i}`, client.once()))
    const found: string[] = []
    const pages = client.eachItem((cursor) =>
      quits.GET('/api/v1/expenses', { params: { query: { limit: 2, ...cursor } } }),
    )
    for await (const { description } of pages) found.push(description)
    expect(found).toHaveLength(6)
    expect(new Set(found).size).toBe(6)
  })

  it('throws a refusal with its problem', async () => {
    const path = '/api/v1/expenses/{id}'
    const refused = client.unwrap(quits.GET(path, { params: { path: { id: randomUUID() } } }))
    await expect(refused).rejects.toMatchObject({
      name: 'QuitsError',
      problem: { status: 404, code: 'expense-not-found' },
    })
  })
})
