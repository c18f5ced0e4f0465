import { webApi } from '@slack/bolt'
import { type Log, libraryLogger } from './log.ts'

export type ClientOptions = {
  readonly botToken: string
  /** Slack's own unless given: the address of a stand-in. */
  readonly apiUrl?: string | null
  readonly log: Log
}

/**
 * For what people wait for. Retries are few because the inbox has its own, and a rate limit is ours
 * to handle: by default the client would hold back every call behind it.
 */
export function messageClient(options: ClientOptions): webApi.WebClient {
  return newClient(options, { retries: 1, minTimeout: 500 }, 10_000)
}

/** For names, asked for while Slack waits for us: three seconds, of which the database may want two. */
export function lookupClient(options: ClientOptions): webApi.WebClient {
  return newClient(options, { retries: 0 }, 900)
}

function newClient(
  { botToken, apiUrl, log }: ClientOptions,
  retryConfig: webApi.RetryOptions,
  timeout: number,
): webApi.WebClient {
  return new webApi.WebClient(botToken, {
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
    logger: libraryLogger(log),
    retryConfig,
    timeout,
    rejectRateLimitedCalls: true,
  })
}
