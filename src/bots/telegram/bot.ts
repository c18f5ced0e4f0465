import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsync } from 'fastify'
import type { Api } from 'grammy'
import type { Update } from 'grammy/types'
import { unavailable } from '../../domain/errors.ts'
import type { Conversation } from '../conversation/conversation.ts'
import type { IncomingUpdate } from '../conversation/incoming.ts'
import type { Log } from '../log.ts'
import { isRefusal, openApi, problemOf } from './calls.ts'
import { ensureCommandMenu } from './command-menu.ts'
import { poll } from './polling.ts'
import { type Me, readUpdate } from './read-update.ts'
import { createAnswering } from './send.ts'
import { TelegramSetupError } from './setup-error.ts'
import { createTrouble } from './trouble.ts'
import { ensureWebhook, webhookPath, webhookPlugin, webhookUrl } from './webhook.ts'

const recoverEveryMs = 15_000
/** The program's start waits no longer for Telegram. */
const firstAnswerMs = 3_000
/** So long a call that is under way may still succeed after `stop`. */
const lastCallsMs = 2_000

export type TelegramOptions = {
  readonly token: string
  /** A Bot API server other than Telegram's own. */
  readonly apiRoot?: string | undefined
  readonly mode: 'polling' | 'webhook'
  /** Our address as Telegram sees it; the webhook needs it. */
  readonly publicUrl?: string | undefined
  /** 1 to 256 letters, digits, underscores and hyphens; Telegram shows it with each delivery. */
  readonly webhookSecret: string
  readonly conversation: Conversation
  readonly log: Log
}

export type TelegramAdapter = {
  /** The webhook's route; null when polling. */
  readonly plugin: FastifyPluginAsync | null
  /**
   * Resolves when the bot works, or when Telegram does not answer soon and is being tried further.
   * Throws TelegramSetupError for what only the operator can change.
   */
  start(): Promise<void>
  /** Takes no more updates. Answers that wait for a retry are left to the next start. */
  stop(): Promise<void>
}

export function createTelegram(options: TelegramOptions): TelegramAdapter {
  const { token, mode, webhookSecret, conversation, log } = options
  const ownUrl = checkedUrl(options)
  const stopping = new AbortController()
  const cutting = new AbortController()
  const { signal } = stopping
  const api = openApi(token, options.apiRoot, cutting.signal)
  const answering = createAnswering(api, log, signal)
  const running: Promise<void>[] = []
  let me: Me | null = null

  const take = async (update: Update): Promise<void> => {
    if (!me) throw unavailable('telegram-starting', 'The bot is not ready yet.')
    const incoming = read(update, me, log)
    if (incoming) await conversation.accept(incoming, answering)
  }

  const connect = async (): Promise<void> => {
    const { id, username } = await api.getMe()
    if (mode === 'webhook') await ensureWebhook(api, ownUrl!, webhookSecret, log)
    else await freeForPolling(api, options.publicUrl, log)
    me = { id, username }
    log.info({ bot: username, mode }, 'telegram connected')
  }

  const serve = async (): Promise<void> => {
    await ensureCommandMenu(api, log)
    if (mode === 'polling') await poll(api, { take, log, signal })
  }

  const keepConnecting = async (first: unknown): Promise<void> => {
    const trouble = createTrouble(log, signal)
    let error = first
    while (!signal.aborted) {
      await trouble.wait(problemOf(error), setupFault(error)?.message ?? unreachable)
      if (signal.aborted) return
      try {
        await connect()
        return await serve()
      } catch (next) {
        error = next
      }
    }
  }

  const keepRecovering = async (): Promise<void> => {
    while (!signal.aborted) {
      await conversation.recover('telegram', answering).catch((error) => {
        log.warn({ problem: problemOf(error) }, 'telegram: unanswered updates not looked at')
      })
      await sleep(recoverEveryMs, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    plugin: mode === 'webhook' ? webhookPlugin({ secret: webhookSecret, take, log }) : null,
    async start() {
      const connected = connect()
      const fault = await Promise.race([
        connected.then(() => null, setupFault),
        sleep(firstAnswerMs, null, { ref: false }),
      ])
      if (fault) throw fault
      running.push(connected.then(serve, keepConnecting), keepRecovering())
    },
    async stop() {
      stopping.abort()
      setTimeout(() => cutting.abort(), lastCallsMs).unref()
      await Promise.all(running)
    },
  }
}

const unreachable = 'telegram cannot be reached, still trying'

/** The address that the webhook needs, or null when polling. */
function checkedUrl({ mode, publicUrl, webhookSecret }: TelegramOptions): string | null {
  if (mode === 'polling') return null
  if (!publicUrl)
    throw new TelegramSetupError('TELEGRAM_MODE=webhook needs PUBLIC_URL, an https address.')
  if (!/^[\w-]{1,256}$/.test(webhookSecret)) {
    throw new TelegramSetupError(
      'TELEGRAM_WEBHOOK_SECRET must be 1 to 256 letters, digits, underscores and hyphens.',
    )
  }
  return webhookUrl(publicUrl, webhookSecret)
}

/** Telegram lets a bot either poll or have a webhook; somebody else's webhook is not ours to remove. */
async function freeForPolling(api: Api, publicUrl: string | undefined, log: Log): Promise<void> {
  const { url } = await api.getWebhookInfo().catch((error) => {
    log.info({ problem: problemOf(error) }, 'telegram webhook not looked up')
    return { url: '' }
  })
  if (!url) return
  if (publicUrl && url.startsWith(`${publicUrl.replace(/\/+$/, '')}${webhookPath}`)) {
    await api.deleteWebhook()
    log.info({}, 'telegram webhook of an earlier start removed')
    return
  }
  throw new TelegramSetupError(
    `This Telegram bot delivers to a webhook at ${new URL(url).host}, so it cannot be polled. ` +
      'Use another bot, or TELEGRAM_MODE=webhook, or remove the webhook first.',
  )
}

/** The error in the operator's terms; null when it may pass by itself. */
function setupFault(error: unknown): TelegramSetupError | null {
  if (error instanceof TelegramSetupError) return error
  if (isRefusal(error, 401) || isRefusal(error, 404)) {
    return new TelegramSetupError(
      'Telegram does not know this TELEGRAM_BOT_TOKEN. Copy it again from @BotFather.',
    )
  }
  if (isRefusal(error, 400))
    return new TelegramSetupError(`Telegram refuses the webhook: ${error.description}`)
  return null
}

/** An update that we cannot read is our bug; delivering it again would not help. */
function read(update: Update, me: Me, log: Log): IncomingUpdate | null {
  try {
    return readUpdate(update, me)
  } catch (error) {
    log.error(
      { updateId: update?.update_id, problem: problemOf(error) },
      'telegram update not read',
    )
    return null
  }
}
