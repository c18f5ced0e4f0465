import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import type { ApiServices } from '../services.ts'

const wellFormedId = /^[A-Za-z0-9._-]{8,64}$/

export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && wellFormedId.test(given) ? given : randomUUID()
}

export const logController = new LogController({
  disableRequestLogging: true,
  requestIdLogLabel: 'requestId',
})

export function loggerOptions({ config, logStream }: ApiServices) {
  return {
    level: config.logLevel,
    stream: logStream ?? process.stderr,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: secrets.flatMap((name) => [name, `*.${name}`]),
      censor: '[redacted]',
    },
    serializers: { req: describeRequest, err: describeError },
  }
}

const secrets = [
  ...['authorization', 'cookie', 'password', 'currentPassword', 'newPassword', 'token'],
  ...['accessToken', 'refreshToken', 'secret', 'url', 'connectionString'],
]

/** One line per request, without its query: tokens end up there by mistake. */
export function registerRequestLog(app: FastifyInstance): void {
  app.decorateRequest('problemCode', null)
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        userId: request.actor?.userId ?? null,
        ...(request.problemCode ? { problem: request.problemCode } : {}),
      },
      request.problemCode ? 'request refused' : 'request served',
    )
  })
}

function describeRequest(request: FastifyRequest) {
  return { method: request.method, route: request.routeOptions?.url ?? null }
}

type LoggedError = Error & { code?: string; routine?: string; nativeError?: LoggedError }

/** Messages of the database repeat the values of a row: only its code and the place in ours count. */
function describeError(error: LoggedError) {
  const isDatabase = error.routine !== undefined || error.nativeError !== undefined
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? []
  return {
    type: error.name,
    message: isDatabase ? 'the database refused' : error.message,
    code: error.code ?? error.nativeError?.code,
    stack: frames.join('\n'),
  }
}
