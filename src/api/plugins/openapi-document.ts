import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { problems } from '../schemas/problem.ts'

export type Document = NonNullable<FastifyDynamicSwaggerOptions['openapi']>
type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

const componentName = /^[A-Z][A-Za-z]+$/

/**
 * Routes carry whole schemas, so that their types are known. Here every schema with a title becomes
 * a component of that name, which two different schemas may not share.
 */
export function finishDocument(document: Document): Document {
  const { components, paths, ...rest } = structuredClone(document) as unknown as {
    components: JsonObject
    paths: JsonObject
  } & JsonObject
  const schemas: Record<string, Json> = {}
  const hoisted = hoist(paths, schemas) as JsonObject
  nameVariants(schemas)
  for (const [path, item] of Object.entries(hoisted)) {
    for (const operation of Object.values(item as JsonObject)) {
      if (path.startsWith('/api/')) addLimit(operation as JsonObject)
      addScopeRefusal(operation as JsonObject)
      nameHeaders(operation as JsonObject)
      describeAnswers(operation as JsonObject)
    }
  }
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)))
  return {
    ...rest,
    components: { ...components, headers: limitHeaders, schemas: sorted },
    paths: hoisted,
  } as unknown as Document
}

function hoist(value: Json, schemas: Record<string, Json>): Json {
  if (Array.isArray(value)) return value.map((item) => hoist(item, schemas))
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'examples' || key === 'example' ? item : hoist(item, schemas),
    ]),
  )
  const { title } = copy
  const isSchema = copy.type !== undefined || copy.oneOf !== undefined
  if (!isSchema || typeof title !== 'string' || !componentName.test(title)) return copy
  const known = schemas[title]
  if (known && JSON.stringify(known) !== JSON.stringify(copy)) {
    throw new Error(`two schemas have the title ${title}`)
  }
  schemas[title] = copy
  return { $ref: `#/components/schemas/${title}` }
}

/** Tells readers which value of the discriminator stands for which variant. */
function nameVariants(schemas: Record<string, Json>): void {
  for (const schema of Object.values(schemas) as JsonObject[]) {
    const discriminator = schema.discriminator as JsonObject | undefined
    if (!discriminator) continue
    const property = discriminator.propertyName as string
    discriminator.mapping = Object.fromEntries(
      (schema.oneOf as { $ref: string }[]).map(({ $ref }) => {
        const variant = schemas[$ref.split('/').at(-1)!] as JsonObject
        const { const: value, enum: values } = (variant.properties as JsonObject)[property] as {
          const?: string
          enum?: string[]
        }
        return [value ?? values?.[0] ?? '', $ref]
      }),
    )
  }
}

const text = (description: string, example: string): Json => ({
  description,
  schema: { type: 'string' },
  example,
})

/** Fastify lists headers in lower case; people know them by these names. */
const headerNames: Readonly<Record<string, string>> = {
  'idempotency-key': 'Idempotency-Key',
  'if-match': 'If-Match',
}

function nameHeaders(operation: JsonObject): void {
  for (const parameter of (operation.parameters ?? []) as { name: string }[]) {
    parameter.name = headerNames[parameter.name] ?? parameter.name
  }
}

const limitHeaders: JsonObject = {
  RateLimit: text(
    'How many requests remain in this window, and seconds until the next. Absent without a limit.',
    '"user";r=599;t=42',
  ),
  'RateLimit-Policy': text(
    'Requests per window, and its seconds. `user`: of yours; `address`: of all from your address.',
    '"user";q=600;w=60',
  ),
}

function refusal(status: 403 | 429): Json {
  return {
    ...(problems(status)[status] as unknown as JsonObject),
    content: {
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    },
  }
}

/** Every operation of the API counts, so every one can be refused for it. */
function addLimit(operation: JsonObject): void {
  const responses = operation.responses as JsonObject
  responses['429'] ??= refusal(429)
  for (const [status, response] of Object.entries(responses)) {
    if (!status.startsWith('2') && status !== '429') continue
    const names = Object.keys(limitHeaders)
    const headers = names.map((name) => [name, { $ref: `#/components/headers/${name}` }])
    ;(response as JsonObject).headers = Object.fromEntries(headers)
  }
}

/** Whoever comes with a token can come with too small a one. */
function addScopeRefusal(operation: JsonObject): void {
  const { security, responses } = operation as { security?: Json[]; responses: JsonObject }
  if (security?.length) responses['403'] ??= refusal(403)
}

/** Headers that come with a status or a resource, whatever the operation. */
function describeAnswers(operation: JsonObject): void {
  const parameters = (operation.parameters ?? []) as { name: string }[]
  const isRepeatable = parameters.some(({ name }) => name === 'Idempotency-Key')
  for (const [status, response] of Object.entries(operation.responses as JsonObject)) {
    const answer = response as JsonObject
    if (answer.description === 'Default Response') answer.description = 'Done.'
    const headers = { ...(answer.headers as JsonObject | undefined) }
    if (
      status.startsWith('2') &&
      /schemas\/(Expense|Group|Category|Settlement|GroupConversion)"/.test(JSON.stringify(response))
    ) {
      headers.ETag = text('The version; give it as If-Match.', '"1"')
    }
    if (status.startsWith('2') && isRepeatable) {
      headers['Idempotency-Replayed'] = text('Only on a repeated answer.', 'true')
    }
    if (status === '401') headers['WWW-Authenticate'] = text('How to sign in.', 'Bearer')
    if (status === '429' || status === '5XX') {
      headers['Retry-After'] = text('Seconds to wait.', '2')
    }
    if (Object.keys(headers).length > 0) answer.headers = headers
  }
}
