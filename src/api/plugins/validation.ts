import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance } from 'fastify'
import { RequestError } from '../problem-details.ts'
import { formats } from '../schemas/fields.ts'
import { faultOfText } from './json-body.ts'

const shared: Options = {
  allErrors: true,
  // Faults carry schema and value, from which `describe-fault.ts` finds its words.
  verbose: true,
  strictTypes: false,
  allowUnionTypes: true,
  discriminator: true,
  formats,
}

/**
 * Fastify's own check drops unknown fields and turns null into text without a word. Bodies are taken
 * as they are; parameters come as text and have to be converted.
 */
export function registerValidation(app: FastifyInstance): void {
  const asSent = new Ajv2020({ ...shared, coerceTypes: false, removeAdditional: false })
  // Strict about numbers, Ajv would hold the Infinity it makes of "1e309" against no limit.
  const converting = new Ajv2020({
    ...shared,
    coerceTypes: true,
    useDefaults: true,
    strictNumbers: false,
  })
  app.setValidatorCompiler(({ schema, httpPart }) =>
    compiledWhenUsed(httpPart === 'body' ? asSent : converting, schema as object),
  )
  app.addHook('preValidation', async ({ query }) => {
    for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
      const fault = typeof value === 'string' ? faultOfText(value, name) : null
      if (fault) throw new RequestError(400, 'malformed-request', fault.detail, [fault])
    }
  })
  // Presenters return the schema's own type and the tests hold replies against it, so a reply
  // needs no second filter that would have to choose between the six split schemas.
  app.setSerializerCompiler(() => (resource) => JSON.stringify(resource))
}

type Check = {
  (data: unknown): boolean
  errors?: ErrorObject[] | null
}

/** Compiling all schemas would take a fifth of the start, for routes that may never be asked. */
function compiledWhenUsed(ajv: Ajv2020, schema: object): Check {
  let validate: ValidateFunction | undefined
  const check: Check = (data) => {
    validate ??= ajv.compile(schema)
    const isValid = validate(data)
    check.errors = validate.errors ?? null
    return isValid
  }
  return check
}
