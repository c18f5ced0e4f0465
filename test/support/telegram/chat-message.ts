import type { InlineKeyboardButton, Message, MessageEntity, ReactionType } from '@grammyjs/types'
import type { FakeChat } from './chats.ts'
import type { Params } from './wire.ts'

type ReplyMarkup = Params<'sendMessage'>['reply_markup']
type Keyboard = readonly (readonly InlineKeyboardButton[])[]

/** One message as its readers see it now. The object stays the same through edits. */
export class ChatMessage {
  readonly chat: FakeChat
  readonly isFromBot: boolean
  /** Force-reply and reply keyboards never come back in a message, only inline ones do. */
  readonly sentMarkup: ReplyMarkup
  /** Under privacy mode: whether the bot was allowed to see it. */
  isSeenByBot: boolean
  isDeleted = false
  editCount = 0
  botReactions: readonly ReactionType[] = []
  readonly earlierKeyboards: Keyboard[] = []
  #wire: Message

  constructor(
    chat: FakeChat,
    wire: Message,
    about: { isFromBot: boolean; isSeenByBot: boolean; sentMarkup?: ReplyMarkup },
  ) {
    this.chat = chat
    this.#wire = wire
    this.isFromBot = about.isFromBot
    this.isSeenByBot = about.isSeenByBot
    this.sentMarkup = about.sentMarkup
  }

  get wire(): Message {
    return this.#wire
  }

  get id(): number {
    return this.#wire.message_id
  }

  get ephemeralId(): number | undefined {
    return this.#wire.ephemeral_message_id
  }

  get text(): string {
    return this.#wire.text ?? this.#wire.caption ?? ''
  }

  get entities(): readonly MessageEntity[] {
    return this.#wire.entities ?? this.#wire.caption_entities ?? []
  }

  get keyboard(): Keyboard {
    return this.#wire.reply_markup?.inline_keyboard ?? []
  }

  /** The button texts, row after row. */
  get buttons(): string[] {
    return this.keyboard.flat().map((button) => button.text)
  }

  get replyToId(): number | undefined {
    return this.#wire.reply_to_message?.message_id
  }

  /** The text an entity covers, e.g. of every bold stretch. */
  marked(type: MessageEntity['type']): string[] {
    return this.entities
      .filter((entity) => entity.type === type)
      .map(({ offset, length }) => this.text.slice(offset, offset + length))
  }

  replace(wire: Message): void {
    this.earlierKeyboards.push(this.keyboard)
    this.#wire = wire
    this.editCount += 1
  }

  toString(): string {
    const rows = this.keyboard.map((row) => row.map((button) => `[${button.text}]`).join(' '))
    return [`#${this.id} ${this.text}`, ...rows].join('\n')
  }
}
