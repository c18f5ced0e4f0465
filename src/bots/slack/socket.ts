import { setTimeout as sleep } from 'node:timers/promises'
import { SocketModeReceiver } from '@slack/bolt'
import { pauseAfter } from './backoff.ts'
import type { ClientOptions } from './client.ts'
import { type Log, libraryLogger, problemOf, silentLog } from './log.ts'

export function socketReceiver(options: ClientOptions & { appToken: string }): SocketModeReceiver {
  const { appToken, apiUrl } = options
  return new SocketModeReceiver({
    appToken,
    // It repeats itself at every attempt; what goes wrong is told below, once.
    logger: libraryLogger(silentLog),
    // We reconnect ourselves: an attempt of the library's that fails ends in an unhandled rejection.
    autoReconnectEnabled: false,
    installerOptions: {
      clientOptions: {
        ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
        retryConfig: { retries: 0 },
        timeout: 10_000,
      },
    },
  })
}

/** A connection that lasts this long was a good one, and the next is made at once. */
const goodConnectionMs = 10_000
const goodbyeMs = 2000

/** Holds one connection to Slack until stopped. Each new problem is told once. */
export async function keepConnected(
  { client }: SocketModeReceiver,
  log: Log,
  stopped: AbortSignal,
): Promise<void> {
  let told = ''
  let failures = 0
  while (!stopped.aborted) {
    const startedAt = performance.now()
    try {
      await client.start()
      log.info({}, 'slack socket connected')
      told = ''
      await new Promise((resolve) => client.once('disconnected', resolve))
    } catch (error) {
      const problem = error instanceof Error ? problemOf(error) : 'connection closed'
      if (problem !== told) log.warn({ problem }, 'slack socket not connected, trying again')
      told = problem
    }
    failures = performance.now() - startedAt > goodConnectionMs ? 0 : failures + 1
    if (failures > 0) await pauseAfter(failures, stopped)
  }
}

/** A server that is gone never says goodbye. */
export async function disconnect({ client }: SocketModeReceiver): Promise<void> {
  await Promise.race([client.disconnect(), sleep(goodbyeMs, undefined, { ref: false })])
}
