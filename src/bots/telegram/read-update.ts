import type { Chat, Message, MessageEntity, Update, User } from 'grammy/types'
import type {
  ChatPerson,
  IncomingAction,
  IncomingMessage,
  IncomingUpdate,
  Mention,
} from '../conversation/incoming.ts'

/** The bot itself, as getMe tells. */
export type Me = { readonly id: number; readonly username: string }

/** What an update means to us; null for everything that is not. */
export function readUpdate(update: Update, me: Me): IncomingUpdate | null {
  if (update.message) return readMessage(update.update_id, update.message, me)
  if (update.callback_query) return readTap(update.update_id, update.callback_query, me)
  return null
}

function readMessage(updateId: number, message: Message, me: Me): IncomingMessage | null {
  const { from, chat } = message
  const written = message.text ?? message.caption
  if (!from || from.is_bot || message.sender_chat || written === undefined) return null
  if (chat.type === 'channel') return null
  const content = clean(written)
  const entities = message.entities ?? message.caption_entities ?? []
  const command = commandOf(content, entities, me)
  if (command === 'for another bot') return null
  const { text, mentions, namesUs } = readMentions(content, entities, me)
  const threadId = message.is_topic_message ? message.message_thread_id : undefined
  return {
    ...common(updateId, { chat, from, threadId }, me),
    kind: 'message',
    text,
    mentions,
    addressed:
      chat.type === 'private' ||
      command === 'for us' ||
      namesUs ||
      message.reply_to_message?.from?.id === me.id,
    sentAt: new Date(message.date * 1000).toISOString(),
    transport: { messageId: String(message.message_id) },
  }
}

function readTap(
  updateId: number,
  query: NonNullable<Update['callback_query']>,
  me: Me,
): IncomingAction | null {
  const { message, data, from } = query
  if (!message || data === undefined || message.chat.type === 'channel') return null
  const threadId =
    'is_topic_message' in message && message.is_topic_message
      ? message.message_thread_id
      : undefined
  return {
    ...common(updateId, { chat: message.chat, from, threadId }, me),
    kind: 'action',
    action: clean(data),
    messageId: `${message.chat.id}:${message.message_id}`,
    transport: { queryId: query.id },
  }
}

type Origin = { readonly chat: Chat; readonly from: User; readonly threadId: number | undefined }

function common(updateId: number, { chat, from, threadId }: Origin, me: Me) {
  return {
    deliveryKey: String(updateId),
    address: {
      platform: 'telegram',
      tenant: String(me.id),
      chatId: String(chat.id),
      threadId: threadId === undefined ? null : String(threadId),
    },
    chatKind: chat.type === 'private' ? 'private' : 'group',
    chatTitle: chat.title === undefined ? null : clean(chat.title),
    sender: personOf(from),
  } as const
}

function personOf(user: User): ChatPerson {
  return {
    externalId: String(user.id),
    displayName: clean([user.first_name, user.last_name].filter(Boolean).join(' ')),
    username: user.username ?? null,
    locale: user.language_code ?? null,
    timeZone: null,
  }
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. Lengths stay, so that offsets hold. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', ' ')
}

/** A command counts where the message begins; elsewhere only when it names its bot. */
function commandOf(
  text: string,
  entities: readonly MessageEntity[],
  me: Me,
): 'for us' | 'for another bot' | null {
  for (const { type, offset, length } of entities) {
    if (type !== 'bot_command') continue
    const bot = text.slice(offset, offset + length).split('@')[1]
    if (bot !== undefined && isUs(bot, me)) return 'for us'
    if (offset === 0) return bot === undefined ? 'for us' : 'for another bot'
  }
  return null
}

const isUs = (username: string, me: Me): boolean =>
  username.toLowerCase() === me.username.toLowerCase()

type MentionsRead = {
  readonly text: string
  readonly mentions: readonly Mention[]
  readonly namesUs: boolean
}

/** Our own name says whom the message is for and nothing else, so it is taken out of the text. */
function readMentions(content: string, entities: readonly MessageEntity[], me: Me): MentionsRead {
  const mentions: Mention[] = []
  let text = ''
  let position = 0
  let namesUs = false
  for (const entity of [...entities].sort((left, right) => left.offset - right.offset)) {
    const end = entity.offset + entity.length
    const who = mentioned(content.slice(entity.offset, end), entity, me)
    if (!who || entity.offset < position) continue
    text += content.slice(position, entity.offset)
    position = end
    if (who === 'us') namesUs = true
    else {
      const start = text.length
      text += content.slice(entity.offset, end)
      mentions.push({ start, end: text.length, ...who })
    }
  }
  return { text: text + content.slice(position), mentions, namesUs }
}

function mentioned(
  name: string,
  entity: MessageEntity,
  me: Me,
): 'us' | { person: ChatPerson } | { handle: string } | null {
  if (entity.type === 'text_mention') {
    if (entity.user.id === me.id) return 'us'
    return entity.user.is_bot ? null : { person: personOf(entity.user) }
  }
  if (entity.type !== 'mention') return null
  const handle = name.slice(1)
  return isUs(handle, me) ? 'us' : { handle }
}
