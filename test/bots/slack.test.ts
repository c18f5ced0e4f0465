import Fastify from 'fastify'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createConversation } from '../../src/bots/conversation/conversation.ts'
import { createSlack } from '../../src/bots/slack/app.ts'
import { openConversation, type TestConversation } from '../support/conversation.ts'
import { blockFaults } from '../support/slack/block-limits.ts'
import type { Ephemeral, Message } from '../support/slack/workspace.ts'
import { type SlackFake, type SlackFakeOptions, startSlackFake } from '../support/slack-fake.ts'

let core: TestConversation
const cleanups: (() => Promise<unknown>)[] = []
let flats = 0

beforeAll(async () => {
  core = await openConversation()
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

afterAll(() => core.close())

type Over = 'http' | 'socket'
type BotOptions = { conversation?: TestConversation['conversation']; connected?: boolean }

/** A workspace of its own in the one database, with three people and a channel. */
async function flat(options: SlackFakeOptions = {}) {
  flats += 1
  const fake = await startSlackFake({ ...options, app: { teamId: `T0FLAT${flats}` } })
  cleanups.push(() => fake.close())
  const cat = fake.person({ id: 'U01CAT', name: 'cat', realName: 'Cat Sá', tz: 'Asia/Tokyo' })
  const ann = fake.person({ id: 'U02ANN', name: 'ann', displayName: 'Ann Lee' })
  const bob = fake.person({ id: 'U03BOB', name: 'bob', realName: 'Bob' })
  const trip = fake.channel({ id: 'C01TRIP', name: 'trip', members: [cat, ann, bob] })
  return { fake, cat, ann, bob, trip }
}

/** The real adapter on the real core, told of everything by this Slack. */
async function startBot(fake: SlackFake, over: Over, options: BotOptions = {}) {
  const logged: string[] = []
  const write = (fields: unknown, message: string) => {
    logged.push(`${message} ${JSON.stringify(fields)}`)
  }
  const { botToken, signingSecret, appToken } = fake.app
  const slack = createSlack({
    botToken,
    ...(over === 'http' ? { signingSecret } : { appToken }),
    apiUrl: fake.apiUrl,
    conversation: options.conversation ?? core.conversation,
    log: { info: write, warn: write },
  })
  const server = Fastify()
  if (slack.plugin) await server.register(slack.plugin)
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  if (over === 'http') fake.connect(`${address}/slack/events`)
  await slack.start()
  cleanups.push(async () => {
    await server.close()
    await slack.stop()
    await core.conversation.settled()
    expect(logged.join('\n')).not.toMatch(/xoxb-|xapp-|\/commands\/|ticket=/)
  })
  if (options.connected !== false) {
    await fake.waitForCall('auth.test')
    const isOpen = () => over === 'http' || fake.sockets.connections === 1 || undefined
    await fake.workspace.waitFor('the bot to connect', isOpen)
  }
  return { slack, logged, address }
}

async function flatWithBot(over: Over = 'http', options: SlackFakeOptions & BotOptions = {}) {
  const workspace = await flat(options)
  return { ...workspace, ...(await startBot(workspace.fake, over, options)) }
}

/** What the books of this workspace say: each expense with its shares, balances, and the events. */
async function booksOf(fake: SlackFake) {
  const { knex } = core.workspace
  const people = knex('identities').where({ tenant: fake.app.teamId }).select('user_id')
  const expenses = await knex('expenses').whereIn('created_by', people).orderBy('id')
  const nameOf = new Map<string, string>()
  for (const { id, display_name } of await knex('users').select('id', 'display_name')) {
    nameOf.set(id, display_name)
  }
  const ids = expenses.map(({ id }) => id)
  const groupIds = [...new Set(expenses.map(({ group_id }) => group_id))]
  const splits = await knex('expense_splits').whereIn('expense_id', ids).orderBy('position')
  const balances = await knex('balances').whereIn('group_id', groupIds).whereNot({ amount: 0 })
  const events = await knex('events').whereIn('subject_id', ids).orderBy('seq')
  const inName = (rows: readonly { user_id: string; amount: string }[]) =>
    Object.fromEntries(rows.map((row) => [nameOf.get(row.user_id), Number(row.amount)]))
  return {
    expenses: expenses.map((expense) => ({
      description: expense.description,
      amount: `${Number(expense.amount)} ${expense.currency}`,
      isVoided: expense.voided_at !== null,
      splits: inName(splits.filter(({ expense_id }) => expense_id === expense.id)),
    })),
    balances: inName(balances),
    events: events.map(({ type }) => type),
  }
}

const inboxOf = (fake: SlackFake) =>
  core.workspace.knex('chat_inbox').where({ tenant: fake.app.teamId }).orderBy('id')

const nothing = { expenses: [], balances: {}, events: [] }
const isCard = (message: Message) => message.botId !== undefined

/** The text that blocks show, without that of buttons. */
function shown({ blocks }: Message | Ephemeral): string {
  expect(blockFaults(blocks)).toEqual([])
  const textsOf = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(textsOf)
    if (typeof value !== 'object' || value === null) return []
    if ('type' in value && value.type === 'button') return []
    return Object.entries(value).flatMap(([key, inner]) =>
      key === 'text' && typeof inner === 'string' ? [inner] : textsOf(inner),
    )
  }
  return textsOf(blocks).join('')
}

describe.each(['http', 'socket'] as const)('the Slack bot over %s', (over) => {
  it('records what somebody spent, and takes it back when they press Undo', async () => {
    const { fake, cat } = await flatWithBot(over)
    const dm = fake.dm(cat)
    const answer = await cat.command(dm, '/spent', '12 lunch')
    expect(answer).toMatchObject({ status: 200, body: '' })
    const card = await fake.waitForMessage(dm, isCard)
    expect(shown(card)).toBe('Recorded €12.00 · lunch')
    expect(await booksOf(fake)).toEqual({
      expenses: [
        { description: 'lunch', amount: '12 EUR', isVoided: false, splits: { 'Cat Sá': 12 } },
      ],
      balances: {},
      events: ['expense.recorded'],
    })
    expect((await cat.press(card, 'Undo')).status).toBe(200)
    const undone = await fake.waitForMessage(dm, (message) => shown(message).startsWith('Undone:'))
    expect(undone.ts).toBe(card.ts)
    expect(await booksOf(fake)).toMatchObject({
      expenses: [{ isVoided: true }],
      balances: {},
      events: ['expense.recorded', 'expense.voided'],
    })
  })

  it('splits among people mentioned in a channel, and gives the balances back on Undo', async () => {
    const { fake, cat, trip, logged } = await flatWithBot(over)
    await cat.command(trip, '/split', '90 dinner @ann @bob')
    const card = await fake.waitForMessage(trip, isCard)
    expect(shown(card)).toMatch(/^Split €90\.00 · dinner/)
    expect(await booksOf(fake)).toEqual({
      expenses: [
        {
          description: 'dinner',
          amount: '90 EUR',
          isVoided: false,
          splits: { 'Cat Sá': 30, 'Ann Lee': 30, Bob: 30 },
        },
      ],
      balances: { 'Cat Sá': 60, 'Ann Lee': -30, Bob: -30 },
      events: ['expense.recorded'],
    })
    await cat.press(card, 'Undo')
    await fake.waitForMessage(trip, (message) => shown(message).startsWith('Undone:'))
    expect(await booksOf(fake)).toMatchObject({ expenses: [{ isVoided: true }], balances: {} })
    expect(logged).toContain(`slack bot signed in {"teamId":"${fake.app.teamId}"}`)
  })

  it('takes a mention once, though Slack tells of it twice', async () => {
    const { fake, cat, trip } = await flatWithBot(over)
    const { deliveries } = await cat.say(trip, '@quits split 90 dinner with @ann')
    expect(deliveries.map(({ event }) => event.type)).toEqual(['message', 'app_mention'])
    await fake.waitForMessage(trip, isCard)
    await core.conversation.settled()
    const again = await Promise.all(deliveries.map((delivery) => fake.redeliver(delivery)))
    expect(again.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered'])
    await core.conversation.settled()
    expect((await booksOf(fake)).expenses).toMatchObject([
      { description: 'dinner', splits: { 'Cat Sá': 45, 'Ann Lee': 45 } },
    ])
    expect(trip.messages.filter(isCard)).toHaveLength(1)
  })

  it('does not take what it cannot keep: events come again, a command is refused in words', async () => {
    let isBroken = true
    const broken = createConversation({
      ...conversationPorts(),
      inbox: {
        ...core.inbox,
        store: (entry) => (isBroken ? Promise.reject(new Error('away')) : core.inbox.store(entry)),
      },
    })
    const { fake, cat } = await flatWithBot(over, {
      conversation: broken,
      ackTimeoutMs: 200,
      retryDelaysMs: [0, 300],
    })
    const dm = fake.dm(cat)
    const answer = await cat.command(dm, '/spent', '5 tea')
    expect(answer.status).toBe(200)
    expect(cat.ephemerals).toMatchObject([
      { text: expect.stringContaining('Nothing was recorded') },
    ])
    const { deliveries } = await cat.say(dm, '12 lunch')
    expect(deliveries[0]?.attempts[0]?.failure).toBeDefined()
    isBroken = false
    await fake.waitForMessage(dm, isCard)
    await fake.settled()
    await broken.settled()
    expect(deliveries[0]?.outcome).toBe('delivered')
    expect((await booksOf(fake)).expenses).toMatchObject([{ description: 'lunch' }])
  })
})

const conversationPorts = () => ({
  unitOfWork: core.workspace.unitOfWork,
  inbox: core.inbox,
  clock: core.workspace.clock,
  ids: { next: () => crypto.randomUUID(), secret: () => 'unused' },
  defaults: { locale: 'en-GB', timeZone: 'Europe/Berlin', currency: 'EUR' } as never,
  warn: () => undefined,
})

describe('the Slack bot over http', () => {
  it.each([
    ['a wrong secret', { secret: 'another' }],
    ['a changed body', { tamperedBody: 'command=%2Fspent&text=12' }],
    ['no signature', { unsigned: true }],
    ['a timestamp 301 seconds old', { skewSeconds: -301 }],
    ['a timestamp 302 seconds ahead', { skewSeconds: 302 }],
    ['a timestamp an hour ahead', { skewSeconds: 3600 }],
  ])('refuses %s and stores nothing', async (_what, forgery) => {
    const { fake, cat, trip } = await flatWithBot()
    const answer = await cat.command(trip, '/spent', '12 lunch', { forgery })
    expect(answer).toMatchObject({ status: 401, body: '' })
    await cat.say(fake.dm(cat), '12 lunch', { forgery })
    expect(fake.events[0]?.attempts[0]).toMatchObject({ status: 401 })
    expect(await inboxOf(fake)).toEqual([])
  })

  it.each([-290, 290])('takes a timestamp %i seconds from now', async (skewSeconds) => {
    const { fake, cat } = await flatWithBot()
    const answer = await cat.command(fake.dm(cat), '/spent', '12', { forgery: { skewSeconds } })
    expect(answer.status).toBe(200)
  })

  it('answers the url verification, and the check of its certificate', async () => {
    const { fake, address } = await flatWithBot()
    const { body, challenge } = await fake.verifyUrl()
    expect(body).toEqual({ challenge })
    const check = await fetch(`${address}/slack/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'ssl_check=1&token=old',
    })
    expect([check.status, await check.text()]).toEqual([200, ''])
    expect(await inboxOf(fake)).toEqual([])
  })

  it('hints at what works when it does not know a command', async () => {
    const { fake, cat, trip } = await flatWithBot()
    const answer = await cat.command(trip, '/spnet', '12 lunch')
    expect(answer.status).toBe(200)
    expect(answer.ms).toBeLessThan(2000)
    expect(cat.ephemerals.map(shown)).toEqual(['I do not know /spnet.Try: /spent 12 lunch'])
    expect(await inboxOf(fake)).toEqual([])
  })

  it('acknowledges buttons of other makes and events it has no use for', async () => {
    const { fake, cat, trip } = await flatWithBot()
    const elements = [{ type: 'button', action_id: 'x', text: { type: 'plain_text', text: 'Old' } }]
    const content = { text: 'old', blocks: [{ type: 'actions', elements }] }
    const old = fake.workspace.addMessage(trip, fake.app.botUserId, content)
    expect(await cat.press(old, 'Old')).toMatchObject({ status: 200 })
    expect((await cat.openHome())?.outcome).toBe('delivered')
    const { deliveries } = await cat.say(trip, 'see you at 12')
    expect(deliveries[0]?.outcome).toBe('delivered')
    expect(await inboxOf(fake)).toEqual([])
  })
})

describe('the Slack bot', () => {
  it('takes a person with the name and the time zone that Slack knows', async () => {
    const { fake, cat } = await flatWithBot()
    await cat.command(fake.dm(cat), '/spent', '12 lunch')
    await fake.waitForMessage(fake.dm(cat), isCard)
    const [identity] = await core.workspace.knex('identities').where({ tenant: fake.app.teamId })
    const user = await core.workspace.knex('users').where({ id: identity.user_id }).first()
    expect(user).toMatchObject({ display_name: 'Cat Sá', time_zone: 'Asia/Tokyo' })
    expect(identity).toMatchObject({ external_id: 'U01CAT', username: 'cat', can_dm: true })
  })

  it('gets along without the directory', async () => {
    const { fake, cat } = await flatWithBot()
    fake.fail('users.info', { error: 'missing_scope' })
    await cat.command(fake.dm(cat), '/spent', '12 lunch')
    await fake.waitForMessage(fake.dm(cat), isCard)
    expect((await booksOf(fake)).expenses).toMatchObject([{ splits: { cat: 12 } }])
  })

  it('names the group after the channel, also when a mention does not say it', async () => {
    const { fake, cat, trip } = await flatWithBot()
    await cat.say(trip, '@quits split 90 dinner with @ann')
    await fake.waitForMessage(trip, isCard)
    const spaces = await core.workspace.knex('chat_spaces').where({ tenant: fake.app.teamId })
    expect(spaces).toMatchObject([{ external_id: 'C01TRIP', title: 'trip' }])
  })

  it('answers in the thread in which it was asked', async () => {
    const { fake, cat, trip } = await flatWithBot()
    const { message } = await cat.say(trip, 'what about dinner?')
    await cat.say(trip, '@quits split 90 dinner with @ann', { threadTs: message.ts })
    expect(await fake.waitForMessage(trip, isCard)).toMatchObject({ threadTs: message.ts })
  })

  it('tells a refusal and the balances only to who asked', async () => {
    const { fake, cat, ann, trip } = await flatWithBot()
    await cat.command(trip, '/split', 'dinner @ann')
    await fake.waitForEphemeral(cat, (one) => shown(one).includes('/split 90 dinner @ann @bob'))
    await cat.command(trip, '/split', '90 dinner @ann')
    await fake.waitForMessage(trip, isCard)
    await cat.say(trip, '@quits balance')
    const balance = await fake.waitForEphemeral(cat, (one) => shown(one).includes('Balances in'))
    expect(shown(balance)).toContain('Ann Lee  €45.00')
    expect(balance.via).toBe('chat.postEphemeral')
    expect(trip.messages.filter(isCard)).toHaveLength(1)
    expect(ann.ephemerals).toEqual([])
  })

  it('reaches a channel it was not invited to over the response url', async () => {
    const { fake, cat, ann } = await flatWithBot()
    const closed = fake.channel({
      id: 'C02',
      name: 'closed',
      members: [cat, ann],
      withBot: false,
    })
    await cat.command(closed, '/split', '90 dinner @ann')
    const card = await fake.waitForMessage(closed, isCard)
    await ann.press(card, 'Undo')
    await fake.waitForEphemeral(ann, (one) => shown(one).startsWith('Only who wrote or paid'))
    fake.fail('chat.update', { error: 'channel_not_found' })
    await cat.press(card, 'Undo')
    await fake.waitForMessage(closed, (message) => shown(message).startsWith('Undone:'))
    expect(closed.messages).toHaveLength(1)
    expect(await booksOf(fake)).toMatchObject({ expenses: [{ isVoided: true }], balances: {} })
  })

  it('keeps books asked for in somebody’s direct messages out of them', async () => {
    const { fake, cat } = await flatWithBot()
    const theirs = fake.channel({
      id: 'D09THEIRS',
      name: 'directmessage',
      members: [cat, 'U02ANN'],
      private: true,
      withBot: false,
    })
    await cat.command(theirs, '/spent', '12 lunch')
    const card = await fake.waitForEphemeral(cat, (one) => shown(one).includes('lunch'))
    expect(theirs.messages).toEqual([])
    await cat.press(card, 'Undo')
    await fake.waitForEphemeral(cat, (one) => shown(one).startsWith('Undone:'))
    expect(cat.ephemerals).toHaveLength(1)
  })

  it('shows what people write as they wrote it', async () => {
    const { fake, cat } = await flatWithBot()
    const written = '<!channel> *tea* & _cake_ <@U03BOB> `x` :tada:'
    await cat.command(fake.dm(cat), '/spent', `12 ${written}`)
    const card = await fake.waitForMessage(fake.dm(cat), isCard)
    expect(shown(card)).toBe(`Recorded €12.00 · ${written}`)
    expect(JSON.stringify(card.blocks)).not.toMatch(/mrkdwn|"type":"(user|broadcast|emoji|link)"/)
    expect(card.text).toContain('&lt;!channel&gt; *tea* &amp; _cake_ &lt;@U03BOB&gt;')
    const sent = await fake.waitForCall('chat.postMessage')
    expect(sent.args).toMatchObject({ parse: 'none' })
    expect(String(sent.args.link_names)).toBe('false')
    expect((await booksOf(fake)).expenses).toMatchObject([{ description: written }])
  })

  it('undoes once when two people press the same button', async () => {
    const { fake, cat, ann, trip } = await flatWithBot()
    // Whoever spoke first owns the group, so Ann may undo what Cat wrote.
    await ann.command(trip, '/balance')
    await cat.command(trip, '/split', '90 dinner @ann')
    const card = structuredClone(await fake.waitForMessage(trip, isCard))
    await Promise.all([cat.press(card, 'Undo'), ann.press(card, 'Undo')])
    await core.conversation.settled()
    const told = [...cat.ephemerals, ...ann.ephemerals].map(shown)
    expect(told.filter((words) => !words.startsWith('All square'))).toEqual([
      'It was undone already.',
    ])
    expect(trip.messages.filter(isCard).map(shown)).toEqual([
      expect.stringMatching(/^Undone: €90\.00 · dinner/),
    ])
    expect(await booksOf(fake)).toMatchObject({
      balances: {},
      events: ['expense.recorded', 'expense.voided'],
    })
  })

  it('takes up after a crash what was stored and not worked on', async () => {
    const { fake, cat, slack } = await flatWithBot('http', {
      conversation: {
        ...core.conversation,
        // The process ends right after the delivery is stored.
        accept: async (update) => {
          const { platform, tenant, chatId } = update.address
          const { deliveryKey } = update
          const key = { id: crypto.randomUUID(), platform, tenant, chatId, deliveryKey }
          return core.inbox.store({ ...key, payload: update, receivedAt: new Date(0) })
        },
      },
    })
    const dm = fake.dm(cat)
    expect(await cat.command(dm, '/spent', '12 lunch')).toMatchObject({ status: 200, body: '' })
    expect(await booksOf(fake)).toEqual(nothing)
    await slack.recover()
    expect(dm.messages.filter(isCard).map(shown)).toEqual(['Recorded €12.00 · lunch'])
    await slack.recover()
    expect(dm.messages).toHaveLength(1)
    expect((await booksOf(fake)).events).toEqual(['expense.recorded'])
    const [entry] = await inboxOf(fake)
    expect(entry).toMatchObject({ state: 'answered', payload: { transport: {} } })
  })

  it('waits out a short rate limit', async () => {
    const { fake, cat } = await flatWithBot()
    fake.fail('chat.postMessage', { retryAfterSeconds: 1 })
    await cat.command(fake.dm(cat), '/spent', '12 lunch')
    await fake.waitForMessage(fake.dm(cat), isCard)
    await core.conversation.settled()
    expect((await inboxOf(fake)).map(({ state }) => state)).toEqual(['answered'])
  })

  it('leaves a long rate limit to the inbox, and answers later', async () => {
    const { fake, cat, slack } = await flatWithBot()
    fake.fail('chat.postMessage', { retryAfterSeconds: 30 })
    await cat.command(fake.dm(cat), '/spent', '12 lunch')
    await core.conversation.settled()
    expect((await inboxOf(fake)).map(({ state }) => state)).toEqual(['handled'])
    expect(fake.dm(cat).messages).toEqual([])
    core.workspace.clock.set(new Date(core.workspace.clock.now().getTime() + 60_000).toISOString())
    await slack.recover()
    expect(fake.dm(cat).messages.map(shown)).toEqual(['Recorded €12.00 · lunch'])
    expect((await booksOf(fake)).events).toEqual(['expense.recorded'])
  })

  it('starts while Slack is away, and signs in when it is back', async () => {
    const workspace = await flat()
    const { fake, cat } = workspace
    fake.fail('auth.test', { httpStatus: 503 }, 4)
    const { logged } = await startBot(fake, 'socket', { connected: false })
    const signedIn = () => logged.some((line) => line.startsWith('slack bot signed in'))
    await expect.poll(signedIn, { timeout: 10_000 }).toBe(true)
    expect(logged.filter((line) => line.includes('did not accept us'))).toHaveLength(1)
    const isOpen = () => fake.sockets.connections === 1 || undefined
    await fake.workspace.waitFor('the bot to connect', isOpen)
    await cat.command(fake.dm(cat), '/spent', '12 lunch')
    await fake.waitForMessage(fake.dm(cat), isCard)
  })

  it('connects again when Slack closes the socket', async () => {
    const { fake, cat } = await flatWithBot('socket')
    fake.sockets.refresh()
    const opens = () => fake.calls.filter(({ method }) => method === 'apps.connections.open')
    const back = () => (opens().length === 2 && fake.sockets.connections === 1) || undefined
    await fake.workspace.waitFor('a new connection', back, 5000)
    await cat.command(fake.dm(cat), '/spent', '12 lunch')
    await fake.waitForMessage(fake.dm(cat), isCard)
  })

  it('tells once that the app token is refused', async () => {
    const { fake } = await flat()
    fake.fail('apps.connections.open', { error: 'invalid_auth' }, 2)
    const { logged } = await startBot(fake, 'socket', { connected: false })
    const isOpen = () => fake.sockets.connections === 1 || undefined
    await fake.workspace.waitFor('the bot to connect', isOpen, 8000)
    const told = logged.filter((line) => !/^slack (app lacks|bot signed)/.test(line))
    expect(told[0]).toBe('slack socket not connected, trying again {"problem":"invalid_auth"}')
    expect(told.slice(1).filter((line) => !line.startsWith('slack socket connected'))).toEqual([])
  })

  it('says which scopes are missing', async () => {
    const { logged } = await flatWithBot()
    await expect
      .poll(() => logged.find((line) => line.startsWith('slack app lacks scopes')))
      .toContain('app_mentions:read')
  })
})
