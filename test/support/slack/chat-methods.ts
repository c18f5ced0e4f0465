import { blockFaults } from './block-limits.ts'
import { messageWire } from './events.ts'
import type { Methods } from './web-api.ts'
import { type Json, jsonList, SlackError, text } from './wire.ts'
import { type Channel, type Message, type Workspace, withBlockIds } from './workspace.ts'

// Slack cuts a posted text here, silently; chat.update refuses at a tenth of it.
const mostTextInPost = 40_000
const mostTextInUpdate = 4000

export const chatMethods: Methods = {
  'chat.postMessage': (args, { workspace, feed }) => {
    const channel = writableChannel(workspace, args)
    const threadTs = text(args.thread_ts)
    const content = { ...contentOf(args), ...(threadTs ? { threadTs } : {}) }
    const message = workspace.addMessage(channel, workspace.app.botUserId, content)
    void feed.posted(channel, message)
    return { channel: channel.id, ts: message.ts, message: messageWire(workspace, message) }
  },

  'chat.update': (args, { workspace, feed }) => {
    const channel = channelOf(workspace, args)
    const message = ownMessage(workspace, channel, args, 'cant_update_message')
    if (text(args.text).length > mostTextInUpdate) throw new SlackError('msg_too_long')
    const content = contentOf(args)
    const previous = messageWire(workspace, message)
    message.text = content.text
    message.blocks = withBlockIds(content.blocks)
    message.edited = { user: workspace.app.botUserId, ts: workspace.nextTs() }
    workspace.changed()
    void feed.changed(channel, message, previous)
    const wire = messageWire(workspace, message)
    return { channel: channel.id, ts: message.ts, text: message.text, message: wire }
  },

  'chat.delete': (args, { workspace, feed }) => {
    const channel = channelOf(workspace, args)
    const message = ownMessage(workspace, channel, args, 'cant_delete_message')
    workspace.remove(message)
    void feed.deleted(channel, messageWire(workspace, message))
    return { channel: channel.id, ts: message.ts }
  },

  'chat.postEphemeral': (args, { workspace }) => {
    const channel = writableChannel(workspace, args)
    const user = text(args.user)
    if (!channel.members.includes(user)) throw new SlackError('user_not_in_channel')
    const via = 'chat.postEphemeral'
    const ephemeral = workspace.addEphemeral(channel.id, user, via, contentOf(args))
    return { message_ts: ephemeral.ts }
  },

  'reactions.add': (args, { workspace }) => {
    const channel = channelOf(workspace, args)
    const message = channel.messages.find(({ ts }) => ts === args.timestamp)
    if (!message) throw new SlackError('message_not_found')
    const name = text(args.name)
    if (!/^[a-z0-9_+'-]+$/.test(name)) throw new SlackError('invalid_name')
    const { botUserId } = workspace.app
    const known = message.reactions.find((reaction) => reaction.name === name)
    if (known?.users.includes(botUserId)) throw new SlackError('already_reacted')
    if (known) known.users.push(botUserId)
    else message.reactions.push({ name, users: [botUserId] })
    workspace.changed()
    return {}
  },
}

/** A conversation the bot may see; a user id stands for the direct messages with that person. */
export function channelOf(workspace: Workspace, args: Json): Channel {
  const id = text(args.channel)
  if (workspace.people.has(id)) return workspace.dm(id)
  const channel = workspace.channels.get(id)
  const member = channel?.members.includes(workspace.app.botUserId)
  if (!channel || (channel.kind === 'group' && !member)) throw new SlackError('channel_not_found')
  return channel
}

function writableChannel(workspace: Workspace, args: Json): Channel {
  const channel = channelOf(workspace, args)
  if (channel.archived) throw new SlackError('is_archived')
  if (!channel.members.includes(workspace.app.botUserId)) throw new SlackError('not_in_channel')
  return channel
}

function ownMessage(workspace: Workspace, channel: Channel, args: Json, refusal: string): Message {
  const message = channel.messages.find(({ ts }) => ts === args.ts)
  if (!message) throw new SlackError('message_not_found')
  if (message.userId !== workspace.app.botUserId) throw new SlackError(refusal)
  return message
}

function contentOf(args: Json): { text: string; blocks: Json[] } {
  const content = { text: text(args.text).slice(0, mostTextInPost), blocks: jsonList(args.blocks) }
  if (args.blocks !== undefined) {
    const messages = blockFaults(args.blocks).map((fault) => `[ERROR] ${fault}`)
    if (messages.length) {
      throw new SlackError('invalid_blocks', { errors: messages, response_metadata: { messages } })
    }
  }
  if (!content.text && content.blocks.length === 0) throw new SlackError('no_text')
  return content
}
