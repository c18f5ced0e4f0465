import { blockFaults } from './block-limits.ts'
import type { EventFeed } from './events.ts'
import { type Json, jsonList, text } from './wire.ts'
import type { Channel, Ephemeral, Message, Workspace } from './workspace.ts'
import { withBlockIds } from './workspace.ts'

const mostUses = 5
const lifetimeMs = 30 * 60_000

/** One response_url, with what it may replace. */
export interface ResponseUrl {
  readonly url: string
  readonly userId: string
  readonly channel: Channel
  readonly original?: Message | Ephemeral
  readonly createdAt: number
  uses: number
}

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
export class ResponseUrls {
  readonly all: ResponseUrl[] = []
  readonly #workspace: Workspace
  readonly #feed: EventFeed
  readonly #baseUrl: string

  constructor(workspace: Workspace, feed: EventFeed, baseUrl: string) {
    this.#workspace = workspace
    this.#feed = feed
    this.#baseUrl = baseUrl
  }

  create(userId: string, channel: Channel, original?: Message | Ephemeral): string {
    const url = `${this.#baseUrl}/commands/${this.#workspace.app.teamId}/${crypto.randomUUID()}`
    const createdAt = this.#workspace.clock.now()
    this.all.push({ url, userId, channel, createdAt, uses: 0, ...(original ? { original } : {}) })
    return url
  }

  /** Does what the app asks; `status` and `body` are the HTTP answer. */
  use(path: string, body: Json): { status: number; body: Json } {
    const responseUrl = this.all.find(({ url }) => url.endsWith(path))
    if (!responseUrl) return refusal(404, 'no_such_url')
    if (this.#workspace.clock.now() - responseUrl.createdAt > lifetimeMs) {
      return refusal(404, 'expired_url')
    }
    if (responseUrl.uses >= mostUses) return refusal(404, 'used_url')
    const content = { text: text(body.text), blocks: jsonList(body.blocks) }
    if (body.delete_original !== true && !content.text && content.blocks.length === 0) {
      return refusal(400, 'no_text')
    }
    if (blockFaults(content.blocks).length > 0) return refusal(400, 'invalid_blocks')
    responseUrl.uses += 1
    this.#carryOut(responseUrl, body, content)
    return { status: 200, body: { ok: true } }
  }

  #carryOut(responseUrl: ResponseUrl, body: Json, content: { text: string; blocks: Json[] }) {
    const { channel, original, userId } = responseUrl
    if (body.delete_original === true) {
      if (original) this.#workspace.remove(original)
    } else if (body.replace_original === true && original) {
      original.text = content.text
      original.blocks = withBlockIds(content.blocks)
      this.#workspace.changed()
    } else if (body.response_type === 'in_channel') {
      const botUserId = this.#workspace.app.botUserId
      const message = this.#workspace.addMessage(channel, botUserId, content)
      void this.#feed.posted(channel, message)
    } else {
      this.#workspace.addEphemeral(channel.id, userId, 'response_url', content)
    }
  }
}

function refusal(status: number, error: string): { status: number; body: Json } {
  return { status, body: { ok: false, error } }
}
