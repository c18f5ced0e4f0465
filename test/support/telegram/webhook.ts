import { setTimeout as sleep } from 'node:timers/promises'
import type { Update } from '@grammyjs/types'

export interface WebhookSettings {
  readonly url: string
  readonly secretToken: string | undefined
  readonly maxConnections: number
}

/** One attempt to hand over an update; status 0 means that no answer came. */
export interface Delivery {
  readonly updateId: number
  readonly status: number
}

export interface WebhookHost {
  /** How long one of Telegram's seconds lasts here. */
  readonly secondMs: number
  delivered(delivery: Delivery): void
  /** Runs the method call that a webhook may put into its answer. */
  execute(method: string, params: Record<string, unknown>): Promise<unknown>
  changed(): void
}

const LONGEST_DELAY_SECONDS = 60
const LONGEST_RETRY_AFTER_SECONDS = 3600

/** Sends updates of one chat one after another and different chats side by side. */
export class Webhook {
  readonly settings: WebhookSettings
  lastError: { readonly message: string; readonly at: number } | undefined
  readonly #host: WebhookHost
  readonly #queues = new Map<number, Update[]>()
  readonly #stop = new AbortController()

  constructor(settings: WebhookSettings, host: WebhookHost) {
    this.settings = settings
    this.#host = host
  }

  get undelivered(): Update[] {
    return [...this.#queues.values()].flat().sort((a, b) => a.update_id - b.update_id)
  }

  push(update: Update): void {
    const key = chatOf(update)
    const queue = this.#queues.get(key) ?? []
    this.#queues.set(key, queue)
    queue.push(update)
    if (queue.length === 1) void this.#drain(queue)
  }

  stop(): void {
    this.#stop.abort()
  }

  async #drain(queue: Update[]): Promise<void> {
    let failures = 0
    while (queue[0] && !this.#stop.signal.aborted) {
      const delaySeconds = await this.#attempt(queue[0], failures)
      if (this.#stop.signal.aborted) return
      if (delaySeconds === undefined) {
        queue.shift()
        failures = 0
        this.#host.changed()
        continue
      }
      failures += 1
      const options = { signal: this.#stop.signal }
      await sleep(delaySeconds * this.#host.secondMs, undefined, options).catch(() => undefined)
    }
  }

  /** Seconds to wait before the next attempt, or undefined when the update arrived. */
  async #attempt(update: Update, failures: number): Promise<number | undefined> {
    const { url, secretToken } = this.settings
    const doubled = Math.min(2 ** failures, LONGEST_DELAY_SECONDS)
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          ...(secretToken !== undefined && { 'x-telegram-bot-api-secret-token': secretToken }),
        },
        body: JSON.stringify(update),
        signal: this.#stop.signal,
      })
      const body = await response.text()
      this.#host.delivered({ updateId: update.update_id, status: response.status })
      if (response.ok) {
        await this.#runAnswer(body)
        return undefined
      }
      this.#fail(`Wrong response from the webhook: ${response.status} ${response.statusText}`)
      const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
      return retryAfter > 0 ? Math.min(retryAfter, LONGEST_RETRY_AFTER_SECONDS) : doubled
    } catch {
      if (!this.#stop.signal.aborted) {
        this.#host.delivered({ updateId: update.update_id, status: 0 })
        this.#fail('Connection refused')
      }
      return doubled
    }
  }

  async #runAnswer(body: string): Promise<void> {
    if (!body.startsWith('{')) return
    const { method, ...params } = JSON.parse(body)
    if (typeof method === 'string') await this.#host.execute(method, params)
  }

  #fail(message: string): void {
    this.lastError = { message, at: Math.floor(Date.now() / 1000) }
    this.#host.changed()
  }
}

/** The chat whose updates keep their order; updates without one are ordered per person. */
function chatOf(update: Update): number {
  const message = update.message ?? update.edited_message ?? update.callback_query?.message
  const event = message ?? update.my_chat_member ?? update.chat_member ?? update.message_reaction
  return event?.chat.id ?? update.callback_query?.from.id ?? 0
}
