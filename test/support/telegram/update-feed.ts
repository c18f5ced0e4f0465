import type { Update, WebhookInfo } from '@grammyjs/types'
import { conflict, type Refusal } from './refusal.ts'
import { updateFaults } from './schema-check.ts'
import { type Delivery, Webhook, type WebhookHost, type WebhookSettings } from './webhook.ts'
import type { NewUpdate, Params, UpdateKind } from './wire.ts'

const ASKED_FOR_BY_NAME: readonly UpdateKind[] = [
  'chat_member',
  'message_reaction',
  'message_reaction_count',
]
const FIRST_UPDATE_ID = 700_000_001

interface Poll {
  wake(): void
  refuse(refusal: Refusal): void
}

/** The bot's updates on their way, by long polling or by webhook. */
export class UpdateFeed {
  /** Every update ever made, in order, delivered or not. */
  readonly updates: Update[] = []
  readonly deliveries: Delivery[] = []
  readonly #host: Omit<WebhookHost, 'delivered'> & { violated(what: string): void }
  #nextId = FIRST_UPDATE_ID
  #allowed: readonly UpdateKind[] = []
  #pending: Update[] = []
  #repeated: Update[] = []
  #poll: Poll | undefined
  #webhook: Webhook | undefined

  constructor(host: Omit<WebhookHost, 'delivered'> & { violated(what: string): void }) {
    this.#host = host
  }

  /** True when the bot has taken, and in polling also confirmed, every update. */
  get isEmpty(): boolean {
    const waiting = this.#webhook?.undelivered ?? [...this.#pending, ...this.#repeated]
    return waiting.length === 0
  }

  /** True while a getUpdates call is being held open. */
  get isPolled(): boolean {
    return this.#poll !== undefined
  }

  emit(content: NewUpdate): void {
    const kind = Object.keys(content)[0] as UpdateKind
    const isAllowed =
      this.#allowed.length > 0 ? this.#allowed.includes(kind) : !ASKED_FOR_BY_NAME.includes(kind)
    if (!isAllowed) return
    const update: Update = structuredClone({ update_id: this.#nextId, ...content })
    this.#nextId += 1
    for (const fault of updateFaults(update)) {
      this.#host.violated(`the fake made a wrong ${kind} update: ${fault}`)
    }
    this.updates.push(update)
    if (this.#webhook) this.#webhook.push(update)
    else this.#pending.push(update)
    this.#poll?.wake()
  }

  /** Delivers an update once more under its old id, as after a lost confirmation. */
  redeliver(update: Update): void {
    if (this.#webhook) this.#webhook.push(update)
    else this.#repeated.push(update)
    this.#poll?.wake()
  }

  async getUpdates(params: Params<'getUpdates'>, signal: AbortSignal): Promise<Update[]> {
    if (this.#webhook) {
      throw conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      )
    }
    if (params.allowed_updates) this.#allowed = params.allowed_updates
    this.#poll?.refuse(
      conflict(
        'terminated by other getUpdates request; make sure that only one bot instance is running',
      ),
    )
    this.#confirm(params.offset ?? 0)
    const limit = Math.min(Math.max(params.limit ?? 100, 1), 100)
    if (this.isEmpty && params.timeout) await this.#wait(params.timeout, signal)
    return signal.aborted ? [] : this.#take(limit)
  }

  setWebhook(settings: WebhookSettings, allowed: readonly UpdateKind[] | undefined): void {
    this.#poll?.refuse(conflict('terminated by setWebhook request'))
    if (allowed) this.#allowed = allowed
    const waiting = this.#stopWebhook()
    this.#webhook = new Webhook(settings, {
      secondMs: this.#host.secondMs,
      execute: (method, params) => this.#host.execute(method, params),
      changed: () => this.#host.changed(),
      delivered: (delivery) => {
        this.deliveries.push(delivery)
        this.#host.changed()
      },
    })
    this.#pending = []
    for (const update of waiting) this.#webhook.push(update)
  }

  deleteWebhook(): void {
    this.#pending = this.#stopWebhook()
  }

  forgetPending(): void {
    const settings = this.#webhook?.settings
    this.#stopWebhook()
    this.#pending = []
    this.#repeated = []
    if (settings) this.setWebhook(settings, undefined)
  }

  webhookInfo(): WebhookInfo {
    const webhook = this.#webhook
    return {
      url: webhook?.settings.url ?? '',
      has_custom_certificate: false,
      pending_update_count: (webhook?.undelivered ?? this.#pending).length,
      ...(webhook && { max_connections: webhook.settings.maxConnections }),
      ...(this.#allowed.length > 0 && { allowed_updates: [...this.#allowed] }),
      ...(webhook?.lastError && {
        last_error_date: webhook.lastError.at,
        last_error_message: webhook.lastError.message,
      }),
    }
  }

  stop(): void {
    this.#webhook?.stop()
    this.#poll?.wake()
  }

  #confirm(offset: number): void {
    this.#pending =
      offset < 0
        ? this.#pending.slice(offset)
        : this.#pending.filter((update) => update.update_id >= offset)
    this.#host.changed()
  }

  #take(limit: number): Update[] {
    const repeated = this.#repeated.splice(0, limit)
    return [...repeated, ...this.#pending].slice(0, limit)
  }

  #wait(timeoutSeconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', poll.wake)
        if (this.#poll === poll) this.#poll = undefined
        act()
      }
      const poll: Poll = {
        wake: () => settle(resolve),
        refuse: (refusal) => settle(() => reject(refusal)),
      }
      const timer = setTimeout(poll.wake, timeoutSeconds * this.#host.secondMs)
      signal.addEventListener('abort', poll.wake)
      this.#poll = poll
      this.#host.changed()
    })
  }

  /** What the webhook had not delivered, or what polling had not taken. */
  #stopWebhook(): Update[] {
    const waiting = this.#webhook?.undelivered ?? this.#pending
    this.#webhook?.stop()
    this.#webhook = undefined
    return waiting
  }
}
