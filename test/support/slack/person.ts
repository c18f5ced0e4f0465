import { type Filled, findControl, findOption, stateOf } from './controls.ts'
import type { Answer, Delivery, EventDelivery, Forgery } from './delivery.ts'
import { type EventFeed, messageWire, type Sending } from './events.ts'
import { isView, type Payloads } from './payloads.ts'
import { typedText } from './typed-text.ts'
import { checkedView, newView, replaceView, viewWire } from './view-methods.ts'
import { isJson, type Json, jsonList, text } from './wire.ts'
import type { Channel, Ephemeral, Message, Profile, View, Workspace } from './workspace.ts'

export interface Colleagues {
  readonly workspace: Workspace
  readonly delivery: Delivery
  readonly feed: EventFeed
  readonly payloads: Payloads
}

export interface Said {
  readonly message: Message
  /** One per event the app was sent: `message`, and `app_mention` when the bot was mentioned. */
  readonly deliveries: readonly EventDelivery[]
}

export interface CommandOptions extends Sending {
  /** False shows what an app gets that forgot `should_escape`. Default true. */
  readonly shouldEscape?: boolean
}

/** A member of the workspace, and what they can do in their client. */
export class Person {
  readonly profile: Profile
  readonly #with: Colleagues

  constructor(profile: Profile, colleagues: Colleagues) {
    this.profile = profile
    this.#with = colleagues
  }

  get id(): string {
    return this.profile.id
  }

  get name(): string {
    return this.profile.name
  }

  /** What only this person sees, oldest first. */
  get ephemerals(): Ephemeral[] {
    return this.#with.workspace.ephemerals.filter(({ to }) => to === this.id)
  }

  /** The modals open on this person's screen; the last is on top. */
  get modals(): View[] {
    return [...this.#with.workspace.views.values()].filter(({ userId }) => userId === this.id)
  }

  get home(): View | undefined {
    return this.#with.workspace.homes.get(this.id)
  }

  /** Runs a slash command. What the app acknowledges with is shown, as Slack does. */
  async command(
    channel: Channel,
    command: string,
    args = '',
    options: CommandOptions = {},
  ): Promise<Answer> {
    const { workspace, delivery, payloads } = this.#with
    const escaped = options.shouldEscape ?? true
    const typed = escaped ? typedText(workspace, args, 'command') : args
    const payload = payloads.command(this.profile, channel, command, typed.trim())
    const answer = await delivery.send('slash_commands', payload, options.forgery)
    const shown = isJson(answer.body) ? answer.body : { text: answer.body }
    const content = { text: text(shown.text), blocks: jsonList(shown.blocks) }
    if (answer.failure || (!content.text && content.blocks.length === 0)) return answer
    if (shown.response_type === 'in_channel') {
      workspace.addMessage(channel, workspace.app.botUserId, content)
    } else {
      workspace.addEphemeral(channel.id, this.id, 'ack', content)
    }
    return answer
  }

  /** Writes in a channel; resolves when every event has been tried once. */
  async say(
    channel: Channel,
    said: string,
    options: Sending & { threadTs?: string } = {},
  ): Promise<Said> {
    const { workspace, feed } = this.#with
    if (!channel.members.includes(this.id)) throw new Error(`${this.name} is not in ${channel.id}`)
    const threadTs = options.threadTs ? { threadTs: options.threadTs } : {}
    const content = { text: typedText(workspace, said, 'event'), ...threadTs }
    const message = workspace.addMessage(channel, this.id, content)
    return { message, deliveries: await feed.posted(channel, message, options) }
  }

  async editMessage(message: Message, said: string, options: Sending = {}) {
    const { workspace, feed } = this.#with
    const channel = this.#channelOf(message)
    const previous = messageWire(workspace, message)
    message.text = typedText(workspace, said, 'event')
    message.edited = { user: this.id, ts: workspace.nextTs() }
    workspace.changed()
    return feed.changed(channel, message, previous, options)
  }

  async deleteMessage(message: Message, options: Sending = {}) {
    const { workspace, feed } = this.#with
    workspace.remove(message)
    return feed.deleted(this.#channelOf(message), messageWire(workspace, message), options)
  }

  /** Presses the one button with this action id or label, in a message, a modal or the Home. */
  async press(
    place: Message | Ephemeral | View,
    actionIdOrText: string,
    options: Sending = {},
  ): Promise<Answer> {
    const { blockId, element } = findControl(blocksOf(place), actionIdOrText)
    const { type, text: label, value } = element
    const pressed = { type, text: label, ...(value === undefined ? {} : { value }) }
    const action = { ...pressed, action_id: element.action_id, block_id: blockId }
    return this.#act(place, action, options.forgery)
  }

  /** Chooses an option (by text or value) of a select, radio group or overflow menu. */
  async choose(
    place: Message | Ephemeral | View,
    actionId: string,
    option: string,
    options: Sending = {},
  ): Promise<Answer> {
    const { blockId, element } = findControl(blocksOf(place), actionId)
    const selected =
      element.type === 'users_select'
        ? { selected_user: option }
        : { selected_option: findOption(element, option) }
    const action = { type: element.type, action_id: actionId, block_id: blockId, ...selected }
    return this.#act(place, action, options.forgery)
  }

  async openHome(options: Sending = {}): Promise<EventDelivery | undefined> {
    const { workspace, feed } = this.#with
    const home = this.home ? { view: viewWire(workspace, this.home) } : {}
    const event_ts = workspace.nextTs()
    const channel = workspace.dm(this.id).id
    const event = {
      type: 'app_home_opened',
      user: this.id,
      channel,
      tab: 'home',
      event_ts,
      ...home,
    }
    return feed.emit(event, options)
  }

  /** Submits a modal; inputs are named by action id. The app's response_action is carried out. */
  async submit(view: View, filled: Filled = {}, options: Sending = {}): Promise<Answer> {
    const { workspace, delivery, payloads } = this.#with
    const values = stateOf(jsonList(view.content.blocks), filled)
    const payload = payloads.viewSubmission(this.profile, view, values)
    const answer = await delivery.send('interactive', payload, options.forgery)
    if (answer.failure) return answer
    const reply = isJson(answer.body) ? answer.body : {}
    if (reply.response_action === 'update') {
      replaceView(workspace, view, checkedView(reply.view, 'modal'))
    } else if (reply.response_action === 'push') {
      newView(workspace, this.id, checkedView(reply.view, 'modal'), view)
    } else if (reply.response_action === 'clear') {
      for (const { id } of this.modals) workspace.views.delete(id)
    } else if (reply.response_action !== 'errors') {
      workspace.views.delete(view.id)
    }
    workspace.changed()
    return answer
  }

  /** Closes a modal; the app hears of it only if the view asked for that. */
  async closeView(view: View): Promise<Answer | undefined> {
    const { workspace, delivery, payloads } = this.#with
    workspace.views.delete(view.id)
    workspace.changed()
    if (view.content.notify_on_close !== true) return undefined
    return delivery.send('interactive', payloads.viewClosed(this.profile, view))
  }

  /** Runs a global shortcut, or a message shortcut when a message is given. */
  async shortcut(callbackId: string, message?: Message, options: Sending = {}): Promise<Answer> {
    const { delivery, payloads } = this.#with
    const on = message && { message, channel: this.#channelOf(message) }
    const payload = payloads.shortcut(this.profile, callbackId, on)
    return delivery.send('interactive', payload, options.forgery)
  }

  #act(place: Message | Ephemeral | View, action: Json, forgery?: Forgery): Promise<Answer> {
    const { delivery, payloads } = this.#with
    const payload = isView(place)
      ? payloads.viewAction(this.profile, place, action)
      : payloads.messageAction(this.profile, this.#channelOf(place), place, action)
    return delivery.send('interactive', payload, forgery)
  }

  #channelOf(message: { channelId: string }): Channel {
    const channel = this.#with.workspace.channels.get(message.channelId)
    if (!channel) throw new Error(`no channel ${message.channelId}`)
    return channel
  }
}

function blocksOf(place: Message | Ephemeral | View): Json[] {
  return isView(place) ? jsonList(place.content.blocks) : place.blocks
}
