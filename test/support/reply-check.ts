import { Ajv2020 } from 'ajv/dist/2020.js'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'

type Schema = { [key: string]: unknown }
type Response = { content?: Record<string, { schema: Schema }> }
type Document = {
  components: { schemas: Record<string, Schema> }
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>
}

/** Throws when a reply is not what the OpenAPI document promises: status, media type or body. */
export function replyChecker(app: FastifyInstance) {
  const document = closed(app.swagger()) as Document
  const ajv = new Ajv2020({ strict: false, validateFormats: false, discriminator: false })
  ajv.addSchema({ $id: 'document', ...document })

  return (method: string, path: string, reply: LightMyRequestResponse): void => {
    const place = Object.keys(document.paths).find((candidate) => leadsTo(candidate, path))
    const operation = place && document.paths[place]?.[method.toLowerCase()]
    if (!place || !operation) return
    const status = String(reply.statusCode)
    const key = operation.responses[status] ? status : `${status[0]}XX`
    const response = operation.responses[key]
    if (!response) throw new Error(`${method} ${place} does not document ${status}: ${reply.body}`)
    if (!response.content) {
      if (reply.body) throw new Error(`${method} ${place} documents no body for ${status}`)
      return
    }
    const media = String(reply.headers['content-type']).split(';')[0] ?? ''
    if (!response.content[media]) {
      throw new Error(`${method} ${place} does not document ${media} for ${status}`)
    }
    const pointer = ['paths', place, method.toLowerCase(), 'responses', key, 'content', media]
    const $ref = `document#/${pointer.map(escaped).join('/')}/schema`
    const validate = ajv.compile({ $ref })
    const body = media.endsWith('json') ? reply.json() : reply.body
    if (!validate(body)) {
      throw new Error(`${method} ${place} ${status}: ${ajv.errorsText(validate.errors)}`)
    }
  }
}

/** So that a field nobody documented is noticed. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closed(item)]))
  const isOpen =
    copy.type === 'object' && copy.properties && copy.additionalProperties === undefined
  return isOpen ? { ...copy, additionalProperties: false } : copy
}

function escaped(segment: string): string {
  return encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function leadsTo(candidate: string, path: string): boolean {
  const pattern = candidate.split('/')
  const segments = path.split('?')[0]!.split('/')
  return (
    pattern.length === segments.length &&
    pattern.every((segment, i) => segment.startsWith('{') || segment === segments[i])
  )
}
