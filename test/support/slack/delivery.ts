import { createHmac } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { SocketMode } from './socket-mode.ts'
import { isJson, type Json, text } from './wire.ts'
import type { Workspace } from './workspace.ts'

export type Kind = 'slash_commands' | 'interactive' | 'events_api'

/** What to get wrong on purpose when a request is signed. Only HTTP has signatures. */
export interface Forgery {
  /** Signs with this instead of the app's signing secret. */
  readonly secret?: string
  /** Added to the request's timestamp: negative is the past. */
  readonly skewSeconds?: number
  /** Sent instead of the body that was signed. */
  readonly tamperedBody?: string
  readonly unsigned?: boolean
}

/** How the app answered. `status` is 0 when it gave no answer at all. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly ms: number
  /** What the app was sent. */
  readonly sent: Json
  readonly failure?: 'http_timeout' | 'http_error' | 'connection_failed'
}

export interface EventDelivery {
  readonly eventId: string
  readonly event: Json
  readonly envelope: Json
  readonly attempts: Answer[]
  outcome: 'pending' | 'delivered' | 'given-up'
}

export interface DeliveryOptions {
  /** Where Slack sends everything; absent in Socket Mode. */
  requestUrl?: string
  /** Slack waits 3000. */
  ackTimeoutMs: number
  /** Slack waits 0, then a minute, then five. */
  retryDelaysMs: readonly number[]
}

/** Carries commands, interactions and events to the app. */
export class Delivery {
  readonly options: DeliveryOptions
  readonly events: EventDelivery[] = []
  readonly #workspace: Workspace
  readonly #sockets: SocketMode
  readonly #closing = new AbortController()

  constructor(workspace: Workspace, sockets: SocketMode, options: DeliveryOptions) {
    this.#workspace = workspace
    this.#sockets = sockets
    this.options = options
  }

  /** Sends once, never again: commands and interactions are not retried. */
  async send(kind: Kind, payload: Json, forgery: Forgery = {}, retry?: Retry): Promise<Answer> {
    const started = performance.now()
    const answer = this.options.requestUrl
      ? await this.#post(this.options.requestUrl, kind, payload, forgery, retry)
      : await this.#envelope(kind, payload, retry)
    return { ...answer, sent: payload, ms: performance.now() - started }
  }

  /** Sends an event and retries it in the background; resolves after the first attempt. */
  async sendEvent(envelope: Json, forgery: Forgery = {}): Promise<EventDelivery> {
    const delivery: EventDelivery = {
      eventId: text(envelope.event_id),
      event: isJson(envelope.event) ? envelope.event : {},
      envelope,
      attempts: [],
      outcome: 'pending',
    }
    this.events.push(delivery)
    const first = await this.#attempt(delivery, forgery)
    if (delivery.outcome === 'pending') void this.#retry(delivery, forgery, first)
    return delivery
  }

  close(): void {
    this.#closing.abort()
  }

  async #attempt(delivery: EventDelivery, forgery: Forgery, retry?: Retry): Promise<Attempt> {
    const attempt: Attempt = await this.send('events_api', delivery.envelope, forgery, retry)
    delivery.attempts.push(attempt)
    if (!attempt.failure) delivery.outcome = 'delivered'
    else if (attempt.noRetry) delivery.outcome = 'given-up'
    this.#workspace.changed()
    return attempt
  }

  async #retry(delivery: EventDelivery, forgery: Forgery, first: Attempt): Promise<void> {
    let last = first
    for (const [index, retryDelayMs] of this.options.retryDelaysMs.entries()) {
      const stop = { signal: this.#closing.signal }
      const waited = await delay(retryDelayMs, true, stop).catch(() => false)
      if (!waited) break
      const reason = last.failure ?? 'unknown_error'
      last = await this.#attempt(delivery, forgery, { number: index + 1, reason })
      if (delivery.outcome !== 'pending') return
    }
    delivery.outcome = 'given-up'
    this.#workspace.changed()
  }

  async #post(
    url: string,
    kind: Kind,
    payload: Json,
    forgery: Forgery,
    retry?: Retry,
  ): Promise<Outcome> {
    const { body, contentType } = encode(kind, payload)
    const headers = {
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'content-type': contentType,
      ...(forgery.unsigned ? {} : this.#signature(body, forgery)),
      ...(retry
        ? { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }
        : {}),
    }
    const timeout = AbortSignal.timeout(this.options.ackTimeoutMs)
    const signal = AbortSignal.any([timeout, this.#closing.signal])
    const sent = forgery.tamperedBody ?? body
    try {
      const response = await fetch(url, { method: 'POST', headers, body: sent, signal })
      return {
        status: response.status,
        body: await bodyOf(response),
        noRetry: response.headers.get('x-slack-no-retry') === '1',
        ...(response.ok ? {} : { failure: 'http_error' as const }),
      }
    } catch {
      const failure = timeout.aborted ? 'http_timeout' : 'connection_failed'
      return { status: 0, body: undefined, failure }
    }
  }

  async #envelope(kind: Kind, payload: Json, retry?: Retry): Promise<Outcome> {
    const event = kind === 'events_api'
    const envelope = {
      type: kind,
      payload,
      accepts_response_payload: !event,
      ...(event ? { retry_attempt: retry?.number ?? 0, retry_reason: retry ? 'timeout' : '' } : {}),
    }
    try {
      const body = await this.#sockets.send(envelope, this.options.ackTimeoutMs)
      if (body) return { status: 200, body: Object.keys(body).length ? body : '' }
      return { status: 0, body: undefined, failure: 'http_timeout' }
    } catch {
      return { status: 0, body: undefined, failure: 'connection_failed' }
    }
  }

  #signature(body: string, forgery: Forgery): Record<string, string> {
    // The app compares with the machine's clock, so a fake clock set forward must not count.
    const timestamp = Math.floor(Date.now() / 1000) + (forgery.skewSeconds ?? 0)
    const secret = forgery.secret ?? this.#workspace.app.signingSecret
    return {
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': slackSignature(body, secret, timestamp),
    }
  }
}

interface Retry {
  readonly number: number
  readonly reason: string
}

type Outcome = Omit<Answer, 'ms' | 'sent'> & { readonly noRetry?: boolean }
type Attempt = Answer & Outcome

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function slackSignature(body: string, secret: string, timestamp: number): string {
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`)
  return `v0=${hmac.digest('hex')}`
}

function encode(kind: Kind, payload: Json): { body: string; contentType: string } {
  if (kind === 'events_api') {
    return { body: JSON.stringify(payload), contentType: 'application/json' }
  }
  const fields =
    kind === 'interactive'
      ? { payload: JSON.stringify(payload) }
      : Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]))
  const body = new URLSearchParams(fields).toString()
  return { body, contentType: 'application/x-www-form-urlencoded' }
}

async function bodyOf(response: Response): Promise<unknown> {
  const body = await response.text()
  const json = response.headers.get('content-type')?.startsWith('application/json')
  return json ? JSON.parse(body) : body
}
