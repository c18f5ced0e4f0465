import { setTimeout as sleep } from 'node:timers/promises'
import { Api, GrammyError, HttpError } from 'grammy'

/** Longer than a poll is held open. */
const callTimeoutSeconds = 40
const pausesMs = [200, 1_000, 3_000] as const
/** A longer pause is left to the inbox, which comes back to the answer later. */
const longestRetryAfterSeconds = 40

type Signal = Parameters<Api['getUpdates']>[1]

/**
 * The client for one bot; the signal cuts off what still runs. Its errors name neither the request's
 * address, which holds the token, nor its content.
 */
export function openApi(token: string, apiRoot: string | undefined, cut: AbortSignal): Api {
  const api = new Api(token, {
    timeoutSeconds: callTimeoutSeconds,
    ...(apiRoot === undefined ? {} : { apiRoot: apiRoot.replace(/\/+$/, '') }),
  })
  api.config.use(async (call, method, payload, signal) => {
    try {
      return await call(method, payload, signal ?? (cut as Signal))
    } catch (error) {
      throw unreachable(method, error)
    }
  })
  return api
}

function unreachable(method: string, error: unknown): HttpError {
  const { code } = (error instanceof HttpError ? error.error : {}) as { code?: unknown }
  const why = typeof code === 'string' ? code : 'no answer'
  return new HttpError(`Telegram cannot be reached for ${method} (${why})`, undefined)
}

/** What went wrong, fit for a log. */
export function problemOf(error: unknown): string {
  if (error instanceof GrammyError) return `${error.method}: ${error.description ?? 'refused'}`
  if (error instanceof HttpError) return error.message
  return error instanceof Error ? error.name : 'unknown'
}

export function isRefusal(error: unknown, code: number, words = /(?:)/): error is GrammyError {
  return error instanceof GrammyError && error.error_code === code && words.test(error.description)
}

/** Tries a few times what fails for a moment; what Telegram refuses for good is thrown at once. */
export async function patiently<Result>(
  signal: AbortSignal,
  call: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      const pauseMs = pauseAfter(error, attempt)
      if (pauseMs === null) throw error
      await sleep(pauseMs, undefined, { signal })
    }
  }
}

function pauseAfter(error: unknown, attempt: number): number | null {
  const pauseMs = pausesMs[attempt]
  if (pauseMs === undefined) return null
  if (error instanceof HttpError) return pauseMs
  if (!(error instanceof GrammyError)) return null
  if (error.error_code >= 500) return pauseMs
  if (error.error_code !== 429) return null
  const seconds = error.parameters.retry_after ?? 1
  return seconds > longestRetryAfterSeconds ? null : seconds * 1000
}
