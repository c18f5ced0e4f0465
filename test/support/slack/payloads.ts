import { stateOf } from './controls.ts'
import { messageWire } from './events.ts'
import type { ResponseUrls } from './response-urls.ts'
import { type Triggers, viewWire } from './view-methods.ts'
import { type Json, jsonList } from './wire.ts'
import type { Channel, Ephemeral, Message, Profile, View, Workspace } from './workspace.ts'

/** The bodies of slash commands and interactions. */
export class Payloads {
  readonly #workspace: Workspace
  readonly #triggers: Triggers
  readonly #responseUrls: ResponseUrls

  constructor(workspace: Workspace, triggers: Triggers, responseUrls: ResponseUrls) {
    this.#workspace = workspace
    this.#triggers = triggers
    this.#responseUrls = responseUrls
  }

  command(user: Profile, channel: Channel, command: string, text: string): Json {
    const { app } = this.#workspace
    return {
      token: app.verificationToken,
      team_id: app.teamId,
      team_domain: app.teamDomain,
      channel_id: channel.id,
      channel_name: channelName(channel),
      user_id: user.id,
      user_name: user.name,
      command,
      text,
      api_app_id: app.appId,
      is_enterprise_install: 'false',
      response_url: this.#responseUrls.create(user.id, channel),
      trigger_id: this.#triggers.create(user.id),
    }
  }

  /** An ephemeral's payload has no `message`: Slack keeps no copy of it. */
  messageAction(user: Profile, channel: Channel, place: Message | Ephemeral, action: Json): Json {
    const ephemeral = 'to' in place
    return {
      type: 'block_actions',
      ...this.#common(user),
      container: {
        type: 'message',
        message_ts: place.ts,
        channel_id: channel.id,
        is_ephemeral: ephemeral,
      },
      channel: { id: channel.id, name: channelName(channel) },
      ...(ephemeral ? {} : { message: messageWire(this.#workspace, place) }),
      state: { values: stateOf(place.blocks, {}) },
      response_url: this.#responseUrls.create(user.id, channel, this.#current(place)),
      actions: [{ ...action, action_ts: this.#workspace.nextTs() }],
    }
  }

  viewAction(user: Profile, view: View, action: Json): Json {
    const values = stateOf(jsonList(view.content.blocks), {})
    return {
      type: 'block_actions',
      ...this.#common(user),
      container: { type: 'view', view_id: view.id },
      view: viewWire(this.#workspace, view, values),
      actions: [{ ...action, action_ts: this.#workspace.nextTs() }],
    }
  }

  viewSubmission(user: Profile, view: View, values: Json): Json {
    return {
      type: 'view_submission',
      ...this.#common(user),
      view: viewWire(this.#workspace, view, values),
      response_urls: [],
    }
  }

  viewClosed(user: Profile, view: View): Json {
    const { trigger_id: _none, ...common } = this.#common(user)
    const wire = viewWire(this.#workspace, view)
    return { type: 'view_closed', ...common, view: wire, is_cleared: false }
  }

  shortcut(user: Profile, callbackId: string, on?: { message: Message; channel: Channel }): Json {
    const common = {
      ...this.#common(user),
      callback_id: callbackId,
      action_ts: this.#workspace.nextTs(),
    }
    if (!on) return { type: 'shortcut', ...common }
    return {
      type: 'message_action',
      ...common,
      channel: { id: on.channel.id, name: channelName(on.channel) },
      message_ts: on.message.ts,
      message: messageWire(this.#workspace, on.message),
      response_url: this.#responseUrls.create(user.id, on.channel, on.message),
    }
  }

  #common(user: Profile): Json {
    const { app } = this.#workspace
    return {
      user: { id: user.id, username: user.name, name: user.name, team_id: app.teamId },
      team: { id: app.teamId, domain: app.teamDomain },
      enterprise: null,
      is_enterprise_install: false,
      api_app_id: app.appId,
      token: app.verificationToken,
      trigger_id: this.#triggers.create(user.id),
    }
  }

  /** A test may press an old copy of a message; what gets replaced is the message itself. */
  #current(place: Message | Ephemeral): Message | Ephemeral {
    if ('to' in place) return place
    const messages = this.#workspace.channels.get(place.channelId)?.messages ?? []
    return messages.find(({ ts }) => ts === place.ts) ?? place
  }
}

export function isView(place: Message | Ephemeral | View): place is View {
  return 'content' in place
}

function channelName(channel: Channel): string {
  if (channel.kind === 'im') return 'directmessage'
  return channel.kind === 'group' ? 'privategroup' : channel.name
}
