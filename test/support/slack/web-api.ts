import type { IncomingMessage, ServerResponse } from 'node:http'
import { chatMethods } from './chat-methods.ts'
import { directoryMethods } from './directory-methods.ts'
import type { EventFeed } from './events.ts'
import type { SocketMode } from './socket-mode.ts'
import { type Triggers, viewMethods } from './view-methods.ts'
import { isJson, type Json, SlackError } from './wire.ts'
import type { Workspace } from './workspace.ts'

export interface Services {
  readonly workspace: Workspace
  readonly feed: EventFeed
  readonly triggers: Triggers
  readonly sockets: SocketMode
  readonly baseUrl: string
}

/** Each returns its answer without `ok`, or throws a SlackError. */
export type Methods = Record<string, (args: Json, services: Services) => Json>

/** What goes wrong with a call, on purpose. */
export interface Fault {
  /** Answered as `{ok: false, error}`. */
  readonly error?: string
  /** Answered with HTTP 429 and this Retry-After. */
  readonly retryAfterSeconds?: number
  /** Answered with this HTTP status and no JSON. */
  readonly httpStatus?: number
  /** The call takes effect, but the connection breaks before the answer. */
  readonly answerLost?: boolean
}

const methods: Methods = {
  ...chatMethods,
  ...directoryMethods,
  ...viewMethods,
  'apps.connections.open': (_args, { sockets, baseUrl }) => {
    return { url: `${baseUrl.replace('http', 'ws')}/link?ticket=${sockets.newTicket()}` }
  },
}

/** The Web API under `/api/`. */
export class WebApi {
  readonly #services: Services
  readonly #faults: { method: string; fault: Fault; left: number }[] = []

  constructor(services: Services) {
    this.#services = services
  }

  fail(method: string, fault: Fault, times: number): void {
    this.#faults.push({ method, fault, left: times })
  }

  serve(method: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const args = argumentsOf(request, body)
    const fault = this.#takeFault(method)
    if (fault.retryAfterSeconds !== undefined) {
      this.#record(method, args, { ok: false, error: 'ratelimited' })
      response.setHeader('retry-after', String(fault.retryAfterSeconds))
      sendJson(response, 429, { ok: false, error: 'ratelimited' })
      return
    }
    if (fault.httpStatus !== undefined) {
      this.#record(method, args, { ok: false, error: `http ${fault.httpStatus}` })
      response.writeHead(fault.httpStatus).end()
      return
    }
    const answer = this.#answer(method, args, tokenOf(request, args), fault)
    this.#record(method, args, answer)
    if (fault.answerLost) response.destroy()
    else sendJson(response, 200, answer)
  }

  #answer(method: string, args: Json, token: string | undefined, fault: Fault): Json {
    try {
      const handle = methods[method]
      if (!handle) throw new SlackError('unknown_method', { req_method: method })
      this.#authorize(method, token)
      if (fault.error) throw new SlackError(fault.error)
      return { ok: true, ...handle(args, this.#services) }
    } catch (error) {
      if (!(error instanceof SlackError)) throw error
      return { ok: false, error: error.code, ...error.facts }
    }
  }

  #authorize(method: string, token: string | undefined): void {
    const { app } = this.#services.workspace
    if (token === undefined) throw new SlackError('not_authed')
    if (token !== app.botToken && token !== app.appToken) throw new SlackError('invalid_auth')
    const wanted = method === 'apps.connections.open' ? app.appToken : app.botToken
    if (token !== wanted) throw new SlackError('not_allowed_token_type')
  }

  #takeFault(method: string): Fault {
    const planned = this.#faults.find((entry) => entry.method === method && entry.left > 0)
    if (!planned) return {}
    planned.left -= 1
    return planned.fault
  }

  #record(method: string, args: Json, answer: Json): void {
    const { workspace } = this.#services
    const { token: _secret, ...visible } = args
    workspace.calls.push({ method, args: visible, at: workspace.clock.now(), answer })
    workspace.changed()
  }
}

export function sendJson(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-oauth-scopes': 'chat:write,commands,users:read,channels:history,im:history,reactions:write',
  })
  response.end(JSON.stringify(body))
}

/** Form fields that hold objects are JSON text; Slack parses just these. */
const objectFields = new Set(['blocks', 'attachments', 'metadata', 'view'])

function argumentsOf(request: IncomingMessage, body: Buffer): Json {
  if (request.headers['content-type']?.startsWith('application/json')) {
    const parsed: unknown = JSON.parse(body.toString() || '{}')
    return isJson(parsed) ? parsed : {}
  }
  const query = new URL(request.url ?? '/', 'http://fake').searchParams
  const fields = [...query, ...new URLSearchParams(body.toString())]
  return Object.fromEntries(
    fields.map(([key, value]) => [key, objectFields.has(key) ? parsedOrText(value) : value]),
  )
}

function parsedOrText(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function tokenOf(request: IncomingMessage, args: Json): string | undefined {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  return bearer ?? (typeof args.token === 'string' ? args.token : undefined)
}
