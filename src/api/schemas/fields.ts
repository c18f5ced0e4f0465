import { type Static, type TSchema, Type } from 'typebox'

export const exampleId = '019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d'
export const otherExampleId = '019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5e'

/** Ids are compared as text, so only the lower case that we write is taken. */
export const formats = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  date: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
  'date-time': true,
  decimal: true,
  password: true,
} as const

export function id(description: string) {
  return Type.String({ format: 'uuid', description, examples: [exampleId] })
}

export function instant(description: string) {
  return Type.String({ format: 'date-time', description, examples: ['2026-11-20T18:30:00.000Z'] })
}

export function calendarDate(description: string) {
  return Type.String({ format: 'date', description, examples: ['2026-11-20'] })
}

export function text(
  description: string,
  example: string,
  limits: { least?: number; most: number },
) {
  return Type.String({
    minLength: limits.least ?? 1,
    maxLength: limits.most,
    description,
    examples: [example],
  })
}

export function oneOf<const Value extends string>(values: readonly Value[], description: string) {
  return Type.Unsafe<Value>({ type: 'string', enum: values, description, examples: [values[0]] })
}

/** The same schema with null allowed, as one `type` list: a union would double every fault. */
export function nullable<Schema extends TSchema>(schema: Schema) {
  const { type } = schema as { type?: string }
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [type, 'null'] })
}

export const Currency = Type.String({
  pattern: '^[A-Za-z]{3}$',
  description: 'ISO 4217 code.',
  examples: ['EUR'],
})

export const TimeZoneName = text('IANA time zone.', 'Europe/Berlin', { most: 64 })

/** Bodies refuse what they don't know: a mistyped field must not be ignored. */
export const closed = { additionalProperties: false } as const

export const IdParams = Type.Object({ id: id('Id from the path.') })
