import type { Api } from 'grammy'
import type { Update } from 'grammy/types'
import type { Log } from '../log.ts'
import { isRefusal, problemOf } from './calls.ts'
import { createTrouble } from './trouble.ts'

const holdSeconds = 25
const updatesAtOnce = 100

/** What we ask Telegram for. */
export const allowedUpdates = ['message', 'callback_query'] as const

type Polling = {
  /** Resolves when the update is stored. */
  readonly take: (update: Update) => Promise<void>
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Long polling that confirms an update only once it is stored. grammY's own loop moves its offset
 * before a handler runs, and so loses what a handler could not store.
 */
export async function poll(api: Api, { take, log, signal }: Polling): Promise<void> {
  const trouble = createTrouble(log, signal)
  let offset = 0
  while (!signal.aborted) {
    try {
      const updates = await api.getUpdates(
        { offset, limit: updatesAtOnce, timeout: holdSeconds, allowed_updates: allowedUpdates },
        signal as Parameters<Api['getUpdates']>[1],
      )
      for (const update of updates) {
        if (signal.aborted) return
        await take(update)
        offset = update.update_id + 1
      }
      trouble.over()
    } catch (error) {
      if (!signal.aborted) await trouble.wait(problemOf(error), describe(error))
    }
  }
}

function describe(error: unknown): string {
  if (isRefusal(error, 409, /webhook/))
    return 'telegram: this bot has a webhook now, so it cannot be polled; remove the webhook or use TELEGRAM_MODE=webhook'
  if (isRefusal(error, 409))
    return 'telegram: another program reads this bot; stop it, or give it a bot of its own'
  if (isRefusal(error, 401))
    return 'telegram: the bot token was revoked; get the new one from @BotFather'
  return 'telegram: reading updates failed, still trying'
}
