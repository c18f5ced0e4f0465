import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'

type Media = { schema: object; example?: unknown; examples?: Record<string, { value: unknown }> }
type Operation = {
  operationId: string
  summary: string
  security: unknown[]
  parameters?: { name: string; schema: object; example?: unknown }[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string; content?: Record<string, Media> }>
}
type Document = { paths: Record<string, Record<string, Operation>>; components: object }

const snapshot = new URL('../../docs/openapi.json', import.meta.url)
let api: TestApi
let document: Document
let operations: [name: string, operation: Operation][]

beforeAll(async () => {
  api = await startTestApi()
  document = (await api.send('GET', '//docs/json')).json()
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]): [string, Operation] => [`${method} ${path}`, one]),
  )
})
afterAll(() => api.close())

describe('the document', () => {
  it('is the one in docs/openapi.json; UPDATE=1 writes it anew', () => {
    const now = `${JSON.stringify(document, null, 2)}\n`
    if (process.env.UPDATE === '1') writeFileSync(snapshot, now)
    expect(now).toBe(readFileSync(snapshot, 'utf8'))
  })

  it('names each operation once and says what it does', () => {
    const ids = operations.map(([, { operationId }]) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [name, { summary }] of operations) expect(summary, name).toBeTruthy()
  })

  it('has a problem document for every refusal, and answers with a schema', () => {
    for (const [name, { responses }] of operations) {
      expect(Object.keys(responses), name).toContain('5XX')
      for (const [status, { content }] of Object.entries(responses)) {
        if (status === '204') continue
        const answers = name === 'get /api/v1/exports/csv' ? 'text/csv' : 'application/json'
        const expected = status.startsWith('2') ? answers : 'application/problem+json'
        expect(Object.keys(content ?? {}), name).toEqual([expected])
      }
    }
  })

  it('asks for a sign-in wherever the API does', async () => {
    for (const [name, operation] of operations) {
      const [method, path] = name.split(' ') as ['get', string]
      const url = path.replace(/\{\w+\}/g, '019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d')
      const reply = await api.send(method.toUpperCase() as 'GET', `/${url}`)
      const asksForSignIn = reply.statusCode === 401
      expect(asksForSignIn, name).toBe(operation.security.length > 0)
      if (asksForSignIn) expect(Object.keys(operation.responses), name).toContain('401')
    }
  })

  it('has an example for every parameter and body, and each fits its schema', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema({ $id: 'document', components: document.components })
    const fits = (schema: object, value: unknown, name: string) => {
      const absolute = JSON.parse(
        JSON.stringify(schema).replaceAll('"#/components', '"document#/components'),
      )
      const validate = ajv.compile(absolute)
      expect(validate(value), `${name}: ${ajv.errorsText(validate.errors)}`).toBe(true)
    }
    for (const [name, { parameters = [], requestBody }] of operations) {
      for (const parameter of parameters) {
        expect(parameter.example, `${name} ${parameter.name}`).toBeDefined()
        fits(parameter.schema, parameter.example, `${name} ${parameter.name}`)
      }
      const media = requestBody?.content['application/json']
      if (!media) continue
      const examples = [
        media.example,
        ...Object.values(media.examples ?? {}).map((one) => one.value),
      ].filter((example) => example !== undefined)
      expect(examples.length, name).toBeGreaterThan(0)
      for (const example of examples) fits(media.schema, example, name)
    }
  })
})

describe('the page at /docs', () => {
  it('loads nothing from elsewhere', async () => {
    for (const url of ['//docs', '//docs/']) {
      const reply = await api.send('GET', url)
      expect(reply.statusCode).toBe(200)
      expect(reply.body).not.toMatch(/(src|href)="(https?:)?\/\//)
      expect(reply.headers['content-security-policy']).toContain("script-src 'self';")
    }
    for (const script of ['//docs/page.js', '//docs/reference/js/scalar.js']) {
      const reply = await api.send('GET', script)
      expect(reply.statusCode).toBe(200)
      expect(reply.headers['content-type']).toMatch(/javascript/)
    }
    expect((await api.send('GET', '//docs/reference/')).headers.location).toBe('/docs')
  })
})
