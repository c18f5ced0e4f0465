import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { App, HTTPReceiver, LogLevel, SocketModeReceiver, webApi } from '@slack/bolt'
import { afterEach, describe, expect, it } from 'vitest'
import { blockFaults, viewFaults } from '../support/slack/block-limits.ts'
import { type SlackFake, type SlackFakeOptions, startSlackFake } from '../support/slack-fake.ts'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function flat(options: SlackFakeOptions = {}) {
  const fake = await startSlackFake(options)
  cleanups.push(() => fake.close())
  const ana = fake.person({ id: 'U01ANA', name: 'ana', realName: 'Ana Sá', tz: 'Asia/Kolkata' })
  const ben = fake.person({ id: 'U02BEN', name: 'ben' })
  const trip = fake.channel({ id: 'C01TRIP', name: 'trip', members: [ana, ben] })
  return { fake, ana, ben, trip }
}

/** A workspace whose app answers 200 to everything and does nothing. */
async function flatWithListener(options: SlackFakeOptions = {}) {
  const workspace = await flat(options)
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(async () => server.close())
  workspace.fake.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return workspace
}

/** A workspace whose app opens a modal for `/ask`. */
async function flatWithModal(over: 'http' | 'socket') {
  const workspace = await flat()
  const { fake } = workspace
  const { signingSecret, appToken, botToken, botId, botUserId, teamId } = fake.app
  const clientOptions = { slackApiUrl: fake.apiUrl }
  const logLevel = LogLevel.ERROR
  const receiver =
    over === 'http'
      ? new HTTPReceiver({ signingSecret, logLevel })
      : new SocketModeReceiver({ appToken, logLevel, installerOptions: { clientOptions } })
  const authorize = async () => ({ botToken, botId, botUserId, teamId })
  const bolt = new App({ receiver, logLevel, authorize, clientOptions })
  bolt.command('/ask', async ({ ack, command, client }) => {
    await ack('One moment.')
    const title = { type: 'plain_text' as const, text: 'Expense' }
    const label = { type: 'plain_text' as const, text: 'Amount' }
    const element = { type: 'plain_text_input' as const, action_id: 'amount' }
    const block = { type: 'input' as const, block_id: 'amount', label, element }
    const view = { type: 'modal' as const, callback_id: 'expense', title, submit: title }
    await client.views.open({ trigger_id: command.trigger_id, view: { ...view, blocks: [block] } })
  })
  bolt.command('/nothing', ({ ack }) => ack())
  bolt.view('expense', async ({ ack, view }) => {
    const amount = view.state.values.amount?.amount?.value
    if (amount === '12') await ack()
    else await ack({ response_action: 'errors', errors: { amount: 'Type 12.' } })
  })
  if (receiver instanceof HTTPReceiver) {
    const server = await receiver.start({ host: '127.0.0.1', port: 0 })
    fake.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`)
    cleanups.push(() => receiver.stop())
  } else {
    await receiver.start()
    cleanups.push(() => receiver.client.disconnect())
  }
  return workspace
}

const silent = () => undefined
const getLevel = () => webApi.LogLevel.ERROR
const voices = { debug: silent, info: silent, warn: silent, error: silent }
const logger: webApi.Logger = { ...voices, getLevel, setLevel: silent, setName: silent }

function clientOf(fake: SlackFake, token = fake.app.botToken): webApi.WebClient {
  const retryConfig = { retries: 0 }
  const options = { slackApiUrl: fake.apiUrl, rejectRateLimitedCalls: true, retryConfig, logger }
  return new webApi.WebClient(token, options)
}

// Commands, cards, presses, mentions, forgeries and reconnects: slack.test.ts, with the real bot.
describe.each(['http', 'socket'] as const)('the fake Slack, with a Bolt app over %s', (over) => {
  it('opens a modal, shows its errors and closes it when it is accepted', async () => {
    const { fake, ana, trip } = await flatWithModal(over)
    await ana.command(trip, '/ask')
    const modal = await fake.workspace.waitFor('a modal', () => ana.modals[0])
    const refused = await ana.submit(modal, { amount: '13' })
    expect(refused.body).toMatchObject({
      response_action: 'errors',
      errors: { amount: 'Type 12.' },
    })
    expect(ana.modals).toEqual([modal])
    await ana.submit(modal, { amount: '12' })
    expect(ana.modals).toEqual([])
    expect(ana.ephemerals.map(({ text }) => text)).toEqual(['One moment.'])
  })
})

describe('the fake Slack over http', () => {
  it('sends an edit and a deletion with what was there before', async () => {
    const { fake, ana, trip } = await flatWithListener()
    const { message } = await ana.say(trip, '12 lunch')
    await ana.editMessage(message, '13 lunch')
    await ana.deleteMessage(message)
    expect(fake.events.map(({ event }) => event)).toMatchObject([
      { type: 'message', text: '12 lunch' },
      {
        subtype: 'message_changed',
        message: { text: '13 lunch', edited: { user: 'U01ANA' } },
        previous_message: { text: '12 lunch' },
      },
      { subtype: 'message_deleted', deleted_ts: message.ts },
    ])
    expect(trip.messages).toEqual([])
  })

  it('retries an event three times, saying why, and delivers it again on request', async () => {
    const { fake, ana, trip } = await flat()
    const retries: unknown[] = []
    let status = 500
    const server = createServer((request, response) => {
      retries.push([request.headers['x-slack-retry-num'], request.headers['x-slack-retry-reason']])
      response.writeHead(status).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanups.push(async () => server.close())
    fake.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const { deliveries } = await ana.say(trip, '12 lunch')
    await fake.settled()
    expect(deliveries[0]?.outcome).toBe('given-up')
    const retried = ['1', '2', '3'].map((number) => [number, 'http_error'])
    expect(retries).toEqual([[undefined, undefined], ...retried])
    status = 200
    const again = await fake.redeliver(deliveries[0]!)
    expect(again).toMatchObject({ eventId: deliveries[0]?.eventId, outcome: 'delivered' })
  })

  it('gives up on a command that is not answered in time, and sends an event again', async () => {
    const { fake, ana, trip } = await flat({ ackTimeoutMs: 50, retryDelaysMs: [0] })
    const server = createServer(() => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanups.push(async () => server.close())
    fake.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const answer = await ana.command(trip, '/spent', '12')
    expect(answer).toMatchObject({ status: 0, failure: 'http_timeout' })
    await ana.say(trip, '12 lunch')
    await fake.settled()
    expect(fake.events[0]?.attempts.map(({ failure }) => failure)).toEqual([
      'http_timeout',
      'http_timeout',
    ])
  })
})

describe('the web api of the fake Slack', () => {
  it('knows people and conversations', async () => {
    const { fake, ana, trip } = await flat()
    const client = clientOf(fake)
    const { user } = await client.users.info({ user: ana.id, include_locale: true })
    expect(user).toMatchObject({ real_name: 'Ana Sá', tz: 'Asia/Kolkata', tz_offset: 19_800 })
    expect(user).toMatchObject({ locale: 'en-US', profile: { display_name: '' } })
    const { channel } = await client.conversations.info({ channel: trip.id })
    expect(channel).toMatchObject({ name: 'trip', is_member: true })
    const { members } = await client.conversations.members({ channel: trip.id })
    expect(members).toEqual(['U01ANA', 'U02BEN', 'U0QUITS'])
    const opened = await client.conversations.open({ users: ana.id })
    await client.chat.postMessage({ channel: opened.channel!.id!, text: 'Hello' })
    expect(fake.dm(ana).messages.map(({ text }) => text)).toEqual(['Hello'])
  })

  it('refuses what Slack refuses', async () => {
    const { fake, ana, trip } = await flat()
    const client = clientOf(fake)
    const closed = fake.channel({ id: 'C02', name: 'closed', members: [ana], withBot: false })
    const secret = { id: 'G01', name: 'secret', members: [ana], private: true, withBot: false }
    fake.channel(secret)
    const { message } = await ana.say(trip, 'mine')
    const text = 'hi'
    const post = (channel: string, blocks: never[] = []) =>
      client.chat.postMessage({ channel, text, blocks })
    await expect(post(closed.id)).rejects.toThrow('not_in_channel')
    await expect(post(secret.id)).rejects.toThrow('channel_not_found')
    const place = { channel: trip.id, ts: message.ts }
    await expect(client.chat.update({ ...place, text })).rejects.toThrow('cant_update_message')
    await expect(client.chat.delete({ ...place, ts: '1.2' })).rejects.toThrow('message_not_found')
    const blocks = Array.from({ length: 51 }, () => ({ type: 'divider' }))
    await expect(post(trip.id, blocks as never[])).rejects.toThrow('invalid_blocks')
    const long = client.chat.update({ ...place, text: 'x'.repeat(4001) })
    await expect(long).rejects.toThrow()
    await expect(clientOf(fake, 'xoxb-other').auth.test()).rejects.toThrow('invalid_auth')
    await expect(client.apiCall('chat.unheard')).rejects.toThrow('unknown_method')
  })

  it('goes wrong when asked: an error, a rate limit, an answer lost after the effect', async () => {
    const { fake, trip } = await flat()
    const client = clientOf(fake)
    const post = () => client.chat.postMessage({ channel: trip.id, text: 'hi' })
    fake.fail('chat.postMessage', { error: 'internal_error' })
    fake.fail('chat.postMessage', { retryAfterSeconds: 30 })
    fake.fail('chat.postMessage', { answerLost: true })
    await expect(post()).rejects.toThrow('internal_error')
    await expect(post()).rejects.toMatchObject({ retryAfter: 30 })
    expect(trip.messages).toEqual([])
    await expect(post()).rejects.toThrow()
    expect(trip.messages).toHaveLength(1)
  })

  it('lets a trigger open one view, within three seconds', async () => {
    const { fake, ana, trip } = await flatWithModal('http')
    const { views } = clientOf(fake)
    const { sent } = await ana.command(trip, '/ask')
    const { args } = await fake.waitForCall('views.open')
    const view = args.view as webApi.ViewsOpenArguments['view']
    const open = (trigger: unknown) => views.open({ trigger_id: String(trigger), view })
    await expect(open(sent.trigger_id)).rejects.toThrow('exchanged_trigger_id')
    const unused = await ana.command(trip, '/nothing')
    fake.clock.advance(3001)
    await expect(open(unused.sent.trigger_id)).rejects.toThrow('expired_trigger_id')
    await expect(open('123.456')).rejects.toThrow('invalid_trigger_id')
  })

  it('lets a response url answer five times, within thirty minutes', async () => {
    const { fake, ana, trip } = await flat()
    const body = JSON.stringify({ text: 'hi' })
    const use = async (url: unknown) => {
      const response = await fetch(String(url), { method: 'POST', body })
      return response.status
    }
    const { sent } = await ana.command(trip, '/spent', '12')
    for (let i = 0; i < 5; i++) expect(await use(sent.response_url)).toBe(200)
    expect(await use(sent.response_url)).toBe(404)
    expect(ana.ephemerals).toHaveLength(5)
    const late = await ana.command(trip, '/spent', '12')
    fake.clock.advance(30 * 60_000 + 1)
    expect(await use(late.sent.response_url)).toBe(404)
  })
})

describe('the block limits', () => {
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })
  const button = (text: string, value = 'v') => ({
    type: 'button',
    action_id: text,
    text: { type: 'plain_text', text },
    value,
  })
  const actions = (...elements: unknown[]) => ({ type: 'actions', elements })

  it.each([
    ['50 blocks', Array.from({ length: 50 }, () => ({ type: 'divider' }))],
    ['3000 characters', [section('x'.repeat(3000))]],
    ['75 characters on a button', [actions(button('x'.repeat(75), 'x'.repeat(2000)))]],
  ])('allow %s', (_what, blocks) => {
    expect(blockFaults(blocks)).toEqual([])
  })

  it.each([
    ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), '/blocks'],
    ['an unknown type', [{ type: 'invented' }], '/blocks/0/type'],
    ['3001 characters', [section('x'.repeat(3001))], '/blocks/0/text/text'],
    ['an empty text', [section('')], '/blocks/0/text/text'],
    ['a long button', [actions(button('x'.repeat(76)))], '/blocks/0/elements/0/text/text'],
    ['a long value', [actions(button('b', 'x'.repeat(2001)))], '/blocks/0/elements/0/value'],
    [
      '26 buttons',
      [actions(...Array.from({ length: 26 }, (_, i) => button(`${i}`)))],
      '/blocks/0/elements',
    ],
    ['one action id twice', [actions(button('b'), button('b'))], '/blocks/0/elements/1/action_id'],
  ])('refuse %s', (_what, blocks, pointer) => {
    expect(blockFaults(blocks)).toEqual([expect.stringContaining(`[json-pointer:${pointer}]`)])
  })

  it('refuse a modal with a long title, or with inputs and no submit', () => {
    const label = { type: 'plain_text', text: 'Amount' }
    const input = { type: 'input', label, element: { type: 'plain_text_input', action_id: 'a' } }
    const title = { type: 'plain_text', text: 'x'.repeat(25) }
    expect(viewFaults({ type: 'modal', title, blocks: [input] })).toEqual([
      'must be less than 25 characters [json-pointer:/title/text]',
      'submit is required with input blocks [json-pointer:/submit]',
    ])
  })
})
