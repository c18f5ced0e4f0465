import type { InlineKeyboardMarkup, Message, MessageEntity } from '@grammyjs/types'
import { ChatMessage } from './chat-message.ts'
import type { FakeChat } from './chats.ts'
import { entitiesOf, entityFaults, trimmed } from './entities.ts'
import { publicUser } from './people.ts'
import { badRequest, Refusal } from './refusal.ts'
import type { Upload } from './request-body.ts'
import type { Params } from './wire.ts'
import { asReplied, type StoredFile, type World } from './world.ts'

const TEXT_LIMIT = 4096
const CAPTION_LIMIT = 1024
const CALLBACK_DATA_BYTES = 64
/** A bot that is no administrator may write to one reader only this soon after a tap. */
const EPHEMERAL_SECONDS = 15

type Uploads = ReadonlyMap<string, Upload>
type SendParams = Omit<Params<'sendMessage'>, 'text' | 'entities' | 'link_preview_options'>

export function sendMessage(world: World, params: Params<'sendMessage'>): Message {
  const content = textContent(world, params.text, params.parse_mode, params.entities)
  return post(world, params, content)
}

export function sendPhoto(world: World, params: Params<'sendPhoto'>, uploads: Uploads): Message {
  const { id, path, bytes } = file(world, params.photo, uploads, 'photos')
  const photo = [{ file_id: id, file_unique_id: path, ...imageSize(bytes) }]
  return post(world, params, { photo, ...caption(world, params) })
}

export function sendDocument(
  world: World,
  params: Params<'sendDocument'>,
  uploads: Uploads,
): Message {
  const { id, path, name, bytes } = file(world, params.document, uploads, 'documents')
  const about = { file_name: name, file_size: bytes.length }
  const document = { file_id: id, file_unique_id: path, ...about }
  return post(world, params, { document, ...caption(world, params) })
}

/** The checked text of a message, with the entities readers see. */
export function textContent(
  world: World,
  text: string,
  parseMode: string | undefined,
  entities: readonly MessageEntity[] | undefined,
): Pick<Message, 'text' | 'entities'> {
  const sent = checkedText(world, text, parseMode, entities)
  if (sent.text === '') throw badRequest('message text is empty')
  if (sent.text.length > TEXT_LIMIT) throw badRequest('message is too long')
  return { text: sent.text, ...(sent.entities.length > 0 && { entities: sent.entities }) }
}

export function caption(
  world: World,
  params: Pick<Params<'sendPhoto'>, 'caption' | 'parse_mode' | 'caption_entities'>,
): Pick<Message, 'caption' | 'caption_entities'> {
  const given = params.caption ?? ''
  const sent = checkedText(world, given, params.parse_mode, params.caption_entities)
  if (sent.text.length > CAPTION_LIMIT) throw badRequest('message caption is too long')
  return {
    ...(sent.text !== '' && { caption: sent.text }),
    ...(sent.entities.length > 0 && { caption_entities: sent.entities }),
  }
}

/** The inline keyboard that readers see under the message; other markup never comes back. */
export function inlineKeyboard(markup: SendParams['reply_markup']): {
  reply_markup?: InlineKeyboardMarkup
} {
  if (!markup || !('inline_keyboard' in markup)) return {}
  for (const button of markup.inline_keyboard.flat()) {
    const bytes = 'callback_data' in button ? Buffer.byteLength(button.callback_data) : 1
    if (bytes < 1 || bytes > CALLBACK_DATA_BYTES) throw badRequest('BUTTON_DATA_INVALID')
  }
  return markup.inline_keyboard.length > 0 ? { reply_markup: markup } : {}
}

function checkedText(
  world: World,
  text: string,
  parseMode: string | undefined,
  entities: readonly MessageEntity[] | undefined,
) {
  if (parseMode) {
    world.violated(`parse_mode ${parseMode}: the house sends entities, so the fake reads no markup`)
    throw badRequest("can't parse entities: this fake reads no markup")
  }
  const faults = entityFaults(text, entities)
  for (const fault of faults) world.violated(`wrong entity: ${fault}`)
  if (faults.length > 0) throw badRequest(`wrong entity: ${faults[0]}`)
  const known = entities?.filter(
    (entity) => entity.type !== 'text_mention' || world.people.has(entity.user.id),
  )
  const sent = trimmed(text, known)
  return { text: sent.text, entities: entitiesOf(sent.text, sent.entities) }
}

function post(world: World, params: SendParams, content: Partial<Message>): Message {
  const chat = world.chat(params.chat_id)
  const refusal = chat.refusal()
  if (refusal) throw refusal
  const keyboard = inlineKeyboard(params.reply_markup)
  const receiver = receiverOf(world, chat, params)
  const wire: Message = {
    message_id: receiver ? 0 : chat.nextMessageId(),
    from: publicUser(world.bot),
    chat: chat.toWire(),
    date: world.now(),
    ...(receiver && { ephemeral_message_id: chat.nextEphemeralId(), receiver_user: receiver }),
    ...threadOf(chat, params.message_thread_id),
    ...replyOf(chat, params),
    ...content,
    ...keyboard,
  }
  const message = new ChatMessage(chat, wire, {
    isFromBot: true,
    isSeenByBot: true,
    sentMarkup: params.reply_markup,
  })
  if (receiver) chat.ephemeral.push(message)
  else {
    chat.history.push(message)
    chat.lastBotToWrite = 'ours'
  }
  return wire
}

function receiverOf(world: World, chat: FakeChat, params: SendParams) {
  const ephemeral = params.ephemeral_message_parameters
  if (!ephemeral) return undefined
  const receiver = world.people.get(ephemeral.receiver_user_id)
  if (!receiver || !chat.members.has(receiver)) throw badRequest('user not found')
  const tap = world.taps.get(ephemeral.callback_query_id ?? '')
  const isFresh = tap?.person === receiver && world.now() - tap.tappedAt <= EPHEMERAL_SECONDS
  if (chat.bot !== 'administrator' && !isFresh) {
    throw badRequest('not enough rights to send an ephemeral message')
  }
  return receiver.toWire()
}

function threadOf(chat: FakeChat, threadId: number | undefined): Partial<Message> {
  if (threadId === undefined) return {}
  const topic = chat.topics.get(threadId)
  if (!topic) throw badRequest('message thread not found')
  if (topic.isClosed) throw badRequest('TOPIC_CLOSED')
  return { message_thread_id: threadId, is_topic_message: true }
}

function replyOf(chat: FakeChat, params: SendParams): Partial<Message> {
  const wanted = params.reply_parameters?.message_id
  if (wanted === undefined) return {}
  const replied = chat.find(wanted)
  if (replied) return { reply_to_message: asReplied(replied.wire) }
  if (params.reply_parameters?.allow_sending_without_reply) return {}
  throw badRequest('message to be replied not found')
}

function file(world: World, reference: string, uploads: Uploads, folder: string): StoredFile {
  const known = world.files.get(reference)
  if (known) return known
  const upload = uploads.get(reference.replace(/^attach:\/\//, ''))
  if (!upload) throw badRequest('wrong file identifier/HTTP URL specified')
  if (upload.bytes.length === 0) throw badRequest('file must be non-empty')
  if (upload.bytes.length > 50_000_000) throw new Refusal(413, 'Request Entity Too Large')
  return world.storeFile(upload.name, upload.bytes, folder)
}

/** A PNG tells its size in its first chunk; Telegram refuses what is no picture. */
function imageSize(bytes: Buffer): { width: number; height: number; file_size: number } {
  const isPng = bytes.subarray(1, 4).toString('latin1') === 'PNG'
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8
  if (!isPng && !isJpeg) throw badRequest('IMAGE_PROCESS_FAILED')
  if (bytes.length > 10_000_000) throw badRequest('PHOTO_SAVE_FILE_INVALID')
  const width = isPng ? bytes.readUInt32BE(16) : 1280
  const height = isPng ? bytes.readUInt32BE(20) : 960
  const ratio = Math.max(width, height) / Math.min(width, height)
  if (width + height > 10_000 || ratio > 20) throw badRequest('PHOTO_INVALID_DIMENSIONS')
  return { width, height, file_size: bytes.length }
}
