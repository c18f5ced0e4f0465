import { describe, expect, it } from 'vitest'
import { createRateLimiter, type RateLimiter } from '../../src/api/rate-limiter.ts'
import type { RateBuckets } from '../../src/domain/accounts/account-ports.ts'

const minute = 60_000

/** Buckets in memory that processes of a test share. */
function sharedBuckets() {
  const totals = new Map<string, number>()
  const buckets: RateBuckets & { writes: number; isAway: boolean } = {
    writes: 0,
    isAway: false,
    async add(keyHash, windowStartsAt, used) {
      buckets.writes += 1
      if (buckets.isAway) throw new Error('the database is away')
      const key = `${keyHash.toString('hex')} ${windowStartsAt.toISOString()}`
      totals.set(key, (totals.get(key) ?? 0) + used)
      return totals.get(key)!
    },
  }
  return buckets
}

function processes(limit: number) {
  const buckets = sharedBuckets()
  const clock = { ms: 10 * minute }
  const now = () => new Date(clock.ms)
  return { buckets, clock, start: () => createRateLimiter({ limit, buckets, now }) }
}

async function allowed(limiter: RateLimiter, requests: number, caller = 'user ann') {
  const verdicts = []
  for (let i = 0; i < requests; i += 1) verdicts.push(await limiter.charge(caller))
  return verdicts.filter(({ isAllowed }) => isAllowed).length
}

describe('a rate limiter', () => {
  it('allows exactly its limit, and as much again in the next minute', async () => {
    const { clock, start } = processes(60)
    const limiter = start()
    expect(await allowed(limiter, 100)).toBe(60)
    clock.ms += minute
    expect(await allowed(limiter, 100)).toBe(60)
  })

  it('writes once in twenty requests, and not at all for a few', async () => {
    const { buckets, start } = processes(600)
    const limiter = start()
    await allowed(limiter, 20)
    expect(buckets.writes).toBe(0)
    await allowed(limiter, 580)
    expect(buckets.writes).toBe(29)
    await allowed(limiter, 1000)
    expect(buckets.writes).toBe(29)
  })

  it('gives each caller a limit of their own', async () => {
    const limiter = processes(10).start()
    expect(await allowed(limiter, 20, 'user ann')).toBe(10)
    expect(await allowed(limiter, 20, 'user bob')).toBe(10)
  })

  it('is shared by processes, to one block of each', async () => {
    const { start } = processes(100)
    const [a, b, c] = [start(), start(), start()]
    const each = []
    for (let i = 0; i < 100; i += 1) {
      for (const limiter of [a, b, c]) each.push(await allowed(limiter, 1))
    }
    const total = each.filter((one) => one === 1).length
    expect(total).toBeGreaterThanOrEqual(100)
    expect(total).toBeLessThanOrEqual(100 + 2 * 10)
  })

  it('holds against many requests at once', async () => {
    const { start } = processes(100)
    const [a, b] = [start(), start()]
    const verdicts = await Promise.all(
      Array.from({ length: 400 }, (_, i) => (i % 2 ? a : b).charge('user ann')),
    )
    const total = verdicts.filter(({ isAllowed }) => isAllowed).length
    expect(total).toBeGreaterThanOrEqual(100)
    expect(total).toBeLessThanOrEqual(110)
  })

  it('goes on alone while the buckets are away, and asks them again after a pause', async () => {
    const { buckets, clock, start } = processes(100)
    const limiter = start()
    buckets.isAway = true
    expect(await allowed(limiter, 60)).toBe(60)
    expect(buckets.writes).toBe(1)
    buckets.isAway = false
    clock.ms += 2_001
    expect(await allowed(limiter, 100)).toBe(40)
    expect(buckets.writes).toBeGreaterThan(1)
  })

  it('does not wait long for buckets that hang', async () => {
    const limiter = createRateLimiter({
      limit: 100,
      buckets: { add: () => new Promise(() => {}) },
      now: () => new Date(10 * minute),
    })
    const begun = performance.now()
    expect(await allowed(limiter, 200)).toBe(100)
    expect(performance.now() - begun).toBeLessThan(1000)
  })

  it('says what is left and for how long', async () => {
    const { clock, start } = processes(3)
    const limiter = start()
    clock.ms += 18_500
    expect(await limiter.charge('user ann')).toEqual({
      isAllowed: true,
      remaining: 2,
      resetSeconds: 42,
    })
  })
})
