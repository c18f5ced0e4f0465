import type { OpenApi, Schema } from './openapi.ts'

const big = 'x'.repeat(100_000)

/** What hostile or broken programs send in place of a value. */
export const hostileTexts: readonly string[] = [
  ...['', ' ', '0', '-1', '0.001', 'NaN', 'Infinity', '1e309', '-0', '٣', '1,5', 'null', 'true'],
  ...['a\u0000b', '\ud800', 'abc\u202egnp.exe', '\u200b', 'e\u0301'.repeat(200), big],
  ...["'; drop table users; --", "' or 1=1 --", '%', '\\', '$1', '{{7*7}}', '../../etc/passwd'],
  ...[
    '<script>alert(1)</script>',
    '=HYPERLINK("http://evil.example","x")',
    '@SUM(1)',
    '+1',
    '-1+1',
  ],
  ...['__proto__', 'constructor', '2026-02-30', '9999-12-31', '0000-00-00', '🙂'.repeat(50)],
  '019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d',
]

export const hostileValues: readonly unknown[] = [
  ...hostileTexts,
  ...[null, true, false, 0, -1, 1.5, 1e21, 2 ** 53, -1e308],
  ...[[], {}, [null], [[]], { a: 1 }, [1, 'a', {}], Array.from({ length: 1000 }, () => 'x')],
]

/** JSON that no value of ours writes: `$` stands for the field's value. */
export const hostileJson: readonly string[] = [
  ...['1e309', '-1e309', 'NaN', '0x10', '01', '"\\ud800"', '"\\u0000"', '{"__proto__":{"x":1}}'],
  ...['{"constructor":{"prototype":{"x":1}}}', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
  `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
]

/** The path to every field below an example, as keys. */
export function fieldPaths(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => [
    [key],
    ...fieldPaths(item).map((path) => [key, ...path]),
  ])
}

/** The names of all fields that a body may have, whichever variant. */
export function fieldNames(document: OpenApi, schema: Schema): readonly string[] {
  const $ref = schema.$ref as string | undefined
  const target = $ref ? document.components.schemas[$ref.split('/').at(-1)!]! : schema
  return Object.keys((target.properties as object | undefined) ?? {})
}

/** A copy with another value at the path. */
export function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return by
  if (Array.isArray(value)) {
    return value.map((item, i) => (String(i) === key ? replaced(item, rest, by) : item))
  }
  const fields = value as Record<string, unknown>
  return { ...fields, [key]: replaced(fields[key], rest, by) }
}

const tells = [
  /\bat .+\(.+:\d+:\d+\)/,
  /node_modules|\/src\/|\.ts:\d+/,
  /\b(select|insert into|update|delete from) .+ (from|values|set|where)\b/i,
  /_(pkey|fkey|check|unique|index)\b/,
  /violates|relation "|column "|syntax error|invalid input|SQLSTATE|postgres|knex|objection/i,
  /\[object |undefined|NaN must|ajv|must match (pattern|exactly)|TypeError|RangeError/,
]

/** What a refusal gives away or leaves out; null when it is as it should be. */
export function faultOfRefusal(reply: {
  statusCode: number
  headers: Record<string, unknown>
  body: string
}): string | null {
  if (reply.statusCode < 400) return null
  if (reply.statusCode >= 500) return `status ${reply.statusCode}`
  if (!String(reply.headers['content-type']).startsWith('application/problem+json')) {
    return `type ${String(reply.headers['content-type'])}`
  }
  const { detail, errors = [] } = JSON.parse(reply.body) as {
    detail?: string
    errors?: { detail: string }[]
  }
  for (const text of [detail, ...errors.map((one) => one.detail)]) {
    if (typeof text !== 'string' || text.length < 10) return `says too little: ${String(text)}`
    const tell = tells.find((pattern) => pattern.test(text))
    if (tell) return `says ${text.slice(0, 200)}`
    if (text.length > 1000) return `says ${text.length} characters`
  }
  return null
}
