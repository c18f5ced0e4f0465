import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type {
  ConnectionError,
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import {
  bug,
  type Problem,
  pathOf,
  problemContentType,
  problemDocument,
  problemOf,
  sendProblem,
  statusTexts,
} from '../problem-details.ts'

/** Every refusal leaves as application/problem+json, whoever refuses. */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply))
  const routes: { method: string; segments: readonly string[] }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, segments: url.split('/') })
  })
  app.setNotFoundHandler((request, reply) => {
    const segments = pathOf(request).split('/')
    const methods = routes.filter((route) => leadsTo(route.segments, segments))
    if (methods.length === 0) return sendProblem(noRoute, request, reply)
    const allow = [...new Set(methods.map(({ method }) => method))].join(', ')
    const detail = `This address takes ${allow}.`
    return sendProblem(
      { status: 405, code: 'method-not-allowed', detail, headers: { allow } },
      request,
      reply,
    )
  })
}

const noRoute: Problem = {
  status: 404,
  code: 'no-such-address',
  detail: 'There is nothing at this address. The document at /docs lists all of them.',
}

/** Also for what the framework refuses before a route is found. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const problem = problemOf(error)
  if (!problem) request.log.error({ err: error }, 'request failed')
  return sendProblem(problem ?? bug, request, reply)
}

export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  answerError(error, request, reply)
}

const brokenRequests: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large.'],
}

/** Node could not read the request at all, so there is no reply object: the answer is written raw. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, detail] = brokenRequests[error.code] ?? [400, 'This is not a valid HTTP request.']
  const code =
    status === 400 ? 'malformed-http' : statusTexts[status]!.toLowerCase().replaceAll(' ', '-')
  const body = problemDocument({ status, code, detail }, '/', randomUUID())
  socket.end(
    [
      `HTTP/1.1 ${status} ${statusTexts[status]}`,
      `Content-Type: ${problemContentType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}

function leadsTo(route: readonly string[], path: readonly string[]): boolean {
  return (
    route.length === path.length &&
    route.every((segment, i) => segment.startsWith(':') || segment === path[i])
  )
}
