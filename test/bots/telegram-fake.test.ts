import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Bot, GrammyError, InlineKeyboard, InputFile, webhookCallback } from 'grammy'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultOf } from '../support/telegram/faults.ts'
import { type Person, textMention } from '../support/telegram/people.ts'
import { startTelegramFake, type TelegramFake } from '../support/telegram-fake.ts'

const KEYBOARD = new InlineKeyboard().text('Undo', 'e:1:1:undo').url('Open', 'https://example.com')
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let fake: TelegramFake
let ana: Person
let ben: Person
const stops: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  fake = await startTelegramFake()
  ana = fake.person({ id: 101, firstName: 'Ana', username: 'ana_b', languageCode: 'pt' })
  ben = fake.person({ id: 102, firstName: 'Ben' })
})

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
  await fake.close()
})

function newBot(): Bot {
  const bot = new Bot(fake.token, { client: { apiRoot: fake.apiRoot } })
  bot.command('spent', (ctx) => ctx.reply(`noted ${ctx.match}`, { reply_markup: KEYBOARD }))
  bot.callbackQuery(/undo$/, async (ctx) => {
    await ctx.answerCallbackQuery('Undone')
    await ctx.editMessageText('undone')
  })
  bot.on('edited_message:text', (ctx) => ctx.reply(`now ${ctx.editedMessage.text}`))
  bot.on('message:text', (ctx) => ctx.reply(`heard ${ctx.message.text}`))
  bot.catch(() => undefined)
  return bot
}

async function startPolling(bot = newBot()): Promise<Bot> {
  await new Promise<void>((resolve) => {
    void bot.start({ onStart: () => resolve(), allowed_updates: [] })
  })
  stops.push(() => bot.stop())
  return bot
}

/** Serves grammY's webhook; `answer` may take the answering over. */
async function startWebhook(
  bot: Bot,
  secretToken: string,
  answer?: (attempt: number) => [status: number, headers: Record<string, string>, body: string],
): Promise<void> {
  const handle = webhookCallback(bot, 'http', { secretToken })
  let attempts = 0
  const server = createServer(async (request, response) => {
    attempts += 1
    const [status, headers, body] = answer?.(attempts) ?? [200, {}, '']
    if (status === 200 && body === '') {
      return handle(request, response).catch(() => response.writeHead(500).end())
    }
    response.writeHead(status, headers).end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  stops.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  await bot.api.setWebhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    secret_token: 'right-secret',
  })
}

describe('the Telegram fake over long polling', () => {
  it('fires commands, keeps the keyboard and lets a person tap it', async () => {
    await startPolling()
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 12 lunch')
    const message = await fake.waitForMessage(chat, 'noted 12 lunch')
    expect(message.buttons).toEqual(['Undo', 'Open'])

    const answer = await ana.tap(message, 'Undo')
    expect(answer).toMatchObject({ text: 'Undone', isAlert: false })
    await fake.waitForMessage(chat, (candidate) => candidate.text === 'undone')
    expect(chat.messages).toHaveLength(1)
    expect(message).toMatchObject({ text: 'undone', buttons: [], editCount: 1 })
  })

  it('accepts one answer to a tap and names the second too old', async () => {
    const bot = newBot()
    bot.callbackQuery('twice', async (ctx) => {
      await ctx.answerCallbackQuery('one')
      await ctx.answerCallbackQuery('two').catch((error) => ctx.reply(error.description))
    })
    await startPolling(bot)
    const chat = fake.privateChat(ana)
    ana.say(chat, 'hello')
    await fake.waitForMessage(chat, 'heard hello')
    await bot.api.sendMessage(chat.id, 'pick', {
      reply_markup: new InlineKeyboard().text('Twice', 'twice'),
    })
    expect((await ana.tap(chat.lastMessage, 'twice')).text).toBe('one')
    await fake.waitForMessage(chat, 'query is too old')
  })

  it('sends the data of a button that was edited away meanwhile', async () => {
    await startPolling()
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 1')
    const message = await fake.waitForMessage(chat, 'noted 1')
    await ana.tap(message, 'Undo')
    await fake.waitForMessage(chat, 'undone')
    expect(() => ana.tap(message, 'Undo')).toThrow('no button "Undo"')
    await ana.tap(message, 'Undo', { isStale: true, isInaccessible: true })
    const query = fake.updates.at(-1)?.callback_query
    expect(query).toMatchObject({ data: 'e:1:1:undo', message: { date: 0 } })
  })

  it('complains about a tap that the bot never answers', async () => {
    const bot = await startPolling()
    const chat = fake.privateChat(ana)
    ana.say(chat, 'hi')
    await fake.waitForMessage(chat, 'heard hi')
    await bot.api.sendMessage(chat.id, 'x', {
      reply_markup: new InlineKeyboard().text('Dead', 'd'),
    })
    await expect(ana.tap(chat.lastMessage, 'Dead', { timeoutMs: 50 })).rejects.toThrow(
      'never answered the tap on "Dead"',
    )
  })

  it("delivers a person's edit", async () => {
    await startPolling()
    const chat = fake.privateChat(ana)
    const said = ana.say(chat, 'coffee 3')
    await fake.waitForMessage(chat, 'heard coffee 3')
    ana.edit(said, 'coffee 4')
    await fake.waitForMessage(chat, 'now coffee 4')
  })

  it('delivers the same update again when asked to', async () => {
    await startPolling()
    const chat = fake.privateChat(ana)
    ana.say(chat, 'once')
    await fake.waitForMessage(chat, 'heard once')
    await fake.settled()
    fake.redeliver(fake.updates[0]!)
    await fake.waitForMessage(chat, () => chat.messages.length === 2)
    expect(chat.messages.map((message) => message.text)).toEqual(['heard once', 'heard once'])
  })

  it('holds a poll until an update comes and confirms by offset', async () => {
    const { api } = newBot()
    const chat = fake.privateChat(ana)
    const held = api.getUpdates({ timeout: 50 })
    ana.say(chat, 'first')
    const [first] = await held
    expect(first?.message?.text).toBe('first')
    ana.say(chat, 'second')
    const again = await api.getUpdates({ limit: 1 })
    expect(again.map((update) => update.message?.text)).toEqual(['first'])
    const rest = await api.getUpdates({ offset: first!.update_id + 1 })
    expect(rest.map((update) => update.message?.text)).toEqual(['second'])
  })

  it('gives the older of two pollers a conflict, and any poller beside a webhook', async () => {
    const { api } = newBot()
    const older = api.getUpdates({ timeout: 50 })
    const refused = expect(older).rejects.toMatchObject({ error_code: 409 })
    await fake.waitForPoll()
    expect(await api.getUpdates({ timeout: 1 })).toEqual([])
    await refused
    await api.setWebhook('http://127.0.0.1:9/')
    await expect(api.getUpdates()).rejects.toMatchObject({ error_code: 409 })
  })
})

describe('the Telegram fake over a webhook', () => {
  it('delivers with the secret header', async () => {
    await startWebhook(newBot(), 'right-secret')
    const chat = fake.privateChat(ana)
    ana.say(chat, '/spent 5')
    await fake.waitForMessage(chat, 'noted 5')
    await fake.settled()
    expect(fake.deliveries.map((delivery) => delivery.status)).toEqual([200])
  })

  it('shows a wrong secret as failing deliveries', async () => {
    const bot = newBot()
    await startWebhook(bot, 'other-secret')
    ana.say(fake.privateChat(ana), 'hello')
    await expect.poll(() => fake.deliveries.length).toBeGreaterThan(1)
    const info = await bot.api.getWebhookInfo()
    expect(info).toMatchObject({
      pending_update_count: 1,
      last_error_message: 'Wrong response from the webhook: 401 Unauthorized',
    })
  })

  it('delivers what waited before it was set, unless that is dropped', async () => {
    const chat = fake.privateChat(ana)
    ana.say(chat, 'waited')
    await startWebhook(newBot(), 'right-secret')
    await fake.waitForMessage(chat, 'heard waited')
    const { api } = newBot()
    await api.deleteWebhook()
    ana.say(chat, 'dropped')
    await api.deleteWebhook({ drop_pending_updates: true })
    expect(await api.getUpdates()).toEqual([])
  })

  it('retries a failing update, keeping the order of its chat only', async () => {
    const seen: string[] = []
    const bot = new Bot(fake.token, { client: { apiRoot: fake.apiRoot }, botInfo: fake.me })
    bot.on('message:text', (ctx) => {
      seen.push(ctx.message.text)
      if (ctx.message.text === 'poison' && seen.filter((text) => text === 'poison').length < 3) {
        throw new Error('cannot digest')
      }
    })
    await startWebhook(bot, 'right-secret')
    ana.say(fake.privateChat(ana), 'poison')
    ana.say(fake.privateChat(ana), 'after')
    ben.say(fake.privateChat(ben), 'beside')
    await fake.settled()
    expect(seen.filter((text) => text !== 'beside')).toEqual([
      'poison',
      'poison',
      'poison',
      'after',
    ])
    expect(seen.indexOf('beside')).toBeLessThan(seen.indexOf('after'))
  })

  it('waits as long as Retry-After says and runs a call given in the answer', async () => {
    const chat = fake.privateChat(ana)
    const call = JSON.stringify({ method: 'sendMessage', chat_id: ana.id, text: 'from the answer' })
    const times: number[] = []
    await startWebhook(newBot(), 'right-secret', (attempt) => {
      times.push(performance.now())
      return attempt === 1 ? [503, { 'retry-after': '20' }, ''] : [200, {}, call]
    })
    ana.say(chat, 'hello')
    await fake.waitForMessage(chat, 'from the answer')
    expect(times[1]! - times[0]!).toBeGreaterThan(190)
  })

  it('delivers the same update again when asked to', async () => {
    await startWebhook(newBot(), 'right-secret')
    const chat = fake.privateChat(ana)
    ana.say(chat, 'twice')
    await fake.waitForMessage(chat, 'heard twice')
    await fake.settled()
    fake.redeliver(fake.updates[0]!)
    await fake.settled()
    expect(chat.messages).toHaveLength(2)
  })
})

describe('groups', () => {
  it('hides what privacy mode hides', async () => {
    await startPolling()
    const group = fake.group({ title: 'Flat 12', members: [ana, ben] })
    ana.say(group, 'just talking, @quits_bot')
    ana.say(group, '/spent@other_bot 1')
    ana.say(group, '/spent@quits_bot 2')
    const noted = await fake.waitForMessage(group, 'noted 2')
    ana.say(group, 'a reply', { replyTo: noted })
    await fake.waitForMessage(group, 'heard a reply')
    group.anotherBotWrites()
    ana.say(group, '/spent 3')
    ana.say(group, '/spent@quits_bot 4')
    await fake.waitForMessage(group, 'noted 4')
    expect(group.messages.map((message) => message.text)).toEqual([
      'noted 2',
      'heard a reply',
      'noted 4',
    ])
  })

  it('shows everything to an administrator', async () => {
    await startPolling()
    const group = fake.group({ title: 'Flat 12', members: [ana] })
    ana.promoteBot(group)
    ana.say(group, 'just talking')
    await fake.waitForMessage(group, 'heard just talking')
  })

  it('refuses the old id after an upgrade and tells the new one', async () => {
    const { api } = newBot()
    const group = fake.group({ title: 'Flat 12', members: [ana] })
    await api.sendMessage(group.id, 'before')
    const upgraded = group.migrate(ana)
    await expect(api.sendMessage(group.id, 'after')).rejects.toMatchObject({
      error_code: 400,
      parameters: { migrate_to_chat_id: upgraded.id },
    })
    await api.sendMessage(upgraded.id, 'after')
    expect(upgraded.lastMessage.id).toBe(2)
    expect(await api.getChat(upgraded.id)).toMatchObject({ type: 'supergroup', title: 'Flat 12' })
    const news = fake.updates.map((update) => update.message)
    expect(news.map((message) => message?.migrate_to_chat_id)).toEqual([upgraded.id, undefined])
    expect(news.map((message) => message?.migrate_from_chat_id)).toEqual([undefined, group.id])
  })

  it('announces the bot being added, removed and blocked, and refuses accordingly', async () => {
    const { api } = newBot()
    const group = fake.group({ title: 'Trip', members: [ana, ben], withBot: false })
    await expect(api.sendMessage(group.id, 'x')).rejects.toThrow('bot is not a member')
    ana.addBot(group, 'token-1')
    await api.sendMessage(group.id, 'hello')
    ana.removeBot(group)
    await expect(api.sendMessage(group.id, 'x')).rejects.toThrow('bot was kicked from the group')
    const chat = fake.privateChat(ben)
    await expect(api.sendMessage(ben.id, 'x')).rejects.toThrow("can't initiate conversation")
    ben.say(chat, '/start')
    ben.block(chat)
    await expect(api.sendMessage(ben.id, 'x')).rejects.toThrow('bot was blocked by the user')
    const standings = fake.updates.flatMap(({ my_chat_member: change }) =>
      change ? [change.new_chat_member.status] : [],
    )
    expect(standings).toEqual(['member', 'kicked', 'kicked'])
    expect(fake.updates.map((update) => update.message?.text)).toContain('/start@quits_bot token-1')
  })

  it('takes messages for a topic while it is open', async () => {
    const { api } = newBot()
    const group = fake.group({ title: 'Flat 12', members: [ana], kind: 'supergroup' })
    const topic = group.openTopic('Bills')
    ana.say(group, '/spent 3', { topic })
    expect(fake.updates[0]?.message).toMatchObject({
      message_thread_id: topic.id,
      chat: { is_forum: true },
    })
    const thread = { message_thread_id: topic.id }
    await api.sendMessage(group.id, 'noted', thread)
    expect(group.lastMessage.wire).toMatchObject(thread)
    topic.isClosed = true
    await expect(api.sendMessage(group.id, 'x', thread)).rejects.toThrow('TOPIC_CLOSED')
    await expect(api.sendMessage(group.id, 'x', { message_thread_id: 99 })).rejects.toThrow(
      'message thread not found',
    )
  })

  it('keeps reactions back until they are asked for by name', async () => {
    const { api } = newBot()
    const group = fake.group({ title: 'Flat 12', members: [ana] })
    ana.promoteBot(group)
    const said = ana.say(group, 'lunch')
    ana.react(said, '👌')
    expect(fake.updates.some((update) => update.message_reaction)).toBe(false)
    await api.getUpdates({ allowed_updates: ['message_reaction'] })
    ana.react(said, '👌')
    ana.say(group, 'not asked for')
    const [, , reaction, ...more] = fake.updates
    expect(reaction?.message_reaction?.new_reaction).toEqual([{ type: 'emoji', emoji: '👌' }])
    expect(more).toEqual([])
  })
})

describe('entities', () => {
  it('are counted in UTF-16 units and keep what only the client knows', async () => {
    const chat = fake.privateChat(ana)
    ana.say(chat, '🍕 /spent 1/2 @ana_b Ben #food a@b.io', { entities: [textMention(ben, 21, 3)] })
    const { text, entities } = fake.updates[0]!.message!
    expect(entities?.map((one) => [one.type, text?.substr(one.offset, one.length)])).toEqual([
      ['bot_command', '/spent'],
      ['mention', '@ana_b'],
      ['text_mention', 'Ben'],
      ['hashtag', '#food'],
      ['email', 'a@b.io'],
    ])
  })
})

describe('what the bot sends', () => {
  it('is trimmed, its entities move along and links are marked', async () => {
    const { api } = newBot()
    const chat = fake.privateChat(ana)
    ana.say(chat, 'hi')
    const sent = await api.sendMessage(ana.id, '\n  Total 12 https://example.com/x. ', {
      entities: [{ type: 'bold', offset: 3, length: 5 }],
    })
    expect(sent.text).toBe('Total 12 https://example.com/x.')
    expect(chat.lastMessage.marked('bold')).toEqual(['Total'])
    expect(chat.lastMessage.marked('url')).toEqual(['https://example.com/x'])
  })
})

describe('refusals', () => {
  it('are worded as Telegram words them', async () => {
    const { api } = newBot()
    const chat = fake.privateChat(ana)
    ana.say(chat, 'hi')
    const long = new InlineKeyboard().text('x', 'é'.repeat(33))
    const sent = await api.sendMessage(ana.id, ' hi ')
    expect(sent.text).toBe('hi')
    const cases: [Promise<unknown>, string][] = [
      [api.sendMessage(ana.id, 'x'.repeat(4097)), 'message is too long'],
      [api.sendMessage(ana.id, ' \n'), 'message text is empty'],
      [api.sendMessage(ana.id, 'x', { reply_markup: long }), 'BUTTON_DATA_INVALID'],
      [api.sendMessage(999, 'x'), 'chat not found'],
      [
        api.sendMessage(ana.id, 'x', { reply_parameters: { message_id: 77 } }),
        'message to be replied not found',
      ],
      [api.editMessageText(ana.id, sent.message_id, 'hi'), 'message is not modified'],
      [api.editMessageText(ana.id, 77, 'x'), 'message to edit not found'],
      [api.editMessageText(ana.id, 1, 'x'), "message can't be edited"],
      [api.deleteMessage(ana.id, 77), 'message to delete not found'],
      [api.setMyCommands([{ command: 'Bad', description: 'x' }]), 'BOT_COMMAND_INVALID'],
    ]
    for (const [call, words] of cases) await expect(call).rejects.toThrow(words)
    fake.advance(49 * 3600)
    await expect(api.deleteMessage(ana.id, sent.message_id)).rejects.toThrow("can't be deleted")
  })

  it('let edits change the text, the keyboard and the caption, and deletions remove', async () => {
    const { api } = newBot()
    const chat = fake.privateChat(ana)
    await expect(api.sendMessage(ben.id, 'x')).rejects.toThrow("can't initiate conversation")
    ana.say(chat, 'hi')
    const text = await api.sendMessage(ana.id, 'one', { reply_markup: KEYBOARD })
    await api.editMessageReplyMarkup(ana.id, text.message_id)
    expect(chat.lastMessage).toMatchObject({ text: 'one', buttons: [] })
    const photo = await api.sendPhoto(ana.id, new InputFile(PNG, 'chart.png'), { caption: 'May' })
    await api.editMessageCaption(ana.id, photo.message_id, { caption: 'June' })
    expect(chat.lastMessage.text).toBe('June')
    await expect(api.editMessageText(ana.id, photo.message_id, 'x')).rejects.toThrow('no text')
    await api.deleteMessage(ana.id, photo.message_id)
    expect(chat.messages.map((message) => message.text)).toEqual(['one'])
    chat.reactionsAllowed = false
    await expect(
      api.setMessageReaction(ana.id, text.message_id, [{ type: 'emoji', emoji: '👍' }]),
    ).rejects.toThrow('REACTION_INVALID')
  })

  it('come in a storm when a test asks for it', async () => {
    const { api } = newBot()
    const chat = fake.privateChat(ana)
    ana.say(chat, 'hi')
    fake.failNext('sendMessage', faultOf.tooManyRequests(3), { times: 2 })
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const error = await api.sendMessage(ana.id, 'x').catch((refused: unknown) => refused)
      expect(error).toBeInstanceOf(GrammyError)
      expect(error).toMatchObject({ error_code: 429, parameters: { retry_after: 3 } })
    }
    await api.sendMessage(ana.id, 'x')
    expect(fake.calls.map((call) => call.refusal?.code)).toEqual([429, 429, undefined])
    expect(chat.messages).toHaveLength(1)
  })

  it('tell apart a lost request and a lost answer', async () => {
    const { api } = newBot()
    const chat = fake.privateChat(ana)
    ana.say(chat, 'hi')
    fake.failNext('sendMessage', 'lost request')
    fake.failNext('sendMessage', 'lost answer')
    await expect(api.sendMessage(ana.id, 'one')).rejects.toThrow('Network request')
    await expect(api.sendMessage(ana.id, 'two')).rejects.toThrow('Network request')
    expect(chat.messages.map((message) => message.text)).toEqual(['two'])
  })

  it('answer a wrong token and an unknown method', async () => {
    const wrong = await fetch(`${fake.apiRoot}/bot1:wrong/getMe`)
    expect([wrong.status, await wrong.json()]).toEqual([
      401,
      { ok: false, error_code: 401, description: 'Unauthorized' },
    ])
    const unknown = await fetch(`${fake.apiRoot}/bot${fake.token}/makeCoffee`)
    expect(unknown.status).toBe(404)
    expect(fake.takeViolations()).toEqual(['makeCoffee is no method this fake knows'])
  })
})

describe('schemas', () => {
  it('catch a misspelt parameter, a wrong button, a wrong reaction and a bad entity', async () => {
    const { api } = newBot()
    const chat = fake.privateChat(ana)
    const said = ana.say(chat, 'hi')
    const call = (method: string, params: object) =>
      fetch(`${fake.apiRoot}/bot${fake.token}/${method}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(params),
      })
    await call('sendMessage', { chat_id: ana.id, text: 'x', reply_to: 1 })
    expect(fake.takeViolations().join()).toContain('(reply_to)')
    await call('sendMessage', {
      chat_id: ana.id,
      text: 'x',
      reply_markup: { inline_keyboard: [[{ text: 'x', data: 'y' }]] },
    })
    expect(fake.takeViolations().join()).toContain('/reply_markup/inline_keyboard/0/0')
    await call('setMessageReaction', {
      chat_id: ana.id,
      message_id: said.id,
      reaction: [{ type: 'emoji', emoji: '✅' }],
    })
    expect(fake.takeViolations().join()).toContain('setMessageReaction')
    await expect(
      api.sendMessage(ana.id, '🍕', { entities: [{ type: 'bold', offset: 0, length: 1 }] }),
    ).rejects.toThrow('surrogate')
    expect(fake.takeViolations()).toHaveLength(1)
  })

  it('make closing the fake fail', async () => {
    const other = await startTelegramFake()
    await fetch(`${other.apiRoot}/bot${other.token}/sendMessage?chat_id=1`)
    await expect(other.close()).rejects.toThrow("must have required property 'text'")
  })

  it('end a wait at once', async () => {
    const chat = fake.privateChat(ana)
    const refused = expect(fake.waitForMessage(chat, 'never')).rejects.toThrow('required property')
    await fetch(`${fake.apiRoot}/bot${fake.token}/sendMessage?chat_id=1`)
    await refused
    fake.takeViolations()
  })
})

describe('files and the rest', () => {
  it('takes multipart uploads and gives the files back', async () => {
    const { api } = newBot()
    const chat = fake.privateChat(ana)
    ana.say(chat, 'hi')
    const photo = await api.sendPhoto(ana.id, new InputFile(PNG, 'chart.png'), {
      caption: '12',
      reply_markup: KEYBOARD,
    })
    expect(photo.photo[0]).toMatchObject({ width: 1, height: 1 })
    expect(chat.lastMessage).toMatchObject({ text: '12', buttons: ['Undo', 'Open'] })
    const csv = await api.sendDocument(ana.id, new InputFile(Buffer.from('a,b'), 'export.csv'))
    expect(csv.document).toMatchObject({ file_name: 'export.csv', file_size: 3 })
    const { file_path: path } = await api.getFile(csv.document.file_id)
    const download = await fetch(`${fake.apiRoot}/file/bot${fake.token}/${path}`)
    expect(await download.text()).toBe('a,b')
    await expect(
      api.sendPhoto(ana.id, new InputFile(Buffer.from('no picture'), 'x.png')),
    ).rejects.toThrow('IMAGE_PROCESS_FAILED')
  })

  it('takes a form as well as JSON', async () => {
    const chat = fake.privateChat(ana)
    ana.say(chat, 'hi')
    await fetch(`${fake.apiRoot}/bot${fake.token}/SENDMESSAGE`, {
      method: 'POST',
      body: new URLSearchParams({
        chat_id: String(ana.id),
        text: '12',
        disable_notification: 'true',
        reply_markup: JSON.stringify(KEYBOARD),
      }),
    })
    expect(chat.lastMessage).toMatchObject({ text: '12', buttons: ['Undo', 'Open'] })
  })

  it('remembers commands, reactions and membership', async () => {
    const { api } = newBot()
    const group = fake.group({ title: 'Flat 12', members: [ana, ben] })
    const said = ana.say(group, '/spent 1')
    const commands = [{ command: 'spent', description: 'Record an expense' }]
    await api.setMyCommands(commands, { scope: { type: 'all_group_chats' }, language_code: 'de' })
    expect(fake.commandLists).toEqual([
      { scope: { type: 'all_group_chats' }, languageCode: 'de', commands },
    ])
    expect(await api.getMyCommands()).toEqual([])
    await api.setMessageReaction(group.id, said.id, [{ type: 'emoji', emoji: '👌' }])
    expect(said.botReactions).toEqual([{ type: 'emoji', emoji: '👌' }])
    await api.sendChatAction(group.id, 'typing')
    expect(await api.getChat(group.id)).toMatchObject({ type: 'group', title: 'Flat 12' })
    expect((await api.getChatMember(group.id, ana.id)).status).toBe('creator')
    ben.leave(group)
    expect((await api.getChatMember(group.id, ben.id)).status).toBe('left')
    expect(await api.getChatMemberCount(group.id)).toBe(2)
  })

  it('shows an ephemeral message to one reader, soon after a tap only', async () => {
    const bot = newBot()
    const group = fake.group({ title: 'Flat 12', members: [ana, ben] })
    const keyboard = new InlineKeyboard().text('My balance', 'b')
    await bot.api.sendMessage(group.id, 'pick', { reply_markup: keyboard })
    void ana.tap(group.lastMessage, 'b').catch(() => undefined)
    const query = fake.updates.at(-1)!.callback_query!
    const ephemeral = { receiver_user_id: ana.id, callback_query_id: query.id }
    const options = { ephemeral_message_parameters: ephemeral }
    const sent = await bot.api.sendMessage(group.id, 'you owe 3', options)
    expect(sent.message_id).toBe(0)
    expect(group.messages.map((message) => message.text)).toEqual(['pick'])
    expect(group.ephemeral[0]).toMatchObject({ text: 'you owe 3', ephemeralId: 1 })
    fake.advance(16)
    await expect(bot.api.sendMessage(group.id, 'late', options)).rejects.toThrow(
      'not enough rights',
    )
    await bot.api.answerCallbackQuery(query.id)
  })
})
