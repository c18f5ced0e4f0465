import type { Delivery, EventDelivery, Forgery } from './delivery.ts'
import { type Json, randomId } from './wire.ts'
import type { Channel, Message, Workspace } from './workspace.ts'

/** Message events are named by the kind of conversation, as in an app manifest. */
export const defaultSubscriptions = [
  'app_home_opened',
  'app_mention',
  'message.channels',
  'message.groups',
  'message.im',
]

const messageSubscription = {
  channel: 'message.channels',
  group: 'message.groups',
  im: 'message.im',
}

export interface Sending {
  readonly forgery?: Forgery
}

/** Turns what happens in the workspace into Events API envelopes for the app. */
export class EventFeed {
  readonly #workspace: Workspace
  readonly #delivery: Delivery
  readonly #subscriptions: ReadonlySet<string>

  constructor(workspace: Workspace, delivery: Delivery, subscriptions: readonly string[]) {
    this.#workspace = workspace
    this.#delivery = delivery
    this.#subscriptions = new Set(subscriptions)
  }

  /** A mention comes as `message` and again as `app_mention`, under different event ids. */
  async posted(
    channel: Channel,
    message: Message,
    sending: Sending = {},
  ): Promise<EventDelivery[]> {
    const event = {
      ...messageWire(this.#workspace, message),
      channel: channel.id,
      event_ts: message.ts,
    }
    const mentioned = message.text.includes(`<@${this.#workspace.app.botUserId}>`)
    const deliveries = [
      this.#aboutMessage(channel, { ...event, channel_type: channel.kind }, sending),
    ]
    if (mentioned && channel.kind !== 'im' && !message.botId) {
      deliveries.push(this.emit({ ...event, type: 'app_mention' }, sending, channel))
    }
    return (await Promise.all(deliveries)).filter((delivery) => delivery !== undefined)
  }

  async changed(channel: Channel, message: Message, previous: Json, sending: Sending = {}) {
    return this.#aboutMessage(
      channel,
      {
        ...this.#hidden(channel, 'message_changed'),
        message: messageWire(this.#workspace, message),
        previous_message: previous,
      },
      sending,
    )
  }

  async deleted(channel: Channel, previous: Json, sending: Sending = {}) {
    const change = this.#hidden(channel, 'message_deleted')
    const event = { ...change, deleted_ts: previous.ts, previous_message: previous }
    return this.#aboutMessage(channel, event, sending)
  }

  /** Undefined when the app has not subscribed, or is not in the channel. */
  async emit(
    event: Json,
    sending: Sending = {},
    channel?: Channel,
    subscription = String(event.type),
  ): Promise<EventDelivery | undefined> {
    const { app, clock } = this.#workspace
    if (!this.#subscriptions.has(subscription)) return undefined
    if (channel && !channel.members.includes(app.botUserId)) return undefined
    const envelope: Json = {
      token: app.verificationToken,
      team_id: app.teamId,
      context_team_id: app.teamId,
      context_enterprise_id: null,
      api_app_id: app.appId,
      event,
      type: 'event_callback',
      event_id: randomId('Ev'),
      event_time: clock.seconds(),
      authorizations: [
        {
          enterprise_id: null,
          team_id: app.teamId,
          user_id: app.botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
      event_context: randomId('4-'),
    }
    return this.#delivery.sendEvent(envelope, sending.forgery)
  }

  #aboutMessage(channel: Channel, event: Json, sending: Sending) {
    return this.emit(event, sending, channel, messageSubscription[channel.kind])
  }

  #hidden(channel: Channel, subtype: string): Json {
    const ts = this.#workspace.nextTs()
    return {
      type: 'message',
      subtype,
      hidden: true,
      channel: channel.id,
      channel_type: channel.kind,
      ts,
      event_ts: ts,
    }
  }
}

/** A message as Slack shows it to apps, in events, payloads and answers. */
export function messageWire(workspace: Workspace, message: Message): Json {
  const { app } = workspace
  const mine = message.botId ? { bot_id: message.botId, app_id: app.appId } : {}
  return {
    type: 'message',
    user: message.userId,
    ts: message.ts,
    text: message.text,
    team: app.teamId,
    ...mine,
    ...(message.blocks.length ? { blocks: structuredClone(message.blocks) } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(message.edited ? { edited: message.edited } : {}),
  }
}
