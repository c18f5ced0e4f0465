import type { FastifyRequest } from 'fastify'
import { requireFewAttempts, type ThrottledAction } from '../../domain/accounts/throttle.ts'
import { DomainError } from '../../domain/errors.ts'
import { networkOf } from '../network.ts'
import type { ApiServices } from '../services.ts'

export type Throttle = (
  request: FastifyRequest,
  action: ThrottledAction,
  account: string | null,
) => Promise<void>

/** Refuses with 429 what is tried too often, in the name of one account or from one address. */
export function throttling({ throttles, config }: ApiServices): Throttle {
  return async (request, action, account) => {
    const attempt = { action, account, address: networkOf(request.ip) }
    try {
      await requireFewAttempts(throttles, config.loginLimitPerMinute, attempt)
    } catch (error) {
      if (error instanceof DomainError) request.log.info({ action }, 'attempt throttled')
      throw error
    }
  }
}
