import type { Message } from '@grammyjs/types'
import type { FakeChat } from './chats.ts'
import type { World } from './world.ts'

/**
 * Whether a person's message reaches the bot. In groups under privacy mode these do: commands for
 * this bot, plain commands unless another bot wrote last, replies to what the bot wrote or saw.
 * https://core.telegram.org/bots/features#privacy-mode
 */
export function reachesBot(world: World, chat: FakeChat, message: Message): boolean {
  if (chat.kind === 'private') return chat.bot === 'member'
  if (chat.bot === 'left' || chat.bot === 'kicked') return false
  if (chat.bot === 'administrator' || world.bot.can_read_all_group_messages) return true
  if (message.via_bot?.id === world.bot.id) return true
  const replied = chat.find(message.reply_to_message?.message_id)
  return replied?.isFromBot || replied?.isSeenByBot || hasCommandFor(world, chat, message)
}

function hasCommandFor(world: World, chat: FakeChat, message: Message): boolean {
  const text = message.text ?? message.caption ?? ''
  const entities = message.entities ?? message.caption_entities ?? []
  return entities
    .filter((entity) => entity.type === 'bot_command')
    .some(({ offset, length }) => {
      const [, addressee] = text.slice(offset, offset + length).split('@')
      if (addressee !== undefined) {
        return addressee.toLowerCase() === world.bot.username.toLowerCase()
      }
      return offset === 0 && chat.lastBotToWrite !== 'another'
    })
}
