import type { Update, UserFromGetMe } from '@grammyjs/types'
import { BotApi, type Call } from './telegram/bot-api.ts'
import type { ChatMessage } from './telegram/chat-message.ts'
import { FakeChat } from './telegram/chats.ts'
import type { Fault, FaultOptions } from './telegram/faults.ts'
import { methodsOf } from './telegram/methods.ts'
import { Person, type PersonOptions } from './telegram/people.ts'
import { type RunningServer, serve } from './telegram/server.ts'
import { UpdateFeed } from './telegram/update-feed.ts'
import type { Delivery } from './telegram/webhook.ts'
import type { MethodName } from './telegram/wire.ts'
import { type CommandList, World } from './telegram/world.ts'

export interface TelegramFakeOptions {
  readonly token?: string
  readonly bot?: Partial<UserFromGetMe>
  /** How long a second of Telegram's waiting (long polls, webhook retries) lasts here. */
  readonly secondMs?: number
}

export interface GroupOptions {
  readonly title: string
  readonly members: readonly Person[]
  readonly kind?: 'group' | 'supergroup'
  /** False makes a group the bot has yet to be added to. */
  readonly withBot?: boolean
}

const DEFAULT_BOT: UserFromGetMe = {
  id: 7_000_000_001,
  is_bot: true,
  first_name: 'Quits',
  username: 'quits_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
  can_manage_bots: false,
  supports_join_request_queries: false,
}

/** Starts a Bot API of our own on a free port of the loopback address. */
export async function startTelegramFake(options: TelegramFakeOptions = {}): Promise<TelegramFake> {
  const fake = new TelegramFake(options)
  await fake.listen()
  return fake
}

/**
 * The Telegram Bot API as far as this product uses it, and the people who chat with the bot. Every
 * update it sends and every call it gets is checked against schemas made from `@grammyjs/types`.
 */
export class TelegramFake {
  readonly token: string
  readonly me: UserFromGetMe
  readonly #world: World
  readonly #feed: UpdateFeed
  readonly #api: BotApi
  #server: RunningServer | undefined

  constructor(options: TelegramFakeOptions) {
    this.me = { ...DEFAULT_BOT, ...options.bot }
    this.token = options.token ?? `${this.me.id}:TEST-token_of-the-fake`
    this.#feed = new UpdateFeed({
      secondMs: options.secondMs ?? 10,
      violated: (what) => this.#world.violated(what),
      changed: () => this.#world.changed(),
      execute: (method, params) => this.#executeAnswer(method, params),
    })
    this.#world = new World(this.me, (update) => this.#feed.emit(update))
    this.#api = new BotApi(this.#world, methodsOf(this.#world, this.#feed))
  }

  async listen(): Promise<void> {
    this.#server = await serve(this.#world, this.#api, this.token)
  }

  /** For grammY's `client.apiRoot`. */
  get apiRoot(): string {
    if (!this.#server) throw new Error('the fake does not listen')
    return this.#server.url
  }

  /** What the bot called, in order and without its polls. */
  get calls(): readonly Call[] {
    return this.#api.calls
  }

  get updates(): readonly Update[] {
    return this.#feed.updates
  }

  /** Attempts to hand updates to the webhook. */
  get deliveries(): readonly Delivery[] {
    return this.#feed.deliveries
  }

  get commandLists(): readonly CommandList[] {
    return this.#world.commandLists
  }

  get violations(): readonly string[] {
    return this.#world.violations
  }

  /** For a test that breaks the rules on purpose: what was found so far, and a clean slate. */
  takeViolations(): string[] {
    return this.#world.violations.splice(0)
  }

  person(options: PersonOptions): Person {
    return new Person(this.#world, options)
  }

  privateChat(person: Person): FakeChat {
    const known = this.#world.chats.get(person.id)
    const about = { id: person.id, kind: 'private', title: 'the private chat' } as const
    return known ?? new FakeChat(this.#world, { ...about, members: [person], bot: 'member' })
  }

  /** The first member owns it. */
  group(options: GroupOptions): FakeChat {
    const kind = options.kind ?? 'group'
    const serial = 5_000_000 + this.#world.serial()
    const chat = new FakeChat(this.#world, {
      id: kind === 'group' ? -serial : -1_000_000_000_000 - serial,
      kind,
      title: options.title,
      members: options.members,
      bot: options.withBot === false ? 'left' : 'member',
    })
    const [owner] = options.members
    if (owner) chat.admins.add(owner)
    return chat
  }

  failNext(method: MethodName, fault: Fault, options: FaultOptions = {}): void {
    this.#api.faults.failNext(method, fault, options)
  }

  redeliver(update: Update): void {
    this.#feed.redeliver(update)
  }

  /** Moves Telegram's clock, for limits such as 48 hours; nothing waits. */
  advance(seconds: number): void {
    this.#world.advance(seconds)
  }

  /** The first message of the bot, old or new, in its current form, that fits. */
  waitForMessage(
    chat: FakeChat,
    wanted: string | RegExp | ((message: ChatMessage) => boolean),
    timeoutMs = 10_000,
  ): Promise<ChatMessage> {
    const fits = (message: ChatMessage) => {
      if (typeof wanted === 'function') return wanted(message)
      return typeof wanted === 'string' ? message.text.includes(wanted) : wanted.test(message.text)
    }
    return this.#world.until(
      () => chat.messages.find(fits),
      timeoutMs,
      () => `no message fits ${wanted}; in ${chat.title}:\n${chat.messages.join('\n')}`,
    )
  }

  /** Resolves with the first call of this method, old or new, that fits. */
  waitForCall(
    method: MethodName,
    fits: (call: Call) => boolean = () => true,
    timeoutMs = 10_000,
  ): Promise<Call> {
    const isDone = (call: Call) => 'result' in call || call.refusal !== undefined
    return this.#world.until(
      () => this.calls.find((call) => call.method === method && isDone(call) && fits(call)),
      timeoutMs,
      () => `no ${method} call fits; called: ${this.calls.map((call) => call.method).join(', ')}`,
    )
  }

  /** Resolves when a bot holds a poll open, so that it will see what comes next. */
  async waitForPoll(timeoutMs = 10_000): Promise<void> {
    await this.#world.until(
      () => (this.#feed.isPolled ? true : undefined),
      timeoutMs,
      () => 'no bot polls',
    )
  }

  /** Resolves when the bot has taken every update: what it has not said by then, it won't. */
  async settled(timeoutMs = 10_000): Promise<void> {
    await this.#world.until(
      () => (this.#feed.isEmpty ? true : undefined),
      timeoutMs,
      () => 'the bot has not taken every update',
    )
  }

  /** Rejects with the violations found, so that no test overlooks them. */
  async close(): Promise<void> {
    this.#feed.stop()
    await this.#server?.close()
    const { violations } = this
    if (violations.length > 0) {
      throw new Error(`against the Bot API's schema:\n${violations.join('\n')}`)
    }
  }

  /** A refused call in a webhook's answer goes unnoticed by the bot; the record keeps it. */
  async #executeAnswer(method: string, params: Record<string, unknown>): Promise<void> {
    const context = { uploads: new Map(), signal: AbortSignal.timeout(60_000) }
    await this.#api.run(method, params, context).catch(() => undefined)
  }
}
