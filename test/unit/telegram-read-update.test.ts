import * as fc from 'fast-check'
import type { Message, MessageEntity, Update, User } from 'grammy/types'
import { describe, expect, it } from 'vitest'
import type { IncomingMessage } from '../../src/bots/conversation/incoming.ts'
import { readUpdate } from '../../src/bots/telegram/read-update.ts'
import { law } from '../support/laws.ts'
import { entitiesOf } from '../support/telegram/entities.ts'

const me = { id: 7, username: 'quits_bot' }
const ana: User = {
  id: 101,
  is_bot: false,
  first_name: 'Ana',
  last_name: 'Bela',
  username: 'ana_b',
  language_code: 'pt-br',
}
const ben: User = { id: 102, is_bot: false, first_name: 'Ben' }
const us: User = { id: 7, is_bot: true, first_name: 'Quits', username: 'quits_bot' }
const privately = { id: 101, type: 'private', first_name: 'Ana' } as const
const inGroup = { id: -1005, type: 'supergroup', title: 'Flat' } as const

const update = (message: Partial<Message>): Update =>
  ({
    update_id: 900,
    message: { message_id: 5, from: ana, chat: privately, date: 1_790_000_000, ...message },
  }) as Update

const written = (text: string, more: Partial<Message> = {}): Update =>
  update({ text, entities: entitiesOf(text), ...more } as Partial<Message>)

const read = (given: Update): IncomingMessage => {
  const incoming = readUpdate(given, me)
  if (incoming?.kind !== 'message') throw new Error('no message was read')
  return incoming
}
const named = (message: IncomingMessage) =>
  message.mentions.map((mention) => [
    message.text.slice(mention.start, mention.end),
    'person' in mention ? mention.person.externalId : mention.handle,
  ])

describe('a message', () => {
  it('tells who wrote what, where and when', () => {
    expect(readUpdate(written('/spent 12 lunch'), me)).toEqual({
      kind: 'message',
      deliveryKey: '900',
      address: { platform: 'telegram', tenant: '7', chatId: '101', threadId: null },
      chatKind: 'private',
      chatTitle: null,
      sender: {
        externalId: '101',
        displayName: 'Ana Bela',
        username: 'ana_b',
        locale: 'pt-br',
        timeZone: null,
      },
      text: '/spent 12 lunch',
      mentions: [],
      addressed: true,
      sentAt: '2026-09-21T14:13:20.000Z',
      transport: { messageId: '5' },
    })
  })

  it('needs neither a username nor a language', () => {
    const { sender } = read(written('12 lunch', { from: ben }))
    expect(sender).toEqual({
      externalId: '102',
      displayName: 'Ben',
      username: null,
      locale: null,
      timeZone: null,
    })
  })

  it('knows its group and its topic', () => {
    const topic = { chat: inGroup, is_topic_message: true, message_thread_id: 33 } as const
    const { address, chatKind, chatTitle } = read(written('/balance', topic))
    expect([address.chatId, address.threadId, chatKind, chatTitle]).toEqual([
      '-1005',
      '33',
      'group',
      'Flat',
    ])
  })

  it('has no topic when it merely belongs to a thread of replies', () => {
    const { address } = read(written('/balance', { chat: inGroup, message_thread_id: 33 }))
    expect(address.threadId).toBeNull()
  })

  it('is read from the caption of a photo as well', () => {
    const caption = '/spent 12 lunch'
    const photo = [{ file_id: 'f', file_unique_id: 'u', width: 1, height: 1 }]
    const given = update({ photo, caption, caption_entities: entitiesOf(caption), chat: inGroup })
    expect(read(given)).toMatchObject({ text: caption, addressed: true })
  })

  it.each<[string, Partial<Message>]>([
    ['another bot', { from: { ...ben, is_bot: true } }],
    ['an anonymous admin', { chat: inGroup, sender_chat: inGroup }],
    ['a channel', { sender_chat: { id: -9, type: 'channel', title: 'News' } }],
  ])('is nothing to us when %s wrote it', (_, more) => {
    expect(readUpdate(written('/spent 12 lunch', more), me)).toBeNull()
  })

  it('is nothing to us without words, when edited, or in a channel', () => {
    const { message } = written('12 lunch')
    expect(readUpdate(update({ new_chat_members: [ben] }), me)).toBeNull()
    expect(readUpdate({ update_id: 1, edited_message: message } as Update, me)).toBeNull()
    expect(readUpdate({ update_id: 1, channel_post: message } as unknown as Update, me)).toBeNull()
    expect(readUpdate({ update_id: 1 } as Update, me)).toBeNull()
  })

  it('loses what the database could not store, at the same length', () => {
    const { text, sender } = read(
      written('12 a\0b \ud800', { from: { ...ben, first_name: 'B\0n' } }),
    )
    expect(text).toBe('12 a b \ufffd')
    expect(sender.displayName).toBe('B n')
  })
})

describe('whom a group message is for', () => {
  const inFlat = (text: string, more: Partial<Message> = {}) =>
    written(text, { chat: inGroup, ...more })

  it.each([
    '/spent 12 lunch',
    '/spent@quits_bot 12 lunch',
    '/spent@Quits_Bot 12 lunch',
    'please /spent@quits_bot 12 lunch',
    '@quits_bot 12 lunch',
    '12 lunch @QUITS_BOT',
  ])('is us: %s', (text) => {
    expect(read(inFlat(text)).addressed).toBe(true)
  })

  it.each(['12 lunch', 'he said /spent 12', '@ana_b 12 lunch', 'me@quits_bot.example'])(
    'is not us: %s',
    (text) => {
      expect(read(inFlat(text)).addressed).toBe(false)
    },
  )

  it('is us when it replies to us, and not when it replies to somebody else', () => {
    const replyTo = (from: User) =>
      ({ message_id: 4, from, chat: inGroup, date: 1 }) as Message['reply_to_message'] & object
    expect(read(inFlat('12 lunch', { reply_to_message: replyTo(us) })).addressed).toBe(true)
    expect(read(inFlat('12 lunch', { reply_to_message: replyTo(ben) })).addressed).toBe(false)
  })

  it('is another bot when the command says so', () => {
    expect(readUpdate(inFlat('/spent@other_bot 12 lunch'), me)).toBeNull()
  })
})

describe('who is named', () => {
  it('is a handle, or a person where Telegram gives the id', () => {
    const entities: MessageEntity[] = [
      { type: 'text_mention', offset: 17, length: 3, user: ben },
      { type: 'mention', offset: 21, length: 6 },
    ]
    const message = read(update({ text: '/split 90 dinner Ben @carla', entities }))
    expect(named(message)).toEqual([
      ['Ben', '102'],
      ['@carla', 'carla'],
    ])
  })

  it('is not us: our own name is taken out and what follows moves up', () => {
    const message = read(written('@quits_bot split 90 🍕 @ana_b @carla', { chat: inGroup }))
    expect(message.text).toBe(' split 90 🍕 @ana_b @carla')
    expect(named(message)).toEqual([
      ['@ana_b', 'ana_b'],
      ['@carla', 'carla'],
    ])
  })

  it('is not another bot, which owes nobody', () => {
    const other = { ...us, id: 8, username: 'other_bot' }
    const entities: MessageEntity[] = [{ type: 'text_mention', offset: 10, length: 5, user: other }]
    expect(read(update({ text: '/split 90 Other', entities })).mentions).toEqual([])
  })

  it('is found at offsets that match the text, whatever stands around it', () => {
    const word = fc.constantFrom('🍕', '<b>', '&', '*', 'é', '12', '/x', '𝕬', 'lunch')
    const name = fc.constantFrom('@ana_b', '@quits_bot', '@carla', 'Ben')
    fc.assert(
      fc.property(fc.array(fc.oneof(word, name), { minLength: 1 }), (parts) => {
        const entities: MessageEntity[] = []
        let text = ''
        for (const part of parts) {
          const place = { offset: text.length, length: part.length }
          if (part === 'Ben') entities.push({ type: 'text_mention', user: ben, ...place })
          else if (part.startsWith('@')) entities.push({ type: 'mention', ...place })
          text += `${part} `
        }
        const expected = parts
          .filter((part) => part === 'Ben' || (part.startsWith('@') && part !== '@quits_bot'))
          .map((part) => [part, part === 'Ben' ? '102' : part.slice(1)])
        const message = read(update({ text, entities: entities.toReversed() }))
        expect(named(message)).toEqual(expected)
        expect(message.text).toBe(text.replaceAll('@quits_bot', ''))
      }),
      law,
    )
  })
})

describe('a pressed button', () => {
  const message = { message_id: 44, chat: inGroup, date: 1_790_000_000, from: us, text: 'card' }
  const query = { id: 'q1', from: ana, chat_instance: 'c', data: 'u.abc.1', message }
  const tapped = (more: object) =>
    readUpdate({ update_id: 901, callback_query: { ...query, ...more } } as Update, me)

  it('tells what it does and which message carries it', () => {
    expect(tapped({})).toMatchObject({
      kind: 'action',
      deliveryKey: '901',
      address: { platform: 'telegram', tenant: '7', chatId: '-1005', threadId: null },
      chatKind: 'group',
      chatTitle: 'Flat',
      action: 'u.abc.1',
      messageId: '-1005:44',
      sender: { externalId: '101' },
      transport: { queryId: 'q1' },
    })
  })

  it('is read even when the message is too old to be handed out', () => {
    const old = { message_id: 44, chat: inGroup, date: 0 }
    expect(tapped({ message: old })).toMatchObject({ messageId: '-1005:44' })
  })

  it('keeps the topic of its message', () => {
    const inTopic = { ...message, is_topic_message: true, message_thread_id: 33 }
    expect(tapped({ message: inTopic })?.address.threadId).toBe('33')
  })

  it('is nothing to us without data or without a chat', () => {
    expect(tapped({ data: undefined })).toBeNull()
    expect(tapped({ message: undefined, inline_message_id: 'i' })).toBeNull()
  })
})
