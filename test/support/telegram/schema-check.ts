import { readFileSync } from 'node:fs'
import { Ajv, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv'

interface TypeSchema {
  type?: string | string[]
}
interface WireSchema {
  definitions: Record<string, AnySchema>
  update: AnySchema
  params: Record<string, AnySchema & { properties?: Record<string, TypeSchema> }>
  results: Record<string, AnySchema>
}

const schema: WireSchema = JSON.parse(
  readFileSync(new URL('./schema.json', import.meta.url), 'utf8'),
)
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
ajv.addSchema(schema, 'telegram')
const compiled = new Map<string, ValidateFunction>()

/** The faults of an update the fake is about to send; empty when it is well formed. */
export function updateFaults(update: unknown): string[] {
  return faults('telegram#/update', update)
}

export function paramsFaults(method: string, params: unknown): string[] {
  return faults(`telegram#/params/${method}`, params)
}

export function resultFaults(method: string, result: unknown): string[] {
  return faults(`telegram#/results/${method}`, result)
}

/** Whether a form field of this name is text, so that "12" in it is not the number 12. */
export function isTextParam(method: string, name: string): boolean {
  return schema.params[method]?.properties?.[name]?.type === 'string'
}

function faults(reference: string, value: unknown): string[] {
  const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference })
  compiled.set(reference, validate)
  return validate(value) ? [] : describe(validate.errors ?? [])
}

/** A union reports every branch it tried; the deepest path is where the value really went wrong. */
function describe(errors: ErrorObject[]): string[] {
  const depth = (error: ErrorObject) => error.instancePath.split('/').length
  const deepest = Math.max(...errors.map(depth))
  const lines = errors
    .filter((error) => depth(error) === deepest || error.keyword === 'additionalProperties')
    .map((error) => {
      const extra = error.params.additionalProperty
      const allowed = error.params.allowedValues ?? error.params.allowedValue
      const detail = extra ? ` (${extra})` : allowed ? ` (${[allowed].flat().join(', ')})` : ''
      return `${error.instancePath || '/'} ${error.message}${detail}`
    })
  return [...new Set(lines)].slice(0, 8)
}
