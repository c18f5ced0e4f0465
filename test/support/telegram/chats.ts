import type { Chat, ChatMember, Message } from '@grammyjs/types'
import type { ChatMessage } from './chat-message.ts'
import type { Person } from './people.ts'
import { badRequest, forbidden, type Refusal } from './refusal.ts'
import type { IncomingMessage } from './wire.ts'
import type { World } from './world.ts'

export type Standing = 'member' | 'administrator' | 'left' | 'kicked'

export interface Topic {
  readonly id: number
  readonly name: string
  isClosed: boolean
}

/** Signals of an upgrade that reach the bot; any of them may be lost on the way. */
export type MigrationNews = 'both' | 'from the old chat' | 'from the new chat' | 'none'

/** A private chat, a group or a supergroup; `messages` is what a test reads. */
export class FakeChat {
  readonly id: number
  readonly kind: 'private' | 'group' | 'supergroup'
  readonly members: Set<Person>
  readonly admins = new Set<Person>()
  readonly history: ChatMessage[] = []
  readonly ephemeral: ChatMessage[] = []
  readonly topics = new Map<number, Topic>()
  title: string
  bot: Standing
  /** A private chat exists for the bot only after the person wrote first. */
  isStarted = false
  reactionsAllowed = true
  lastBotToWrite: 'ours' | 'another' | undefined
  migratedTo: FakeChat | undefined
  readonly #world: World
  #lastMessageId = 0
  #lastEphemeralId = 0

  constructor(
    world: World,
    about: {
      id: number
      kind: 'private' | 'group' | 'supergroup'
      title: string
      members: Iterable<Person>
      bot: Standing
    },
  ) {
    this.#world = world
    this.id = about.id
    this.kind = about.kind
    this.title = about.title
    this.members = new Set(about.members)
    this.bot = about.bot
    world.chats.set(this.id, this)
  }

  /** The bot's messages that are still there, oldest first, each in its current form. */
  get messages(): ChatMessage[] {
    return this.history.filter((message) => message.isFromBot && !message.isDeleted)
  }

  get lastMessage(): ChatMessage {
    const last = this.messages.at(-1)
    if (!last) throw new Error(`the bot has written nothing in ${this.title}`)
    return last
  }

  find(messageId: number | undefined): ChatMessage | undefined {
    return this.history.find((message) => message.id === messageId && !message.isDeleted)
  }

  nextMessageId(): number {
    this.#lastMessageId += 1
    return this.#lastMessageId
  }

  nextEphemeralId(): number {
    this.#lastEphemeralId += 1
    return this.#lastEphemeralId
  }

  /** The bot's membership of this chat as the wire tells it. */
  botMember(standing: Standing = this.bot): ChatMember {
    const user = { ...botUser(this.#world) }
    switch (standing) {
      case 'member':
      case 'left':
        return { status: standing, user }
      case 'kicked':
        return { status: 'kicked', user, until_date: 0 }
      case 'administrator':
        return { status: 'administrator', user, can_be_edited: false, ...ADMIN_RIGHTS }
    }
  }

  /** Why the bot cannot write here, or undefined when it can. */
  refusal(): Refusal | undefined {
    if (this.migratedTo) {
      return badRequest('group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: this.migratedTo.id,
      })
    }
    if (this.kind === 'private') {
      if (!this.isStarted) return forbidden("bot can't initiate conversation with a user")
      return this.bot === 'kicked' ? forbidden('bot was blocked by the user') : undefined
    }
    if (this.bot === 'kicked') return forbidden(`bot was kicked from the ${this.kind} chat`)
    return this.bot === 'left'
      ? forbidden(`bot is not a member of the ${this.kind} chat`)
      : undefined
  }

  openTopic(name: string): Topic {
    const topic = { id: this.nextMessageId(), name, isClosed: false }
    this.topics.set(topic.id, topic)
    return topic
  }

  /** Another bot of the group writes; plain commands then go to that one. */
  anotherBotWrites(): void {
    this.nextMessageId()
    this.lastBotToWrite = 'another'
  }

  service(from: Person, content: Partial<Message>): Message {
    return {
      message_id: this.nextMessageId(),
      from: from.toWire(),
      chat: this.toWire(),
      date: this.#world.now(),
      ...content,
    }
  }

  /** The group becomes a supergroup: another id, message ids from one, the old chat is dead. */
  migrate(by: Person, news: MigrationNews = 'both'): FakeChat {
    if (this.kind !== 'group') throw new Error('only a basic group is upgraded')
    const upgraded = new FakeChat(this.#world, {
      id: -1_000_000_000_000 + this.id,
      kind: 'supergroup',
      title: this.title,
      members: this.members,
      bot: this.bot,
    })
    this.migratedTo = upgraded
    if (news === 'both' || news === 'from the old chat') {
      this.#tell(this.service(by, { migrate_to_chat_id: upgraded.id }))
    }
    if (news === 'both' || news === 'from the new chat') {
      this.#tell(upgraded.service(by, { migrate_from_chat_id: this.id }))
    }
    return upgraded
  }

  toWire(): Exclude<Chat, Chat.ChannelChat> {
    const [person] = this.members
    if (this.kind === 'private' && person) {
      const { id, first_name, last_name, username } = person.toWire()
      return {
        id,
        type: 'private',
        first_name,
        ...(last_name !== undefined && { last_name }),
        ...(username !== undefined && { username }),
      }
    }
    if (this.kind === 'group') return { id: this.id, type: 'group', title: this.title }
    return {
      id: this.id,
      type: 'supergroup',
      title: this.title,
      ...(this.topics.size > 0 && { is_forum: true }),
    }
  }

  #tell(message: Message): void {
    this.#world.emit({ message: message as IncomingMessage })
  }
}

const ADMIN_RIGHTS = {
  is_anonymous: false,
  can_manage_chat: true,
  can_delete_messages: true,
  can_manage_video_chats: false,
  can_restrict_members: false,
  can_promote_members: false,
  can_change_info: false,
  can_invite_users: true,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
  can_send_welcome_messages: false,
}

function botUser(world: World) {
  const { id, is_bot, first_name, username } = world.bot
  return { id, is_bot, first_name, username }
}
