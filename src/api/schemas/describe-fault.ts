import type { Fault } from '../../domain/errors.ts'

type SchemaFault = {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string
  readonly parentSchema?: unknown
  readonly data?: unknown
}
type Schema = {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly examples?: readonly unknown[]
}

const mostFaults = 50

/** These only say that one of the faults beside them exists. */
const echoes: ReadonlySet<string> = new Set(['if', 'oneOf', 'anyOf'])

const names: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'an object',
  null: 'null',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
}

/** What the schema check found, in words; pointers into the body, else names of parameters. */
export function describeFaults(found: readonly SchemaFault[], context: string): readonly Fault[] {
  const telling = found.filter((fault) => !echoes.has(fault.keyword))
  const faults = (telling.length ? telling : found.slice(0, 1)).map((fault) => {
    const pointer = context === 'body' ? pointerOf(fault) : pointerOf(fault).slice(1)
    return { pointer, detail: describe(fault, pointer.split('/').at(-1) || 'The body') }
  })
  const seen = new Set<string>()
  return faults
    .filter(({ pointer }) => !seen.has(pointer) && seen.add(pointer))
    .slice(0, mostFaults)
}

function pointerOf({ instancePath, params }: SchemaFault): string {
  const below = params.missingProperty ?? params.additionalProperty
  if (typeof below !== 'string') return instancePath
  return `${instancePath}/${below.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)}`
}

function describe(fault: SchemaFault, name: string): string {
  const { keyword, params } = fault
  const schema = (fault.parentSchema ?? {}) as Schema
  switch (keyword) {
    case 'required':
      return `${name} is missing.`
    case 'additionalProperties':
      return `${name} is not a known field here.`
    case 'type':
      return describeType(schema, fault.data, name)
    case 'pattern':
    case 'format':
      return `${name} is malformed${example(schema)}.`
    case 'enum':
      return `${name} must be one of ${(params.allowedValues as readonly string[]).join(', ')}.`
    case 'discriminator':
      return `${String(params.tag)} must be one of the known ones.`
    case 'minLength':
      return `${name} must not be empty or shorter than ${String(params.limit)} characters.`
    case 'maxLength':
      return `${name} may have at most ${String(params.limit)} characters.`
    case 'minItems':
      return `${name} needs at least ${String(params.limit)} entries.`
    case 'maxItems':
      return `${name} may have at most ${String(params.limit)} entries.`
    case 'minimum':
    case 'maximum':
      return `${name} must be ${String(params.comparison)} ${String(params.limit)}.`
    case 'minProperties':
      return `${name} says too little: name at least ${String(params.limit)} fields.`
    default:
      return `${name} ${fault.message ?? 'is not allowed'}.`
  }
}

function describeType(schema: Schema, data: unknown, name: string): string {
  if (schema.format === 'decimal' && typeof data === 'number') {
    return `${name} must be text, so that no digit gets lost: send amounts as text, e.g. "12.50".`
  }
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  return `${name} must be ${types.map((type) => names[type] ?? type).join(' or ')}.`
}

function example(schema: Schema): string {
  const [first] = schema.examples ?? []
  return first === undefined ? '' : `; it looks like ${JSON.stringify(first)}`
}
