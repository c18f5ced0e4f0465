import type {
  ChatFullInfo,
  ChatMember,
  ChatMemberAdministrator,
  ChatMemberOwner,
} from '@grammyjs/types'
import type { FakeChat } from './chats.ts'
import type { Person } from './people.ts'
import { badRequest } from './refusal.ts'
import type { Params } from './wire.ts'
import type { World } from './world.ts'

const CALLBACK_TEXT_LIMIT = 200
const OLDEST_QUERY_SECONDS = 15 * 60
const ACCEPTED_GIFTS = {
  unlimited_gifts: false,
  limited_gifts: false,
  unique_gifts: false,
  premium_subscription: false,
  gifts_from_channels: false,
}

export function answerCallbackQuery(world: World, params: Params<'answerCallbackQuery'>): true {
  const tap = world.taps.get(params.callback_query_id)
  if (!tap?.answer || world.now() - tap.tappedAt > OLDEST_QUERY_SECONDS) {
    throw badRequest('query is too old and response timeout expired or query ID is invalid')
  }
  if ((params.text ?? '').length > CALLBACK_TEXT_LIMIT) throw badRequest('MESSAGE_TOO_LONG')
  const { answer } = tap
  delete tap.answer
  answer({ text: params.text, isAlert: params.show_alert ?? false, url: params.url })
  return true
}

export function setMessageReaction(world: World, params: Params<'setMessageReaction'>): true {
  const chat = reachable(world, params.chat_id)
  const message = chat.find(params.message_id)
  if (!message) throw badRequest('message to react not found')
  const reactions = params.reaction ?? []
  if (!chat.reactionsAllowed || reactions.length > 1) throw badRequest('REACTION_INVALID')
  message.botReactions = reactions
  return true
}

export function sendChatAction(world: World, params: Params<'sendChatAction'>): true {
  reachable(world, params.chat_id)
  return true
}

export function getChat(world: World, params: Params<'getChat'>): ChatFullInfo {
  const chat = reachable(world, params.chat_id)
  const about = { accent_color_id: 0, max_reaction_count: 11, accepted_gift_types: ACCEPTED_GIFTS }
  return { ...chat.toWire(), ...about }
}

export function getChatMember(world: World, params: Params<'getChatMember'>): ChatMember {
  const chat = reachable(world, params.chat_id)
  if (params.user_id === world.bot.id) return chat.botMember()
  const person = world.people.get(params.user_id)
  if (!person) throw badRequest('user not found')
  if (!chat.members.has(person)) return { status: 'left', user: person.toWire() }
  return chat.admins.has(person) ? owner(person) : { status: 'member', user: person.toWire() }
}

export function getChatAdministrators(
  world: World,
  params: Params<'getChatAdministrators'>,
): (ChatMemberOwner | ChatMemberAdministrator)[] {
  const chat = reachable(world, params.chat_id)
  if (chat.kind === 'private') throw badRequest('there are no administrators in the private chat')
  return [...chat.admins].map(owner)
}

export function getChatMemberCount(world: World, params: Params<'getChatMemberCount'>): number {
  return reachable(world, params.chat_id).members.size + 1
}

export function leaveChat(world: World, params: Params<'leaveChat'>): true {
  const chat = reachable(world, params.chat_id)
  if (chat.kind === 'private')
    throw badRequest("chat member status can't be changed in private chats")
  chat.bot = 'left'
  return true
}

function reachable(world: World, chatId: number | string): FakeChat {
  const chat = world.chat(chatId)
  const refusal = chat.refusal()
  if (refusal) throw refusal
  return chat
}

function owner(person: Person): ChatMemberOwner {
  return { status: 'creator', user: person.toWire(), is_anonymous: false }
}
