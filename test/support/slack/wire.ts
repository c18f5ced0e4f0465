export type Json = Record<string, unknown>

/** What Slack knows about the one app under test. */
export interface SlackApp {
  readonly appId: string
  readonly botId: string
  readonly botUserId: string
  readonly botName: string
  readonly teamId: string
  readonly teamDomain: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  /** The deprecated verification token; Slack still sends it in every payload. */
  readonly verificationToken: string
}

export const defaultApp: SlackApp = {
  appId: 'A0QUITS',
  botId: 'B0QUITS',
  botUserId: 'U0QUITS',
  botName: 'quits',
  teamId: 'T0FLAT',
  teamDomain: 'flat-12',
  botToken: 'xoxb-fake-bot-token',
  appToken: 'xapp-fake-app-token',
  signingSecret: 'fake-signing-secret',
  verificationToken: 'fake-verification-token',
}

/** A refusal, answered as `{ok: false, error}` with HTTP 200. */
export class SlackError extends Error {
  readonly code: string
  readonly facts: Json

  constructor(code: string, facts: Json = {}) {
    super(code)
    this.code = code
    this.facts = facts
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function jsonList(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : []
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function randomId(prefix: string): string {
  const random = crypto.randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()
  return `${prefix}${random}`
}
