import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import type { Api } from 'grammy'
import type { Update } from 'grammy/types'
import type { Log } from '../log.ts'
import { problemOf } from './calls.ts'
import { allowedUpdates } from './polling.ts'

export const webhookPath = '/telegram/webhook'

/**
 * Our address for Telegram. Telegram never tells which secret it holds, so the address carries a
 * trace of it: with a new secret it differs, and is set again.
 */
export function webhookUrl(publicUrl: string, secret: string): string {
  const trace = createHmac('sha256', secret).update('webhook address').digest('base64url')
  return `${publicUrl.replace(/\/+$/, '')}${webhookPath}?v=${trace.slice(0, 6)}`
}

/** Tells Telegram where to deliver; does nothing when it knows. */
export async function ensureWebhook(
  api: Api,
  url: string,
  secret: string,
  log: Log,
): Promise<void> {
  const info = await api.getWebhookInfo()
  const asked = [...(info.allowed_updates ?? [])].sort().join()
  if (info.url === url && asked === [...allowedUpdates].sort().join()) {
    if (info.last_error_message)
      log.warn({ problem: info.last_error_message }, 'telegram: the last delivery failed')
    return
  }
  await api.setWebhook(url, { secret_token: secret, allowed_updates: allowedUpdates })
  log.info({}, 'telegram webhook set')
}

type Receiving = {
  readonly secret: string
  /** Resolves when the update is stored. */
  readonly take: (update: Update) => Promise<void>
  readonly log: Log
}

/** The route that Telegram delivers to: who does not know the secret gets no further than the headers. */
export function webhookPlugin({ secret, take, log }: Receiving): FastifyPluginAsync {
  return async (app) => {
    app.removeContentTypeParser('application/json')
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      app.getDefaultJsonParser('ignore', 'ignore'),
    )
    app.post<{ Body: Update }>(
      webhookPath,
      {
        onRequest: async (request, reply) => {
          const given = request.headers['x-telegram-bot-api-secret-token']
          if (typeof given !== 'string' || !isSame(given, secret)) return reply.code(401).send()
        },
      },
      async (request, reply) => {
        try {
          await take(request.body)
          return reply.code(200).send()
        } catch (error) {
          log.warn({ problem: problemOf(error) }, 'telegram: update not stored, left to Telegram')
          return reply.code(503).send()
        }
      },
    )
  }
}

/** Takes as long for a wrong secret as for the right one, whatever their lengths. */
function isSame(left: string, right: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(left), hash(right))
}
