import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { DomainError, type DomainErrorKind } from '../../domain/errors.ts'
import type { Problem } from './wire.ts'

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

/** Answers with a problem document; whatever is not a refusal is a bug and tells nothing. */
export function sendProblem(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof DomainError) {
    const retryAfter = error.facts.retryAfterSeconds
    if (typeof retryAfter === 'number') reply.header('retry-after', retryAfter)
    return send(reply, statusOf[error.kind], error.code, error.detail)
  }
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500) return send(reply, status, 'malformed-request', error.message)
  request.log.error({ err: error }, 'chat page request failed')
  return send(reply, 500, 'internal', 'Something went wrong on our side. Try again in a moment.')
}

function send(reply: FastifyReply, status: number, code: string, detail: string) {
  const problem: Problem = {
    type: `/problems/${code}`,
    title: STATUS_CODES[status] ?? 'Refused',
    status,
    detail,
    code,
  }
  return reply.code(status).type('application/problem+json').send(JSON.stringify(problem))
}
