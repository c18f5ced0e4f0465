import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { DomainError, type DomainErrorKind, type Fault } from '../domain/errors.ts'
import { describeFaults } from './schemas/describe-fault.ts'

/** Imported as a module, node:http would also load fetch and WebSocket: 10 MB that nobody needs. */
export const { STATUS_CODES: statusTexts } = process.getBuiltinModule('node:http')

/** A request that never reaches the domain because it is not well formed. */
export class RequestError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly faults: readonly Fault[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    detail: string,
    faults: readonly Fault[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${code}: ${detail}`)
    this.name = 'RequestError'
    this.status = status
    this.code = code
    this.detail = detail
    this.faults = faults
    this.headers = headers
  }
}

/** The only place where a kind of refusal becomes a status. */
const statusOf: Readonly<Record<DomainErrorKind, number>> = {
  invalid: 422,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-many': 429,
  unauthenticated: 401,
  stale: 412,
  unavailable: 503,
}

/** Refusals by the framework; the rest of its 4xx errors are `bad-request`. */
const frameworkProblems: Readonly<
  Record<string, readonly [status: number, code: string, detail: string]>
> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    'unsupported-media-type',
    'Send the body as application/json.',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body-too-large', 'The body may have at most 1 MiB.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    400,
    'wrong-content-length',
    'The body is shorter or longer than Content-Length says.',
  ],
  FST_ERR_BAD_URL: [400, 'malformed-url', 'The path is not valid percent-encoded UTF-8.'],
  FST_ERR_MAX_PARAM_LENGTH: [400, 'url-too-long', 'A part of the path is too long.'],
}

export type Problem = {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly faults?: readonly Fault[]
  readonly facts?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

/** Null for what is a bug of ours. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof DomainError) return problemOfRefusal(error)
  if (error instanceof RequestError) return error
  if (!(error instanceof Error)) return null
  const { code, statusCode, validation, validationContext } = error as FastifyError
  if (validation) return malformed(describeFaults(validation, validationContext ?? 'body'))
  const known = frameworkProblems[code]
  if (known) return { status: known[0], code: known[1], detail: known[2] }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return {
      status: statusCode,
      code: 'bad-request',
      detail: statusTexts[statusCode] ?? 'The request cannot be read.',
    }
  }
  return null
}

function problemOfRefusal(error: DomainError): Problem {
  const { kind, code, detail, faults, facts } = error
  const seconds = facts.retryAfterSeconds
  const headers: Record<string, string> = {}
  if (kind === 'unauthenticated') headers['www-authenticate'] = 'Bearer'
  if (kind === 'too-many' || kind === 'unavailable') {
    headers['retry-after'] = String(typeof seconds === 'number' ? Math.ceil(seconds) : 1)
  }
  return { status: statusOf[kind], code, detail, faults, facts, headers }
}

function malformed(faults: readonly Fault[]): Problem {
  const detail = faults.length === 1 ? faults[0]!.detail : `${faults.length} things are wrong.`
  return { status: 400, code: 'malformed-request', detail, faults }
}

export const bug: Problem = {
  status: 500,
  code: 'internal-error',
  detail: 'Something went wrong on our side. Try again; if it stays, report the request id.',
}

/** The members that a problem is always known by come last: a fact never replaces one. */
export function problemDocument(problem: Problem, instance: string, requestId: string): string {
  return JSON.stringify({
    ...problem.facts,
    type: `/problems/${problem.code}`,
    title: statusTexts[problem.status] ?? 'Problem',
    status: problem.status,
    detail: problem.detail,
    instance,
    code: problem.code,
    requestId,
    ...(problem.faults?.length ? { errors: problem.faults } : {}),
  })
}

export const problemContentType = 'application/problem+json; charset=utf-8'

export function sendProblem(
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  request.problemCode = problem.code
  return reply
    .code(problem.status)
    .headers({ ...problem.headers })
    .type(problemContentType)
    .send(problemDocument(problem, pathOf(request), request.id))
}

/** Without the query, which may hold what should not be repeated. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? ''
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the request was refused, for its log line. */
    problemCode: string | null
  }
}
