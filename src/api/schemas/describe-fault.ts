import type { Fault } from '../../domain/errors.ts'

type SchemaFault = {
  readonly keyword: string
  readonly schemaPath: string
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
  readonly oneOf?: readonly {
    readonly required?: readonly string[]
    readonly properties?: Readonly<Record<string, { readonly const?: string }>>
  }[]
}

const mostFaults = 50

/** `if` only says that one of the faults beside it exists; "one of these fields" is said once. */
function isEcho({ keyword, schemaPath }: SchemaFault): boolean {
  return keyword === 'if' || /\/oneOf\/\d+\/required$/.test(schemaPath)
}

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
  const faults = found
    .filter((fault) => !isEcho(fault))
    .map((fault) => {
      const pointer = context === 'body' ? pointerOf(fault) : pointerOf(fault).slice(1)
      return { pointer, detail: describe(fault, pointer.split('/').at(-1) || 'The body') }
    })
  const seen = new Set<string>()
  return faults
    .filter(({ pointer }) => !seen.has(pointer) && seen.add(pointer))
    .slice(0, mostFaults)
}

function pointerOf({ keyword, instancePath, params }: SchemaFault): string {
  const tag = keyword === 'discriminator' ? params.tag : undefined
  const below = params.missingProperty ?? params.additionalProperty ?? tag
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
      return `${name} must be one of ${variants(schema, name).join(', ')}.`
    case 'minLength':
      return `${name} must not be empty.`
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
    case 'oneOf':
      return `Give exactly one of ${alternatives(schema).join(', ')}.`
    case 'false schema':
      return `${name} must be left out here.`
    case 'dependentRequired':
      return `${String(params.missingProperty)} must be given as well.`
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

function variants(schema: Schema, tag: string): readonly (string | undefined)[] {
  return (schema.oneOf ?? []).map(({ properties }) => properties?.[tag]?.const)
}

function alternatives(schema: Schema): readonly string[] {
  return (schema.oneOf ?? []).flatMap(({ required }) => required ?? [])
}
