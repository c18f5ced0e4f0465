import { isIPv6 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { requireFewAttempts, type ThrottledAction } from '../../domain/accounts/throttle.ts'
import { DomainError } from '../../domain/errors.ts'
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

/** One customer gets a whole /64 of IPv6, so all its addresses count as one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1]!
  if (!isIPv6(address)) return address
  const [front = '', back] = address.replace(/%.*$/, '').split('::')
  const groups = front.split(':').filter(Boolean)
  const last = back?.split(':').filter(Boolean) ?? []
  const zeros = Array.from({ length: 8 - groups.length - last.length }, () => '0')
  const whole = back === undefined ? groups : [...groups, ...zeros, ...last]
  return whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
