import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Clock } from './slack/clock.ts'
import { type Answer, Delivery, type EventDelivery, type Forgery } from './slack/delivery.ts'
import { defaultSubscriptions, EventFeed } from './slack/events.ts'
import { Payloads } from './slack/payloads.ts'
import { type Colleagues, Person } from './slack/person.ts'
import { ResponseUrls } from './slack/response-urls.ts'
import { SocketMode } from './slack/socket-mode.ts'
import { Triggers } from './slack/view-methods.ts'
import { type Fault, sendJson, WebApi } from './slack/web-api.ts'
import { defaultApp, isJson, type Json, randomId, type SlackApp } from './slack/wire.ts'
import {
  type Call,
  type Channel,
  type Ephemeral,
  type Message,
  type Profile,
  Workspace,
} from './slack/workspace.ts'

export interface SlackFakeOptions {
  readonly app?: Partial<SlackApp>
  /** May also come later, through `connect`; without one everything goes over Socket Mode. */
  readonly requestUrl?: string
  /** Event names as in a manifest, `message.channels` for instance. */
  readonly subscriptions?: readonly string[]
  /** How long the app has to answer. Default 3000, as Slack. */
  readonly ackTimeoutMs?: number
  /** Slack waits 0, one minute and five minutes; the default is a thousandth of that. */
  readonly retryDelaysMs?: readonly number[]
}

export interface ChannelOptions {
  readonly id: string
  readonly name: string
  readonly members: readonly (Person | string)[]
  readonly private?: boolean
  /** False keeps the bot out. Default true. */
  readonly withBot?: boolean
}

/** Starts a Slack with one workspace in this process, on a free port of 127.0.0.1. */
export async function startSlackFake(options: SlackFakeOptions = {}): Promise<SlackFake> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return new SlackFake(server, options)
}

export class SlackFake {
  readonly app: SlackApp
  readonly clock = new Clock()
  readonly workspace: Workspace
  readonly sockets: SocketMode
  /** For `clientOptions.slackApiUrl`. */
  readonly apiUrl: string
  readonly responseUrls: ResponseUrls
  readonly #server: Server
  readonly #api: WebApi
  readonly #delivery: Delivery
  readonly #colleagues: Colleagues

  constructor(server: Server, options: SlackFakeOptions) {
    const { port } = server.address() as AddressInfo
    const baseUrl = `http://127.0.0.1:${port}`
    this.app = { ...defaultApp, ...options.app }
    this.apiUrl = `${baseUrl}/api/`
    this.workspace = new Workspace(this.app, this.clock)
    this.sockets = new SocketMode(this.workspace)
    this.#delivery = new Delivery(this.workspace, this.sockets, {
      ackTimeoutMs: options.ackTimeoutMs ?? 3000,
      retryDelaysMs: options.retryDelaysMs ?? [0, 60, 300],
      ...(options.requestUrl ? { requestUrl: options.requestUrl } : {}),
    })
    const subscriptions = options.subscriptions ?? defaultSubscriptions
    const feed = new EventFeed(this.workspace, this.#delivery, subscriptions)
    const triggers = new Triggers(this.workspace)
    this.responseUrls = new ResponseUrls(this.workspace, feed, baseUrl)
    const { workspace, sockets } = this
    this.#api = new WebApi({ workspace, feed, triggers, sockets, baseUrl })
    const payloads = new Payloads(workspace, triggers, this.responseUrls)
    this.#colleagues = { workspace, delivery: this.#delivery, feed, payloads }
    this.#server = server
    server.on('request', (request, response) => void this.#serve(request, response))
    server.on('upgrade', (request, stream, head) => sockets.upgrade(request, stream, head))
  }

  /** Sends everything to this request URL from now on. */
  connect(requestUrl: string): void {
    this.#delivery.options.requestUrl = requestUrl
  }

  person(profile: Profile): Person {
    this.workspace.people.set(profile.id, profile)
    return new Person(profile, this.#colleagues)
  }

  channel(options: ChannelOptions): Channel {
    const members = options.members.map((one) => (typeof one === 'string' ? one : one.id))
    const channel: Channel = {
      id: options.id,
      name: options.name,
      kind: options.private ? 'group' : 'channel',
      members: options.withBot === false ? members : [...members, this.app.botUserId],
      messages: [],
      archived: false,
    }
    this.workspace.channels.set(channel.id, channel)
    return channel
  }

  /** The direct messages between this person and the bot. */
  dm(person: Person): Channel {
    return this.workspace.dm(person.id)
  }

  get calls(): readonly Call[] {
    return this.workspace.calls
  }

  /** Every event sent to the app so far, with the answers it got. */
  get events(): readonly EventDelivery[] {
    return this.#delivery.events
  }

  /** Makes the next `times` calls of a method go wrong. */
  fail(method: string, fault: Fault, times = 1): void {
    this.#api.fail(method, fault, times)
  }

  /** The same event again, under the same event id. */
  redeliver(delivery: EventDelivery, forgery: Forgery = {}): Promise<EventDelivery> {
    return this.#delivery.sendEvent(delivery.envelope, forgery)
  }

  /** Anything else Slack may send as an event: `app_uninstalled`, `user_change`, … */
  emit(event: Json): Promise<EventDelivery> {
    const { appId, teamId, verificationToken } = this.app
    return this.#delivery.sendEvent({
      type: 'event_callback',
      token: verificationToken,
      team_id: teamId,
      api_app_id: appId,
      event,
      event_id: randomId('Ev'),
      event_time: this.clock.seconds(),
    })
  }

  /** What Slack sends when a request URL is entered; the app must answer with the challenge. */
  verifyUrl(forgery: Forgery = {}): Promise<Answer & { challenge: string }> {
    const challenge = randomId('challenge')
    const payload = { token: this.app.verificationToken, challenge, type: 'url_verification' }
    return this.#delivery
      .send('events_api', payload, forgery)
      .then((answer) => ({ ...answer, challenge }))
  }

  waitForMessage(
    channel: Channel,
    predicate: (message: Message) => boolean,
    timeoutMs = 3000,
  ): Promise<Message> {
    const look = () => channel.messages.find(predicate)
    return this.workspace
      .waitFor(`a message in ${channel.name}`, look, timeoutMs)
      .catch((error: Error) => {
        const there = channel.messages.map(({ userId, text }) => `${userId}: ${text}`)
        throw new Error(`${error.message}; there are:\n${there.join('\n')}`)
      })
  }

  waitForEphemeral(
    person: Person,
    predicate: (ephemeral: Ephemeral) => boolean,
    timeoutMs = 3000,
  ): Promise<Ephemeral> {
    const what = `an ephemeral message to ${person.name}`
    return this.workspace.waitFor(what, () => person.ephemerals.find(predicate), timeoutMs)
  }

  waitForCall(method: string, timeoutMs = 3000): Promise<Call> {
    const look = () => this.calls.find((call) => call.method === method)
    return this.workspace.waitFor(`a call of ${method}`, look, timeoutMs)
  }

  /** Resolves when no event waits for an answer or a retry. */
  async settled(timeoutMs = 5000): Promise<void> {
    const look = () => (this.events.some(({ outcome }) => outcome === 'pending') ? undefined : true)
    await this.workspace.waitFor('every event to be delivered or given up', look, timeoutMs)
  }

  async close(): Promise<void> {
    this.#delivery.close()
    this.sockets.close()
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { pathname } = new URL(request.url ?? '/', 'http://fake')
    if (pathname.startsWith('/api/')) {
      this.#api.serve(pathname.slice('/api/'.length), request, body, response)
    } else if (pathname.startsWith('/commands/')) {
      const content: unknown = JSON.parse(body.toString())
      const answer = this.responseUrls.use(pathname, isJson(content) ? content : {})
      sendJson(response, answer.status, answer.body)
    } else {
      response.writeHead(404).end()
    }
  }
}
