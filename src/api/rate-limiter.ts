import { createHash } from 'node:crypto'
import type { RateBuckets } from '../domain/accounts/account-ports.ts'

export type Verdict = {
  readonly isAllowed: boolean
  readonly remaining: number
  /** Until the window ends. */
  readonly resetSeconds: number
}

export type RateLimiter = {
  readonly limit: number
  /** Counts one request of this caller, unless it is refused. Never throws. */
  charge(caller: string): Promise<Verdict>
}

type Options = {
  /** Requests per caller and window. */
  readonly limit: number
  readonly buckets: RateBuckets
  readonly now: () => Date
}

/** What this process knows of a caller's window. */
type Count = {
  /** By all processes, when it was last reported. */
  reported: number
  unreported: number
  report: Promise<void> | null
}

export const windowSeconds = 60
const windowMs = windowSeconds * 1000
const largestBlock = 20
/** A report may hold a request up for so long. */
const patienceMs = 250
/** After a report that failed, so long nothing is reported. */
const pauseMs = 2_000
const mostCallers = 50_000

/**
 * One limit for all processes that share the buckets. Each counts by itself and reports a block of
 * requests at a time, learning what the others used: most requests write nothing, and the limit is
 * exact to one block per process. While nothing can be reported, each process holds it alone.
 */
export function createRateLimiter({ limit, buckets, now }: Options): RateLimiter {
  const block = Math.max(1, Math.min(largestBlock, Math.floor(limit / 10)))
  const counts = new Map<string, Count>()
  let currentWindow = 0
  let pausedUntil = 0

  const countOf = (caller: string, window: number): Count => {
    if (window !== currentWindow) counts.clear()
    currentWindow = window
    const known = counts.get(caller)
    if (known) return known
    const oldest = counts.keys().next()
    if (counts.size >= mostCallers && !oldest.done) counts.delete(oldest.value)
    const count = { reported: 0, unreported: 0, report: null }
    counts.set(caller, count)
    return count
  }

  const report = async (caller: string, window: number, count: Count): Promise<void> => {
    const used = count.unreported
    const keyHash = createHash('sha256').update(caller).digest()
    const isAway = now().getTime() < pausedUntil
    const total = isAway
      ? null
      : await inTime(buckets.add(keyHash, new Date(window * windowMs), used))
    if (total === null && !isAway) pausedUntil = now().getTime() + pauseMs
    count.reported = Math.max(total ?? 0, count.reported + used)
    count.unreported -= used
  }

  return {
    limit,
    async charge(caller) {
      const at = now().getTime()
      const window = Math.floor(at / windowMs)
      const count = countOf(caller, window)
      while (count.unreported >= block && count.reported + count.unreported < limit) {
        count.report ??= report(caller, window, count).finally(() => {
          count.report = null
        })
        await count.report
      }
      const isAllowed = count.reported + count.unreported < limit
      if (isAllowed) count.unreported += 1
      return {
        isAllowed,
        remaining: Math.max(0, limit - count.reported - count.unreported),
        resetSeconds: Math.ceil(((window + 1) * windowMs - at) / 1000),
      }
    },
  }
}

/** Null when it fails or takes too long. */
async function inTime(work: Promise<number>): Promise<number | null> {
  let timer: NodeJS.Timeout | undefined
  const impatience = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, patienceMs, null)
  })
  const result = await Promise.race([work.catch(() => null), impatience])
  clearTimeout(timer)
  return result
}
