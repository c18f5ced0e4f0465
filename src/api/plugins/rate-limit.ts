import type { FastifyInstance } from 'fastify'
import { DomainError } from '../../domain/errors.ts'
import { networkOf } from '../network.ts'
import { createRateLimiter, windowSeconds } from '../rate-limiter.ts'
import type { ApiServices } from '../services.ts'

const limitedPath = /^\/(api|chat)\//

/**
 * Comes between finding out who asks and refusing who may not: whoever is signed in has a limit of
 * their own, everybody else shares that of their address. The header fields are those of
 * draft-ietf-httpapi-ratelimit-headers-10.
 */
export function registerRateLimit(app: FastifyInstance, services: ApiServices): void {
  const { config, rateBuckets, clock } = services
  if (config.requestsPerMinute === 0) return
  const limit = config.requestsPerMinute
  const limiter = createRateLimiter({ limit, buckets: rateBuckets, now: () => clock.now() })

  app.addHook('onRequest', async (request, reply) => {
    if (!limitedPath.test(request.routeOptions.url ?? '')) return
    const policy = request.actor ? 'user' : 'address'
    const caller = request.actor ? request.actor.userId : networkOf(request.ip)
    const { isAllowed, remaining, resetSeconds } = await limiter.charge(`${policy} ${caller}`)
    reply.header('ratelimit-policy', `"${policy}";q=${limit};w=${windowSeconds}`)
    reply.header('ratelimit', `"${policy}";r=${remaining};t=${resetSeconds}`)
    if (isAllowed) return
    throw new DomainError(
      'too-many',
      'rate-limit-exceeded',
      `More than ${limit} requests in a minute. Wait ${resetSeconds} seconds.`,
      { retryAfterSeconds: resetSeconds },
    )
  })
}
