import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { isTextParam } from './schema-check.ts'

export interface Upload {
  readonly name: string
  readonly bytes: Buffer
}

export interface CallInput {
  readonly params: Record<string, unknown>
  readonly uploads: ReadonlyMap<string, Upload>
}

/** Telegram takes parameters from the query, JSON, a form or multipart, all mixed if need be. */
export async function readCall(request: IncomingMessage, method: string): Promise<CallInput> {
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams
  const bytes = await buffer(request)
  const type = request.headers['content-type'] ?? ''
  const uploads = new Map<string, Upload>()
  if (type.startsWith('application/json')) {
    const body: Record<string, unknown> = bytes.length > 0 ? JSON.parse(bytes.toString()) : {}
    return { params: { ...fromText(method, query), ...body }, uploads }
  }
  if (bytes.length === 0) return { params: fromText(method, query), uploads }
  const form = await new Response(new Uint8Array(bytes), {
    headers: { 'content-type': type },
  }).formData()
  const fields = new URLSearchParams(query)
  for (const [name, value] of form) {
    if (typeof value === 'string') fields.set(name, value)
    else uploads.set(name, { name: value.name, bytes: Buffer.from(await value.arrayBuffer()) })
  }
  return { params: fromText(method, fields), uploads }
}

/** Fields are text; objects, numbers and booleans stand in them as JSON. */
function fromText(method: string, fields: URLSearchParams): Record<string, unknown> {
  const params: Record<string, unknown> = {}
  for (const [name, value] of fields) {
    params[name] = isTextParam(method, name) ? value : jsonOrText(value)
  }
  return params
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
