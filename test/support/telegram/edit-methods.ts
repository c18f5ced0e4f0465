import { isDeepStrictEqual } from 'node:util'
import type { Message } from '@grammyjs/types'
import type { ChatMessage } from './chat-message.ts'
import { badRequest } from './refusal.ts'
import { caption, inlineKeyboard, textContent } from './send-methods.ts'
import type { Params } from './wire.ts'
import type { World } from './world.ts'

const OLDEST_DELETION_SECONDS = 48 * 3600

interface Target {
  chat_id?: number | string
  message_id?: number
}

export function editMessageText(world: World, params: Params<'editMessageText'>): Message {
  const message = ownMessage(world, params)
  const content = textContent(world, params.text ?? '', params.parse_mode, params.entities)
  if (message.wire.text === undefined) throw badRequest('there is no text in the message to edit')
  const { text: _, entities: __, reply_markup: ___, ...kept } = message.wire
  return replace(world, message, { ...kept, ...content, ...inlineKeyboard(params.reply_markup) })
}

export function editMessageCaption(world: World, params: Params<'editMessageCaption'>): Message {
  const message = ownMessage(world, params)
  if (message.wire.text !== undefined) {
    throw badRequest('there is no caption in the message to edit')
  }
  const { caption: _, caption_entities: __, reply_markup: ___, ...kept } = message.wire
  const content = { ...caption(world, params), ...inlineKeyboard(params.reply_markup) }
  return replace(world, message, { ...kept, ...content })
}

export function editMessageReplyMarkup(
  world: World,
  params: Params<'editMessageReplyMarkup'>,
): Message {
  const message = ownMessage(world, params)
  const { reply_markup: _, ...kept } = message.wire
  return replace(world, message, { ...kept, ...inlineKeyboard(params.reply_markup) })
}

export function deleteMessage(world: World, params: Params<'deleteMessage'>): true {
  const chat = world.chat(params.chat_id)
  const refusal = chat.refusal()
  if (refusal) throw refusal
  const message = chat.find(params.message_id)
  if (!message) throw badRequest('message to delete not found')
  const isAllowed = message.isFromBot || chat.kind === 'private' || chat.bot === 'administrator'
  const isFresh = world.now() - message.wire.date < OLDEST_DELETION_SECONDS
  if (!isAllowed || !isFresh) throw badRequest("message can't be deleted for everyone")
  message.isDeleted = true
  return true
}

export function editEphemeralMessageText(
  world: World,
  params: Params<'editEphemeralMessageText'>,
): true {
  const message = ephemeralMessage(world, params)
  const content = textContent(world, params.text ?? '', params.parse_mode, params.entities)
  const { text: _, entities: __, reply_markup: ___, ...kept } = message.wire
  replace(world, message, { ...kept, ...content, ...inlineKeyboard(params.reply_markup) })
  return true
}

export function deleteEphemeralMessage(
  world: World,
  params: Params<'deleteEphemeralMessage'>,
): true {
  ephemeralMessage(world, params).isDeleted = true
  return true
}

function ownMessage(world: World, target: Target): ChatMessage {
  const chat = world.chat(target.chat_id ?? '')
  const refusal = chat.refusal()
  if (refusal) throw refusal
  const message = chat.find(target.message_id)
  if (!message) throw badRequest('message to edit not found')
  if (!message.isFromBot) throw badRequest("message can't be edited")
  return message
}

function ephemeralMessage(world: World, target: Params<'deleteEphemeralMessage'>): ChatMessage {
  const message = world
    .chat(target.chat_id)
    .ephemeral.find((candidate) => candidate.ephemeralId === target.ephemeral_message_id)
  const isTheirs = message?.wire.receiver_user?.id === target.receiver_user_id
  if (!message || message.isDeleted || !isTheirs) throw badRequest('message to edit not found')
  return message
}

function replace(world: World, message: ChatMessage, next: Message): Message {
  const { edit_date: _, ...before } = message.wire
  const { edit_date: __, ...after } = next
  if (isDeepStrictEqual(before, after)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    )
  }
  message.replace({ ...next, edit_date: world.now() })
  return message.wire
}
