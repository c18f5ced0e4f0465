import { HTTPReceiver, type ReceiverEvent, type SocketModeReceiver } from '@slack/bolt'
import type { FastifyPluginAsync } from 'fastify'
import type { Conversation } from '../conversation/conversation.ts'
import type { IncomingUpdate } from '../conversation/incoming.ts'
import { refusal, say, unclearWords } from '../conversation/replies/en.ts'
import { lookupClient, messageClient } from './client.ts'
import { createDirectory } from './directory.ts'
import { type BotIdentity, learnIdentity } from './identity.ts'
import { type Log, libraryLogger, problemOf } from './log.ts'
import { namesWantedBy, readEvent, type SlackProfile } from './read-event.ts'
import { slackRoutes } from './receiver.ts'
import { renderMessage } from './render.ts'
import { createAnswering } from './send.ts'
import { disconnect, keepConnected, socketReceiver } from './socket.ts'
import { StoringApp } from './storing-app.ts'
import { type Json, textAt } from './wire.ts'

export type SlackOptions = {
  readonly botToken: string
  /** With it Slack may call us over HTTP. */
  readonly signingSecret?: string | null
  /** With it we call Slack, over Socket Mode. */
  readonly appToken?: string | null
  readonly apiUrl?: string | null
  readonly conversation: Conversation
  readonly log: Log
}

export type SlackAdapter = {
  /** POST /slack/events; null without a signing secret. */
  readonly plugin: FastifyPluginAsync | null
  /** Resolves at once: Slack may be away, and is asked until it answers. */
  start(): Promise<void>
  /** Takes up what was left unanswered. Done at the start and every 15 seconds. */
  recover(): Promise<void>
  stop(): Promise<void>
}

type Names = {
  readonly people: ReadonlyMap<string, SlackProfile | null>
  readonly channels: ReadonlyMap<string, string | null>
}

/** As in the manifest. */
export const commands: readonly string[] = ['/spent', '/split', '/balance', '/undo']

const recoverEveryMs = 15_000

export function createSlack(options: SlackOptions): SlackAdapter {
  const { conversation, log } = options
  const client = messageClient(options)
  const directory = createDirectory(lookupClient(options))
  const answering = createAnswering(client, log)
  const stopping = new AbortController()
  let identity: BotIdentity | null = null

  const read = (body: Json, names: Names): IncomingUpdate | null =>
    readEvent(body, {
      tenant: identity?.tenant ?? null,
      botUserId: identity?.botUserId ?? null,
      profileOf: (userId) => names.people.get(userId) ?? null,
      channelNameOf: (channelId) => names.channels.get(channelId) ?? null,
      now: new Date(),
    })

  const store = async (body: Json): Promise<void> => {
    if (isUnknownCommand(body)) return
    const nameless = read(body, { people: new Map(), channels: new Map() })
    if (!nameless) return
    const wanted = namesWantedBy(nameless)
    const [people, channels] = await Promise.all([
      directory.profiles(wanted.userIds),
      directory.channelNames(wanted.channelIds),
    ])
    const update = read(body, { people, channels })
    await conversation.accept(update ?? nameless, answering)
  }

  const take = async ({ body, ack }: ReceiverEvent): Promise<boolean> => {
    try {
      await store(body)
      return true
    } catch (error) {
      log.warn(
        { problem: error instanceof Error ? error.name : 'unknown' },
        'slack update not stored',
      )
      // Slack sends an event again, a command never.
      if (textAt(body, 'command') === null) throw new Error('not stored')
      await ack({ response_type: 'ephemeral', text: say.fault })
      return false
    }
  }

  const newApp = (receiver: HTTPReceiver | SocketModeReceiver): void => {
    const app = new StoringApp(
      {
        receiver,
        logger: libraryLogger(log),
        // With a token instead, Bolt would ask auth.test at moments of its own.
        authorize: async () => ({ botToken: options.botToken, ...identity }),
        ignoreSelf: false,
        ...(options.apiUrl ? { clientOptions: { slackApiUrl: options.apiUrl } } : {}),
      },
      take,
    )
    app.error(async (error) => log.warn({ problem: problemOf(error) }, 'slack listener failed'))
    listen(app)
  }

  const listen = (app: StoringApp): void => {
    app.command(/.*/, async ({ ack, command }) => {
      if (commands.includes(command.command)) return ack()
      await ack({ response_type: 'ephemeral', ...hintFor(command.command) })
    })
    app.action(/.*/, ({ ack }) => ack())
    app.shortcut(/.*/, ({ ack }) => ack())
    app.view(/.*/, ({ ack }) => ack())
    app.event('user_change', async ({ event }) => directory.forget(event.user.id))
    for (const end of ['app_uninstalled', 'tokens_revoked'] as const) {
      app.event(end, async () => log.warn({ reason: end }, 'slack app was removed'))
    }
  }

  const { signingSecret, appToken } = options
  const web = signingSecret ? httpReceiver(signingSecret, log) : null
  const socket = appToken ? socketReceiver({ ...options, appToken }) : null
  if (web) newApp(web)
  if (socket) newApp(socket)

  let recovering: Promise<void> | null = null
  const recover = (): Promise<void> => {
    recovering ??= conversation.recover('slack', answering).finally(() => {
      recovering = null
    })
    return recovering
  }
  const recoverQuietly = (): void => {
    recover().catch((error) => log.warn({ problem: error.name }, 'slack inbox not read'))
  }

  const connect = async (): Promise<void> => {
    identity = await learnIdentity(client, log, stopping.signal)
    if (!identity) return
    log.info({ teamId: identity.teamId }, 'slack bot signed in')
    if (socket) await keepConnected(socket, log, stopping.signal)
  }

  let timer: NodeJS.Timeout | undefined
  let connection: Promise<void> = Promise.resolve()
  return {
    plugin: web && signingSecret ? slackRoutes(web, signingSecret) : null,
    async start() {
      connection = connect()
      recoverQuietly()
      timer = setInterval(recoverQuietly, recoverEveryMs).unref()
    },
    recover,
    async stop() {
      clearInterval(timer)
      stopping.abort()
      if (socket) await disconnect(socket)
      await connection
      await recovering?.catch(() => undefined)
    },
  }
}

function httpReceiver(signingSecret: string, log: Log): HTTPReceiver {
  return new HTTPReceiver({ signingSecret, logger: libraryLogger(log) })
}

function isUnknownCommand(body: Json): boolean {
  const command = textAt(body, 'command')
  return command !== null && !commands.includes(command)
}

function hintFor(command: string) {
  const blocks = refusal(unclearWords('unknown-command', command))
  return renderMessage({ blocks, buttons: [] })
}
