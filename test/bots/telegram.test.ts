import { type AddressInfo, createServer } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTelegram, type TelegramAdapter } from '../../src/bots/telegram/bot.ts'
import { readUpdate } from '../../src/bots/telegram/read-update.ts'
import { systemIds } from '../../src/system.ts'
import { openConversation, type TestConversation } from '../support/conversation.ts'
import { freePort } from '../support/free-port.ts'
import type { FakeChat } from '../support/telegram/chats.ts'
import { faultOf } from '../support/telegram/faults.ts'
import { type Person, textMention } from '../support/telegram/people.ts'
import { startTelegramFake, type TelegramFake } from '../support/telegram-fake.ts'

const secret = 'right-secret_1'

let books: TestConversation
let fake: TelegramFake
let ana: Person
let ben: Person
let log: string[]
const stops: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  books = await openConversation()
  fake = await startTelegramFake()
  ana = fake.person({ id: 101, firstName: 'Ana', username: 'ana_b', languageCode: 'en' })
  ben = fake.person({ id: 102, firstName: 'Ben' })
  log = []
})

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
  await books.close()
  await fake.close()
  expect(log.join('\n')).not.toContain('TEST-token')
  expect(books.warnings.join('\n')).not.toContain('TEST-token')
})

type Options = Partial<Parameters<typeof createTelegram>[0]>

function adapterOf(options: Options = {}): TelegramAdapter {
  const tell = (fields: object, message: string) => log.push(`${message} ${JSON.stringify(fields)}`)
  const adapter = createTelegram({
    token: fake.token,
    apiRoot: fake.apiRoot,
    mode: 'polling',
    webhookSecret: secret,
    conversation: books.conversation,
    log: { info: tell, warn: tell, error: tell },
    ...options,
  })
  stops.push(() => adapter.stop())
  return adapter
}

async function startPolling(options: Options = {}): Promise<TelegramAdapter> {
  const adapter = adapterOf(options)
  await adapter.start()
  await fake.waitForPoll()
  return adapter
}

async function startWebhook(options: Options = {}): Promise<FastifyInstance> {
  const port = await freePort()
  const publicUrl = `http://127.0.0.1:${port}`
  const adapter = adapterOf({ mode: 'webhook', publicUrl, ...options })
  const app = Fastify()
  await app.register(adapter.plugin!)
  await app.listen({ host: '127.0.0.1', port })
  stops.push(() => app.close())
  await adapter.start()
  return app
}

/** Amounts that are not zero, by the name each member goes by. */
async function balances(): Promise<Record<string, string>> {
  const rows = await books.workspace.knex.raw(
    `select coalesce(u.display_name, '?') as name, b.amount
     from balances b join users u on u.id = b.user_id where b.amount <> 0 order by name`,
  )
  return Object.fromEntries(
    rows.rows.map((row: { name: string; amount: string }) => [row.name, row.amount]),
  )
}

async function rows(table: string): Promise<readonly Record<string, unknown>[]> {
  return books.workspace.knex(table).select()
}

async function events(): Promise<readonly string[]> {
  return (await books.workspace.knex('events').orderBy('seq').pluck('type')).filter((type) =>
    type.startsWith('expense.'),
  )
}

/** Nothing more will be said: all updates are taken, worked on and answered. */
async function quiet(): Promise<void> {
  await fake.settled()
  await books.conversation.settled()
}

const flat = (): FakeChat => fake.group({ title: 'Flat', members: [ana, ben] })
const told = (part: string) =>
  vi.waitFor(() => expect(log.join('\n')).toContain(part), { timeout: 10_000 })

describe.each([
  ['polling', startPolling],
  ['the webhook', startWebhook],
])('over %s', (_, start) => {
  it('records what was spent, and takes it back at a tap', async () => {
    await start()
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 12 lunch')
    const card = await fake.waitForMessage(chat, 'Recorded')
    expect(card.text).toBe('Recorded €12.00 · lunch')
    expect(card.marked('bold')).toEqual(['€12.00'])
    expect(card.buttons).toEqual(['Undo'])
    expect(await rows('expenses')).toMatchObject([
      { amount: '12.0000', currency: 'EUR', description: 'lunch', voided_at: null },
    ])
    expect(await rows('expense_splits')).toMatchObject([{ amount: '12.0000' }])

    await ana.tap(card, 'Undo')
    await quiet()
    expect(chat.messages).toEqual([card])
    expect(card.text).toBe('Undone: €12.00 · lunch')
    expect(card.buttons).toEqual(['Redo'])
    expect(await balances()).toEqual({})
    expect(await events()).toEqual(['expense.recorded', 'expense.voided'])
  })

  it('splits among the people named in a group, as a reply to the message', async () => {
    await start()
    const chat = flat()
    const said = ana.say(chat, '/split 90 dinner @ann @bobby')
    const card = await fake.waitForMessage(chat, 'Split')
    expect(card.text).toContain('Split €90.00 · dinner')
    expect(card.text).toContain('ann · €30.00\nbobby · €30.00')
    expect(card.replyToId).toBe(said.id)
    expect(await balances()).toEqual({ Ana: '60.0000', ann: '-30.0000', bobby: '-30.0000' })
    expect((await rows('expense_splits')).map((row) => row.amount)).toEqual([
      '30.0000',
      '30.0000',
      '30.0000',
    ])
    await ana.tap(card, 'Undo')
    await quiet()
    expect(await balances()).toEqual({})
  })

  it('counts an update once, however often it is delivered', async () => {
    await start()
    const chat = flat()
    ana.say(chat, '/split 90 dinner @ann @bobby')
    const card = await fake.waitForMessage(chat, 'Split')
    for (let times = 0; times < 5; times += 1) {
      fake.redeliver(fake.updates[0]!)
      await quiet()
    }
    await ana.tap(card, 'Undo')
    for (let times = 0; times < 5; times += 1) {
      fake.redeliver(fake.updates[1]!)
      await quiet()
    }
    expect(chat.messages).toHaveLength(1)
    expect(await rows('expenses')).toHaveLength(1)
    expect(await rows('chat_inbox')).toHaveLength(2)
    expect(await events()).toEqual(['expense.recorded', 'expense.voided'])
    expect(await balances()).toEqual({})
  })

  it('loses nothing while the database is away', async () => {
    await start()
    const { knex } = books.workspace
    await knex.raw('alter table chat_inbox rename to chat_inbox_away')
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 12 lunch')
    ana.say(chat, '/spent 5 coffee')
    await told('telegram: ')
    expect(chat.messages).toEqual([])
    await knex.raw('alter table chat_inbox_away rename to chat_inbox')
    await fake.waitForMessage(chat, 'coffee')
    await quiet()
    expect(chat.messages.map((message) => message.text)).toEqual([
      'Recorded €12.00 · lunch',
      'Recorded €5.00 · coffee',
    ])
  })
})

describe('what people write', () => {
  it('never becomes markup', async () => {
    await startPolling()
    const chat = fake.privateChat(ana)
    const description = '<b>*bold*</b> _x_ `y` [a](http://b.example) &amp; 🍕'
    ana.say(chat, `/spent 12 ${description}`)
    const card = await fake.waitForMessage(chat, 'Recorded')
    expect(card.text).toBe(`Recorded €12.00 · ${description}`)
    expect(card.marked('bold')).toEqual(['€12.00'])
    const { params } = await fake.waitForCall('sendMessage')
    expect(params).not.toHaveProperty('parse_mode')
    expect(params).toMatchObject({ link_preview_options: { is_disabled: true } })
  })

  it('may name somebody who has no username', async () => {
    await startPolling()
    const chat = flat()
    ana.say(chat, '/split 90 dinner Ben', { entities: [textMention(ben, 17, 3)] })
    await fake.waitForMessage(chat, 'Split')
    ben.say(chat, '/split 10 taxi')
    await fake.waitForMessage(chat, 'taxi')
    expect(await rows('users')).toHaveLength(2)
    expect(await balances()).toEqual({ Ana: '40.0000', Ben: '-40.0000' })
  })

  it('is answered in its topic, and in the general one when that is closed', async () => {
    await startPolling()
    const chat = fake.group({ title: 'Flat', members: [ana], kind: 'supergroup' })
    const topic = chat.openTopic('Food')
    ana.say(chat, '/spent@quits_bot 12 lunch', { topic })
    const card = await fake.waitForMessage(chat, 'lunch')
    expect(card.wire.message_thread_id).toBe(topic.id)
    topic.isClosed = true
    ana.say(chat, '/spent@quits_bot 5 coffee', { topic })
    const other = await fake.waitForMessage(chat, 'coffee')
    expect(other.wire.message_thread_id).toBeUndefined()
  })

  it('is left alone when it is talk, or for another bot', async () => {
    await startPolling()
    const chat = flat()
    ana.promoteBot(chat)
    ana.say(chat, 'that was 12 euros')
    ana.say(chat, '/spent@other_bot 12 lunch')
    await quiet()
    expect(chat.messages).toEqual([])
    expect(await rows('expenses')).toEqual([])
  })
})

describe('a button', () => {
  it('has its effect once when two people press it', async () => {
    await startPolling()
    const chat = flat()
    ben.say(chat, '/balance')
    await fake.waitForMessage(chat, 'square')
    ana.say(chat, '/split 90 dinner')
    const card = await fake.waitForMessage(chat, 'Split')
    const answers = await Promise.all([ana.tap(card, 'Undo'), ben.tap(card, 'Undo')])
    await quiet()
    expect(answers.map((answer) => answer.text)).toEqual([undefined, 'It was undone already.'])
    expect(card.text).toContain('Undone')
    expect(await events()).toEqual(['expense.recorded', 'expense.voided'])
    expect(fake.calls.filter((call) => call.method === 'answerCallbackQuery')).toHaveLength(2)
    expect(books.warnings).toEqual([])
  })

  it('tells only the presser why it does nothing', async () => {
    await startPolling()
    const chat = flat()
    ana.say(chat, '/split 90 dinner')
    await fake.waitForMessage(chat, 'Nothing was recorded')
    ana.say(chat, '/split 90 dinner @ann')
    const card = await fake.waitForMessage(chat, 'Split')
    const answer = await ben.tap(card, 'Undo')
    await quiet()
    expect(answer.text).toMatch(/\S/)
    expect(card.text).toContain('Split')
    expect(chat.messages).toHaveLength(2)
    expect(await events()).toEqual(['expense.recorded'])
  })

  it('works on a card that is gone: the new state comes as a new message', async () => {
    await startPolling()
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 12 lunch')
    const card = await fake.waitForMessage(chat, 'Recorded')
    card.isDeleted = true
    await ana.tap(card, 'Undo', { isInaccessible: true })
    const fresh = await fake.waitForMessage(chat, 'Undone')
    expect(fresh.id).not.toBe(card.id)
  })

  it('works although its press was acknowledged too late', async () => {
    await startPolling()
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 12 lunch')
    const card = await fake.waitForMessage(chat, 'Recorded')
    const tap = expect(ana.tap(card, 'Undo', { timeoutMs: 500 })).rejects.toThrow(/never answered/)
    fake.advance(16 * 60)
    await tap
    await quiet()
    expect(card.text).toContain('Undone')
    expect(books.warnings).toEqual([])
  })
})

describe('when Telegram is slow, strict or away', () => {
  it('waits as long as it is told to, and answers each message once', async () => {
    await startPolling()
    const chat = fake.privateChat(ana)
    fake.failNext('sendMessage', faultOf.tooManyRequests(1), { times: 2 })
    for (const amount of [1, 2, 3, 4, 5]) ana.say(chat, `/spent ${amount} lunch`)
    await fake.waitForMessage(chat, '€5.00')
    expect(chat.messages.map((message) => message.text)).toEqual(
      [1, 2, 3, 4, 5].map((amount) => `Recorded €${amount}.00 · lunch`),
    )
    expect(await rows('expenses')).toHaveLength(5)
  })

  it('leaves an answer to the inbox when it must wait for long', async () => {
    await startPolling()
    const chat = fake.privateChat(ana)
    fake.failNext('sendMessage', faultOf.tooManyRequests(3600))
    ana.say(chat, '/spent 12 lunch')
    await vi.waitFor(() => expect(books.warnings).toHaveLength(1), { timeout: 10_000 })
    await quiet()
    expect(await rows('chat_inbox')).toMatchObject([{ state: 'handled', attempts: 1 }])
    expect(await rows('expenses')).toHaveLength(1)
  })

  it.each(['lost request', faultOf.badGateway()] as const)('tries again: %s', async (fault) => {
    await startPolling()
    const chat = fake.privateChat(ana)
    fake.failNext('sendMessage', fault, { times: 2 })
    ana.say(chat, '/spent 12 lunch')
    await fake.waitForMessage(chat, 'Recorded')
    expect(books.warnings).toEqual([])
  })

  it('gives up quietly when the person has blocked the bot', async () => {
    await startPolling()
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 12 lunch')
    ana.block(chat)
    await told('given up')
    await quiet()
    expect(books.warnings).toEqual([])
    expect(await rows('chat_inbox')).toMatchObject([{ state: 'answered' }])
    expect(await rows('expenses')).toHaveLength(1)
  })

  it('follows a group that became a supergroup', async () => {
    await startPolling()
    const chat = flat()
    ana.say(chat, '/spent 12 lunch')
    const upgraded = chat.migrate(ana, 'none')
    const card = await fake.waitForMessage(upgraded, 'Recorded')
    expect(card.replyToId).toBeUndefined()
  })

  it('answers what a crash left behind, once', async () => {
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 12 lunch')
    const { id, username } = fake.me
    const payload = readUpdate(fake.updates[0]!, { id, username })!
    const { platform, tenant, chatId } = payload.address
    const { deliveryKey } = payload
    await books.inbox.store({
      ...{ id: systemIds.next(), platform, tenant, chatId, deliveryKey, payload },
      receivedAt: new Date(books.workspace.clock.now().getTime() - 120_000),
    })
    await startPolling()
    await fake.waitForMessage(chat, 'Recorded')
    await quiet()
    expect(chat.messages).toHaveLength(1)
    expect(await rows('expenses')).toHaveLength(1)
    expect(await rows('chat_inbox')).toMatchObject([{ state: 'answered' }])
  })

  it('forgets the secrets of the transport once it has answered', async () => {
    await startPolling()
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 12 lunch')
    await ana.tap(await fake.waitForMessage(chat, 'Recorded'), 'Undo')
    await quiet()
    const payloads = (await rows('chat_inbox')).map((row) => row.payload)
    expect(payloads).toMatchObject([{ transport: {} }, { transport: {} }])
  })
})

describe('the webhook', () => {
  const deliver = (app: FastifyInstance, headers: Record<string, string>, update: object = {}) =>
    app.inject({
      method: 'POST',
      url: '/telegram/webhook',
      headers: { 'content-type': 'application/json', ...headers },
      payload: { update_id: 1, ...update },
    })
  const withSecret = (value: string) => ({ 'x-telegram-bot-api-secret-token': value })

  it.each([
    ['a missing', {}],
    ['a wrong', withSecret('wrong-secret_1')],
    ['a longer', withSecret(`${secret}x`)],
    ['an empty', withSecret('')],
  ])('refuses %s secret and stores nothing', async (_, headers) => {
    const app = await startWebhook()
    expect((await deliver(app, headers)).statusCode).toBe(401)
    expect(await rows('chat_inbox')).toEqual([])
  })

  it('refuses before it reads the body', async () => {
    const app = await startWebhook()
    const payload = '{"update_id": broken'
    const answer = await app.inject({
      method: 'POST',
      url: '/telegram/webhook',
      headers: { 'content-type': 'application/json' },
      payload,
    })
    expect(answer.statusCode).toBe(401)
  })

  it('asks Telegram to come back while it does not know its own name yet', async () => {
    const adapter = adapterOf({ mode: 'webhook', publicUrl: 'http://127.0.0.1:9' })
    const app = Fastify()
    await app.register(adapter.plugin!)
    expect((await deliver(app, withSecret(secret))).statusCode).toBe(503)
    await app.close()
  })

  it('takes what cannot be read, so that it does not hold up its chat for a day', async () => {
    const app = await startWebhook()
    const message = { text: '/spent 12 lunch', from: {} }
    expect((await deliver(app, withSecret(secret), { message })).statusCode).toBe(200)
    expect(log.join('\n')).toContain('telegram update not read')
  })

  it('is set once, and again when the secret changes', async () => {
    const publicUrl = 'http://127.0.0.1:9'
    const timesSet = () => fake.calls.filter((call) => call.method === 'setWebhook').length
    await adapterOf({ mode: 'webhook', publicUrl }).start()
    expect(timesSet()).toBe(1)
    await adapterOf({ mode: 'webhook', publicUrl }).start()
    expect(timesSet()).toBe(1)
    await adapterOf({ mode: 'webhook', publicUrl, webhookSecret: 'another' }).start()
    expect(timesSet()).toBe(2)
    const { params } = await fake.waitForCall('setWebhook')
    expect(params).toMatchObject({
      secret_token: secret,
      allowed_updates: ['message', 'callback_query'],
    })
    expect(String(params.url)).not.toContain(secret)
  })

  it('needs an address and a secret that Telegram accepts', () => {
    expect(() => adapterOf({ mode: 'webhook' })).toThrow(/PUBLIC_URL/)
    const publicUrl = 'https://quits.example'
    expect(() => adapterOf({ mode: 'webhook', publicUrl, webhookSecret: 'no spaces' })).toThrow(
      /TELEGRAM_WEBHOOK_SECRET/,
    )
  })
})

describe('starting to poll', () => {
  it('writes the command menu, but only when it differs', async () => {
    await (await startPolling()).stop()
    await (await startPolling()).stop()
    expect(fake.calls.filter((call) => call.method === 'setMyCommands')).toHaveLength(1)
    expect(fake.commandLists[0]?.commands.map(({ command }) => command)).toContain('spent')
  })

  it('refuses when the bot delivers to a webhook that is not ours', async () => {
    await setWebhook('https://other.example/hook')
    await expect(adapterOf().start()).rejects.toThrow(/webhook at other\.example/)
    expect(fake.calls.map((call) => call.method)).not.toContain('deleteWebhook')
  })

  it('removes a webhook that is ours', async () => {
    await setWebhook('https://quits.example/telegram/webhook?v=abc')
    await startPolling({ publicUrl: 'https://quits.example/' })
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 12 lunch')
    await fake.waitForMessage(chat, 'Recorded')
  })

  it('refuses a token that Telegram does not know', async () => {
    await expect(adapterOf({ token: '1:TEST-token_wrong' }).start()).rejects.toThrow(
      /TELEGRAM_BOT_TOKEN/,
    )
  })

  it('goes on trying while Telegram cannot be reached, and says so once', async () => {
    fake.failNext('getMe', 'lost request', { times: 2 })
    await adapterOf().start()
    expect(log.join('\n')).not.toContain('connected')
    await fake.waitForPoll(6000)
    expect(log.filter((line) => line.startsWith('telegram cannot be reached'))).toHaveLength(1)
  })

  it('stops at once while it waits for Telegram to come back', async () => {
    const adapter = adapterOf({ apiRoot: 'http://127.0.0.1:9' })
    await adapter.start()
    await adapter.stop()
    expect(log.join('\n')).toContain('ECONNREFUSED')
  })

  it('neither starts nor stops any later because Telegram does not answer', async () => {
    const deaf = createServer()
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve))
    const { port } = deaf.address() as AddressInfo
    const adapter = adapterOf({ apiRoot: `http://127.0.0.1:${port}` })
    const begun = Date.now()
    await adapter.start()
    await adapter.stop()
    expect(Date.now() - begun).toBeLessThan(15_000)
    deaf.close()
  })

  it('tells that another program reads the same bot, and comes back', async () => {
    await startPolling()
    const other = adapterOf()
    await other.start()
    await told('another program reads this bot')
    await other.stop()
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 12 lunch')
    await fake.waitForMessage(chat, 'Recorded')
    await quiet()
    expect(chat.messages).toHaveLength(1)
  })

  async function setWebhook(url: string): Promise<void> {
    const asked = new URLSearchParams({ url })
    await fetch(`${fake.apiRoot}/bot${fake.token}/setWebhook?${asked}`)
  }
})
