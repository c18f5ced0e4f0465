import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../log.ts'

const firstPauseMs = 1_000
const longestPauseMs = 60_000

/** A trouble that lasts: told once rather than at each attempt, with longer and longer pauses. */
export type Trouble = {
  /** Resolves when it is time to try again, or at once when the signal says to stop. */
  wait(problem: string, message: string): Promise<void>
  over(): void
}

export function createTrouble(log: Log, signal: AbortSignal): Trouble {
  let told: string | null = null
  let pauseMs = firstPauseMs
  return {
    async wait(problem, message) {
      if (told !== message) log.warn({ problem }, message)
      told = message
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    },
    over() {
      if (told !== null) log.info({}, 'telegram works again')
      told = null
      pauseMs = firstPauseMs
    },
  }
}
