import { setTimeout as sleep } from 'node:timers/promises'

const longestPauseMs = 60_000

/** Waits longer after each failure in a row; resolves at once when stopped. */
export async function pauseAfter(failures: number, stopped: AbortSignal): Promise<void> {
  const pauseMs = Math.min(longestPauseMs, 500 * 2 ** failures)
  await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, {
    signal: stopped,
    ref: false,
  }).catch(() => undefined)
}
