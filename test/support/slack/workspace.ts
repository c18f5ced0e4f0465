import { EventEmitter } from 'node:events'
import type { Clock } from './clock.ts'
import { isJson, type Json, jsonList, randomId, type SlackApp } from './wire.ts'

export interface Profile {
  readonly id: string
  readonly name: string
  readonly realName?: string
  readonly displayName?: string
  readonly tz?: string
  readonly locale?: string
  readonly email?: string
}

export interface Message {
  readonly ts: string
  readonly channelId: string
  readonly userId: string
  /** Set on what the bot wrote. */
  readonly botId?: string
  readonly threadTs?: string
  text: string
  blocks: Json[]
  edited?: { readonly user: string; readonly ts: string }
  readonly reactions: { readonly name: string; readonly users: string[] }[]
}

/** A message that one person sees, until the client is reloaded. */
export interface Ephemeral {
  readonly ts: string
  readonly channelId: string
  readonly to: string
  readonly via: 'ack' | 'chat.postEphemeral' | 'response_url'
  text: string
  blocks: Json[]
}

export interface Channel {
  readonly id: string
  readonly name: string
  readonly kind: 'channel' | 'group' | 'im'
  readonly members: string[]
  readonly messages: Message[]
  archived: boolean
}

export interface View {
  readonly id: string
  readonly userId: string
  readonly rootId: string
  readonly previousId?: string
  content: Json
  hash: string
}

/** One call of the Web API, kept whether it succeeded or not. */
export interface Call {
  readonly method: string
  readonly args: Json
  readonly at: number
  readonly answer: Json
}

/** Everything the fake Slack remembers. */
export class Workspace {
  readonly app: SlackApp
  readonly clock: Clock
  readonly people = new Map<string, Profile>()
  readonly channels = new Map<string, Channel>()
  readonly ephemerals: Ephemeral[] = []
  readonly views = new Map<string, View>()
  readonly homes = new Map<string, View>()
  readonly calls: Call[] = []
  readonly #changes = new EventEmitter().setMaxListeners(0)
  #lastTsMicros = 0

  constructor(app: SlackApp, clock: Clock) {
    this.app = app
    this.clock = clock
  }

  /** Rising and unique, as in Slack, where a message's ts is also its id. */
  nextTs(): string {
    this.#lastTsMicros = Math.max(this.clock.now() * 1000, this.#lastTsMicros + 1)
    const micros = String(this.#lastTsMicros)
    return `${micros.slice(0, -6)}.${micros.slice(-6)}`
  }

  nameOf(userId: string): string {
    if (userId === this.app.botUserId) return this.app.botName
    return this.people.get(userId)?.name ?? userId
  }

  /** The conversation between the bot and this person; it exists from the first call on. */
  dm(userId: string): Channel {
    const id = `D${userId.slice(1)}`
    const known = this.channels.get(id)
    if (known) return known
    const members = [userId, this.app.botUserId]
    const channel: Channel = {
      id,
      name: userId,
      kind: 'im',
      members,
      messages: [],
      archived: false,
    }
    this.channels.set(id, channel)
    return channel
  }

  addMessage(
    channel: Channel,
    userId: string,
    content: { text: string; blocks?: Json[]; threadTs?: string },
  ): Message {
    const message: Message = {
      ts: this.nextTs(),
      channelId: channel.id,
      userId,
      ...(userId === this.app.botUserId ? { botId: this.app.botId } : {}),
      ...(content.threadTs ? { threadTs: content.threadTs } : {}),
      text: content.text,
      blocks: withBlockIds(content.blocks ?? []),
      reactions: [],
    }
    channel.messages.push(message)
    this.changed()
    return message
  }

  addEphemeral(
    channelId: string,
    to: string,
    via: Ephemeral['via'],
    content: { text: string; blocks?: Json[] },
  ): Ephemeral {
    const blocks = withBlockIds(content.blocks ?? [])
    const ts = this.nextTs()
    const ephemeral: Ephemeral = { ts, channelId, to, via, text: content.text, blocks }
    this.ephemerals.push(ephemeral)
    this.changed()
    return ephemeral
  }

  /** Takes a message or an ephemeral away; says whether it was still there. */
  remove(target: Message | Ephemeral): boolean {
    const list: (Message | Ephemeral)[] =
      'to' in target ? this.ephemerals : (this.channels.get(target.channelId)?.messages ?? [])
    const index = list.indexOf(target)
    if (index >= 0) list.splice(index, 1)
    this.changed()
    return index >= 0
  }

  changed(): void {
    this.#changes.emit('changed')
  }

  /**
   * Resolves with the first value that `look` finds, looking again after every change.
   * Rejects after `timeoutMs`, naming `what` was awaited.
   */
  waitFor<T>(what: string, look: () => T | undefined, timeoutMs = 3000): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        try {
          const found = look()
          if (found === undefined) return
          settle()
          resolve(found)
        } catch (error) {
          settle()
          reject(error)
        }
      }
      const settle = () => {
        clearTimeout(timer)
        this.#changes.off('changed', check)
      }
      const timer = setTimeout(() => {
        settle()
        reject(new Error(`waited ${timeoutMs} ms in vain for ${what}`))
      }, timeoutMs)
      this.#changes.on('changed', check)
      check()
    })
  }
}

/** Slack names the blocks and elements that the app left unnamed, and sends those names back. */
export function withBlockIds(blocks: Json[]): Json[] {
  return blocks.map((block) => {
    const named: Json = { block_id: randomId('b'), ...structuredClone(block) }
    const elements = named.type === 'actions' ? jsonList(named.elements) : []
    for (const element of [...elements, named.accessory, named.element]) {
      if (isJson(element) && element.type !== 'image') element.action_id ??= randomId('a')
    }
    return named
  })
}
