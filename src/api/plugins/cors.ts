import type { FastifyInstance } from 'fastify'

const methods = 'GET, POST, PUT, PATCH, DELETE'
const headers = 'Authorization, Content-Type, Idempotency-Key, If-Match'
/** What a script may read beside the body. */
const exposed = [
  ...['ETag', 'Idempotency-Replayed', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After'],
  ...['WWW-Authenticate', 'X-Request-Id'],
].join(', ')
const aDaySeconds = 86_400

/**
 * Lets scripts of these origins call the API. They bring an access token: cookies are never taken
 * across origins, and the chat page stays its own.
 */
export function registerCors(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return
  const known = new Set(origins)
  app.addHook('onRequest', async (request, reply) => {
    if (!/^\/(api|docs)\//.test(request.url)) return
    reply.header('vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !known.has(origin)) return
    reply.header('access-control-allow-origin', origin)
    reply.header('access-control-expose-headers', exposed)
    const isPreflight = request.headers['access-control-request-method'] !== undefined
    if (request.method !== 'OPTIONS' || !isPreflight) return
    return reply
      .code(204)
      .header('access-control-allow-methods', methods)
      .header('access-control-allow-headers', headers)
      .header('access-control-max-age', String(aDaySeconds))
      .send()
  })
}
