import type {
  CallbackQuery,
  InlineKeyboardButton,
  Message,
  MessageEntity,
  ReactionTypeEmoji,
  User,
} from '@grammyjs/types'
import { ChatMessage } from './chat-message.ts'
import type { FakeChat, Standing, Topic } from './chats.ts'
import { entitiesOf, trimmed } from './entities.ts'
import { reachesBot } from './privacy.ts'
import type { IncomingEdit, IncomingMessage } from './wire.ts'
import { asReplied, type CallbackAnswer, type World } from './world.ts'

export interface PersonOptions {
  readonly id: number
  readonly firstName: string
  readonly lastName?: string
  readonly username?: string
  readonly languageCode?: string
}

export interface SayOptions {
  readonly replyTo?: ChatMessage
  /** For what only the sender's client knows, such as a text_mention. */
  readonly entities?: readonly MessageEntity[]
  readonly topic?: Topic
}

export interface TapOptions {
  /** Taps a button of an earlier version, as a phone does that has not seen the edit yet. */
  readonly isStale?: boolean
  /** The message is too old for Telegram to hand out: the bot sees only its id. */
  readonly isInaccessible?: boolean
  /** How long the phone waits for the bot's answer. */
  readonly timeoutMs?: number
}

/** Somebody with a Telegram account. What this person does reaches the bot as updates. */
export class Person {
  readonly id: number
  username: string | undefined
  readonly #world: World
  readonly #options: PersonOptions

  constructor(world: World, options: PersonOptions) {
    this.#world = world
    this.#options = options
    this.id = options.id
    this.username = options.username
    world.people.set(this.id, this)
  }

  say(chat: FakeChat, text: string, options: SayOptions = {}): ChatMessage {
    const sent = trimmed(text, options.entities)
    const entities = entitiesOf(sent.text, sent.entities)
    return this.send(chat, { text: sent.text, ...(entities.length > 0 && { entities }) }, options)
  }

  sendPhoto(chat: FakeChat, bytes: Buffer, caption = '', options: SayOptions = {}): ChatMessage {
    const { id, path } = this.#world.storeFile('photo.jpg', bytes, 'photos')
    const size = { width: 1280, height: 960, file_size: bytes.length }
    const photo = [{ file_id: id, file_unique_id: path, ...size }]
    return this.send(chat, { photo, ...captioned(caption) }, options)
  }

  sendDocument(chat: FakeChat, name: string, bytes: Buffer, caption = ''): ChatMessage {
    const { id, path } = this.#world.storeFile(name, bytes, 'documents')
    const document = { file_id: id, file_unique_id: path, file_name: name, file_size: bytes.length }
    return this.send(chat, { document, ...captioned(caption) })
  }

  sendVoice(chat: FakeChat, durationSeconds: number): ChatMessage {
    const { id, path } = this.#world.storeFile('voice.oga', Buffer.alloc(16), 'voice')
    const voice = { file_id: id, file_unique_id: path, duration: durationSeconds }
    return this.send(chat, { voice: { ...voice, mime_type: 'audio/ogg' } })
  }

  /** Any content the Bot API knows; the update's schema check refuses what it does not. */
  send(chat: FakeChat, content: Partial<Message>, options: SayOptions = {}): ChatMessage {
    this.#mustBeIn(chat)
    const wire = {
      message_id: chat.nextMessageId(),
      from: this.toWire(),
      chat: chat.toWire(),
      date: this.#world.now(),
      ...(options.topic && { message_thread_id: options.topic.id, is_topic_message: true }),
      ...(options.replyTo && { reply_to_message: asReplied(options.replyTo.wire) }),
      ...content,
    } as IncomingMessage
    const isSeenByBot = reachesBot(this.#world, chat, wire)
    const message = new ChatMessage(chat, wire, { isFromBot: false, isSeenByBot })
    chat.history.push(message)
    if (chat.kind === 'private') chat.isStarted = true
    if (isSeenByBot) this.#world.emit({ message: wire })
    return message
  }

  edit(message: ChatMessage, text: string, entities?: readonly MessageEntity[]): void {
    if (message.wire.from?.id !== this.id) throw new Error('a person edits only own messages')
    const found = entitiesOf(text, entities)
    const isMedia = message.wire.text === undefined
    const { entities: _, caption_entities: __, ...kept } = message.wire
    const wire = {
      ...kept,
      edit_date: this.#world.now(),
      [isMedia ? 'caption' : 'text']: text,
      ...(found.length > 0 && { [isMedia ? 'caption_entities' : 'entities']: found }),
    } as IncomingEdit
    message.replace(wire)
    if (reachesBot(this.#world, message.chat, wire)) this.#world.emit({ edited_message: wire })
  }

  /** Resolves with the bot's answer to the tap; rejects when the spinner never stops. */
  tap(message: ChatMessage, button: string, options: TapOptions = {}): Promise<CallbackAnswer> {
    const { chat } = message
    this.#mustBeIn(chat)
    const data = callbackData(message, button, options.isStale ?? false)
    const id = String(this.#world.serial())
    const shown = options.isInaccessible
      ? { chat: chat.toWire(), message_id: message.id, date: 0 as const }
      : message.wire
    const query: CallbackQuery = {
      id,
      from: this.toWire(),
      message: shown,
      chat_instance: String(chat.id),
      data,
    }
    let answered: CallbackAnswer | undefined
    this.#world.taps.set(id, {
      person: this,
      chat,
      tappedAt: this.#world.now(),
      answer: (answer) => {
        answered = answer
        this.#world.changed()
      },
    })
    this.#world.emit({ callback_query: query })
    return this.#world.until(
      () => answered,
      options.timeoutMs ?? 10_000,
      () => `the bot never answered the tap on "${button}" of\n${message}`,
    )
  }

  /** Reaches only bots that administer the group and asked for message_reaction. */
  react(message: ChatMessage, emoji: ReactionTypeEmoji['emoji']): void {
    const { chat } = message
    if (chat.kind !== 'private' && chat.bot !== 'administrator') return
    this.#world.emit({
      message_reaction: {
        chat: chat.toWire(),
        message_id: message.id,
        user: this.toWire(),
        date: this.#world.now(),
        old_reaction: [],
        new_reaction: [{ type: 'emoji', emoji }],
      },
    })
  }

  join(chat: FakeChat): void {
    chat.members.add(this)
    this.#announce(chat, { new_chat_members: [this.toWire()] })
  }

  leave(chat: FakeChat): void {
    this.#mustBeIn(chat)
    chat.members.delete(this)
    this.#announce(chat, { left_chat_member: this.toWire() })
  }

  /** With a payload this is a tap on a `startgroup` link. */
  addBot(chat: FakeChat, startPayload?: string): void {
    this.#changeBot(chat, 'member')
    this.#announce(chat, { new_chat_members: [publicUser(this.#world.bot)] })
    if (startPayload !== undefined) {
      this.say(chat, `/start@${this.#world.bot.username} ${startPayload}`)
    }
  }

  removeBot(chat: FakeChat): void {
    this.#changeBot(chat, 'kicked')
  }

  promoteBot(chat: FakeChat): void {
    this.#changeBot(chat, 'administrator')
  }

  block(chat: FakeChat): void {
    if (chat.kind !== 'private') throw new Error('a person blocks a bot in the private chat')
    this.#changeBot(chat, 'kicked')
  }

  unblock(chat: FakeChat): void {
    this.#changeBot(chat, 'member')
  }

  toWire(): User {
    const { firstName, lastName, languageCode } = this.#options
    return {
      id: this.id,
      is_bot: false,
      first_name: firstName,
      ...(lastName !== undefined && { last_name: lastName }),
      ...(this.username !== undefined && { username: this.username }),
      ...(languageCode !== undefined && { language_code: languageCode }),
    }
  }

  #changeBot(chat: FakeChat, standing: Standing): void {
    const old = chat.botMember()
    chat.bot = standing
    this.#world.emit({
      my_chat_member: {
        chat: chat.toWire(),
        from: this.toWire(),
        date: this.#world.now(),
        old_chat_member: old,
        new_chat_member: chat.botMember(),
      },
    })
  }

  #announce(chat: FakeChat, content: Partial<Message>): void {
    if (chat.bot === 'left' || chat.bot === 'kicked') return
    this.#world.emit({ message: chat.service(this, content) as IncomingMessage })
  }

  #mustBeIn(chat: FakeChat): void {
    if (chat.migratedTo) throw new Error(`${chat.title} became a supergroup`)
    if (!chat.members.has(this))
      throw new Error(`${this.#options.firstName} is not in ${chat.title}`)
    if (chat.kind === 'private' && chat.bot === 'kicked') {
      throw new Error(`${this.#options.firstName} has blocked the bot`)
    }
  }
}

export function publicUser({ id, is_bot, first_name, username }: User): User {
  return { id, is_bot, first_name, ...(username !== undefined && { username }) }
}

/** An opaque reference to a person without a username, as clients make it from the member list. */
export function textMention(person: Person, offset: number, length: number): MessageEntity {
  return { type: 'text_mention', offset, length, user: person.toWire() }
}

function captioned(caption: string): Partial<Message> {
  const entities = entitiesOf(caption)
  return {
    ...(caption !== '' && { caption }),
    ...(entities.length > 0 && { caption_entities: entities }),
  }
}

function callbackData(message: ChatMessage, wanted: string, isStale: boolean): string {
  const keyboards = isStale ? [message.keyboard, ...message.earlierKeyboards] : [message.keyboard]
  const found = keyboards
    .flat(2)
    .find((button) => button.text === wanted || dataOf(button) === wanted)
  if (!found) throw new Error(`no button "${wanted}" on\n${message}`)
  const data = dataOf(found)
  if (data === undefined) throw new Error(`"${wanted}" opens a link, it calls nothing back`)
  return data
}

function dataOf(button: InlineKeyboardButton): string | undefined {
  return 'callback_data' in button ? button.callback_data : undefined
}
