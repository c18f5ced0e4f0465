import type { FastifyInstance } from 'fastify'
import type { Fault } from '../../domain/errors.ts'
import { RequestError } from '../problem-details.ts'

const deepest = 20
/** More than a receipt at its limits has, and few enough to list faults of. */
const mostValues = 100_000

/** Reads JSON bodies, and refuses what no field of ours could hold before anything looks at it. */
export function registerJsonBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined)
    parse(request, body as string, (error, value) => {
      if (error) {
        return done(new RequestError(400, 'malformed-json', 'The body is not valid JSON.') as never)
      }
      const fault = faultOf(value)
      if (fault) {
        return done(new RequestError(400, 'malformed-request', fault.detail, [fault]) as never)
      }
      done(null, value)
    })
  })
}

function faultOf(body: unknown): Fault | null {
  let values = 0
  const visit = (value: unknown, pointer: string, depth: number): Fault | null => {
    values += 1
    if (values > mostValues) return { pointer: '', detail: 'The body has too many values.' }
    if (depth > deepest) {
      return { pointer: '', detail: `The body is nested deeper than ${deepest} levels.` }
    }
    if (typeof value === 'string') return faultOfText(value, pointer)
    if (typeof value !== 'object' || value === null) return null
    for (const [key, item] of Object.entries(value)) {
      const fault = faultOfText(key, pointer) ?? visit(item, `${pointer}/${key}`, depth + 1)
      if (fault) return fault
    }
    return null
  }
  return visit(body, '', 0)
}

/** PostgreSQL stores neither of the two. */
export function faultOfText(text: string, pointer: string): Fault | null {
  if (text.includes('\0')) return { pointer, detail: 'Text must not contain the NUL character.' }
  if (!text.isWellFormed())
    return { pointer, detail: 'Text must not contain half a surrogate pair.' }
  return null
}
