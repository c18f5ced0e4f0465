import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt'
import Fastify, { type FastifyPluginAsync, type FastifyRequest } from 'fastify'
import type { SlackApp } from './wire.ts'

/** A Bolt app just big enough to prove a Slack stand-in: one command, one button, a few events. */
export interface TinyBot {
  /** Empty in Socket Mode. */
  readonly requestUrl: string
  /** Types of the events that reached a listener, in order. */
  readonly heard: string[]
  close(): Promise<void>
}

export interface TinyBotOptions {
  readonly app: SlackApp
  readonly apiUrl: string
  readonly port?: number
}

/** Bolt behind Fastify, on 127.0.0.1. */
export async function startTinyBot(options: TinyBotOptions): Promise<TinyBot> {
  const { signingSecret } = options.app
  const receiver = new HTTPReceiver({ signingSecret, logLevel: LogLevel.ERROR })
  const heard = listen(newBolt(options, receiver))
  const server = Fastify()
  await server.register(slackRoutes(receiver, signingSecret))
  const address = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  return { requestUrl: `${address}/slack/events`, heard, close: () => server.close() }
}

/** The same app over Socket Mode. */
export async function startTinySocketBot(options: TinyBotOptions): Promise<TinyBot> {
  const clientOptions = { slackApiUrl: options.apiUrl }
  const receiver = new SocketModeReceiver({
    appToken: options.app.appToken,
    logLevel: LogLevel.ERROR,
    clientPingTimeout: 200,
    installerOptions: { clientOptions },
  })
  const bolt = newBolt(options, receiver)
  const heard = listen(bolt)
  await bolt.start()
  const close = async () => {
    await receiver.client.disconnect()
  }
  return { requestUrl: '', heard, close }
}

type RawRequest = IncomingMessage & { rawBody?: Buffer }

function slackRoutes(receiver: HTTPReceiver, secret: string): FastifyPluginAsync {
  return async (slack) => {
    slack.removeAllContentTypeParsers()
    slack.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
      const raw: RawRequest = request.raw
      raw.rawBody = Buffer.from(body)
      done(null, raw.rawBody)
    })
    slack.addHook('preHandler', async (request, reply) => {
      if (!signedBySlack(request, secret)) return reply.code(401).send()
    })
    slack.post('/slack/events', (request, reply) => {
      reply.hijack()
      receiver.requestListener(request.raw, reply.raw)
    })
  }
}

function signedBySlack(request: FastifyRequest, secret: string): boolean {
  const timestamp = String(request.headers['x-slack-request-timestamp'])
  const age = Math.abs(Date.now() / 1000 - Number(timestamp))
  if (!/^\d+$/.test(timestamp) || age > 300 || !Buffer.isBuffer(request.body)) return false
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(request.body)
  const expected = Buffer.from(`v0=${hmac.digest('hex')}`)
  const given = Buffer.from(String(request.headers['x-slack-signature']))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function newBolt(options: TinyBotOptions, receiver: HTTPReceiver | SocketModeReceiver): App {
  const { botToken, botId, botUserId, teamId } = options.app
  return new App({
    receiver,
    logLevel: LogLevel.ERROR,
    // With authorize instead of token, Bolt never calls auth.test.
    authorize: async () => ({ botToken, botId, botUserId, teamId }),
    clientOptions: { slackApiUrl: options.apiUrl },
  })
}

function listen(bolt: App): string[] {
  const heard: string[] = []
  bolt.command('/spent', async ({ ack, command, client, respond }) => {
    await ack()
    await client.chat.postMessage({ channel: command.channel_id, ...card(command.text, 'Undo') })
    await respond({ response_type: 'ephemeral', text: 'Saved.' })
  })
  bolt.command('/ask', async ({ ack, command, client }) => {
    await ack('One moment.')
    const title = { type: 'plain_text' as const, text: 'Expense' }
    const label = { type: 'plain_text' as const, text: 'Amount' }
    const element = { type: 'plain_text_input' as const, action_id: 'amount' }
    const block = { type: 'input' as const, block_id: 'amount', label, element }
    const view = { type: 'modal' as const, callback_id: 'expense', title, submit: title }
    await client.views.open({ trigger_id: command.trigger_id, view: { ...view, blocks: [block] } })
  })
  bolt.view('expense', async ({ ack, view }) => {
    const amount = view.state.values.amount?.amount?.value
    if (amount === '12') await ack()
    else await ack({ response_action: 'errors', errors: { amount: 'Type 12.' } })
  })
  bolt.action('undo', async ({ ack, body, client }) => {
    await ack()
    if (body.type !== 'block_actions' || !body.channel || !body.message) return
    const [channel, ts] = [body.channel.id, body.message.ts]
    await client.chat.update({ channel, ts, ...card('Undone.', 'Redo') })
  })
  bolt.event(/.*/, async ({ event }) => {
    heard.push(event.type)
  })
  return heard
}

function card(text: string, button: string) {
  const label = { type: 'plain_text' as const, text: button }
  const action_id = button.toLowerCase()
  const blocks = [
    { type: 'section' as const, text: { type: 'mrkdwn' as const, text } },
    {
      type: 'actions' as const,
      elements: [{ type: 'button' as const, action_id, text: label, value: 'e:1:1' }],
    },
  ]
  return { text, blocks }
}
