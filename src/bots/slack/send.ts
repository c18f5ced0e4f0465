import { setTimeout as sleep } from 'node:timers/promises'
import { webApi } from '@slack/bolt'
import { assertNever } from '../../domain/errors.ts'
import type { Answering } from '../conversation/conversation.ts'
import type { IncomingUpdate } from '../conversation/incoming.ts'
import { type Message, text } from '../conversation/reply.ts'
import { type Log, problemOf } from './log.ts'
import { renderMessage, type SlackContent } from './render.ts'
import { respond, type Showing } from './response-url.ts'

/** A chat is served in order, so a longer rate limit is left to the inbox. */
const longestWaitSeconds = 10

/** The bot may not write here, though the person could talk to it. */
const notHere = ['not_in_channel', 'channel_not_found', 'is_archived', 'restricted_action']
const notChangeable = ['message_not_found', 'cant_update_message', 'edit_window_closed']

/** Sends replies to Slack: new messages, changed ones, and words for one person only. */
export function createAnswering(client: webApi.WebClient, log: Log): Answering {
  const post = async (update: IncomingUpdate, message: Message): Promise<boolean> => {
    const content = renderMessage(message)
    const posted = await unlessRefused(notHere, () =>
      client.chat.postMessage({ ...placeOf(update), ...content, ...asWritten }),
    )
    // Two people's own direct messages are no place for one person's books.
    const response_type = update.chatKind === 'group' ? 'in_channel' : 'ephemeral'
    return posted || overResponseUrl(update, content, { response_type, replace_original: false })
  }

  const whisper = async (update: IncomingUpdate, message: Message): Promise<boolean> => {
    const content = renderMessage(message)
    const showing = { response_type: 'ephemeral', replace_original: false } as const
    if (await overResponseUrl(update, content, showing)) return true
    return unlessRefused([...notHere, 'user_not_in_channel'], () =>
      client.chat.postEphemeral({
        ...placeOf(update),
        user: update.sender.externalId,
        ...content,
        ...asWritten,
      }),
    )
  }

  const replace = async (update: IncomingUpdate, message: Message): Promise<boolean> => {
    if (update.kind === 'message') return post(update, message)
    const content = renderMessage(message)
    const showing = { replace_original: true } as const
    if (update.transport.isEphemeral) return overResponseUrl(update, content, showing)
    const place = { channel: update.address.chatId, ts: update.messageId }
    const changed = await unlessRefused([...notHere, ...notChangeable], () =>
      client.chat.update({ ...place, ...content, ...asWritten }),
    )
    return changed || overResponseUrl(update, content, showing)
  }

  return async (update, reply) => {
    const tell = (isSent: boolean) => {
      if (isSent) return
      const { chatId } = update.address
      log.warn({ channelId: chatId, reply: reply.type }, 'slack answer had no way to go')
    }
    switch (reply.type) {
      case 'silence':
        return
      case 'toast':
        return tell(await whisper(update, toMessage(reply.text)))
      case 'message': {
        const send = isForAll(update, reply.message) ? post : whisper
        return tell(await send(update, reply.message))
      }
      case 'replace':
        tell(await replace(update, reply.message))
        if (reply.toast !== null) tell(await whisper(update, toMessage(reply.toast)))
        return
      default:
        return assertNever(reply)
    }
  }
}

/** No user text becomes a link, a mention or a preview. */
const asWritten = { parse: 'none', link_names: false, mrkdwn: false, unfurl_links: false } as const

const toMessage = (words: string): Message => ({ blocks: [text(words)], buttons: [] })

/** In a channel all see the cards, which carry buttons; refusals, help and balances are for the asker. */
function isForAll(update: IncomingUpdate, message: Message): boolean {
  return update.chatKind === 'private' || message.buttons.length > 0
}

function placeOf({ address }: IncomingUpdate): { channel: string; thread_ts?: string } {
  return {
    channel: address.chatId,
    ...(address.threadId === null ? {} : { thread_ts: address.threadId }),
  }
}

async function overResponseUrl(
  update: IncomingUpdate,
  content: SlackContent,
  showing: Showing,
): Promise<boolean> {
  const { responseUrl } = update.transport
  return responseUrl !== undefined && (await respond(responseUrl, content, showing))
}

/** False for a refusal that trying again does not change; rate limits are waited for within bounds. */
async function unlessRefused(
  refusals: readonly string[],
  call: () => Promise<unknown>,
): Promise<boolean> {
  for (let waited = 0; ; ) {
    try {
      await call()
      return true
    } catch (error) {
      if (refusals.includes(problemOf(error))) return false
      if (!(error instanceof webApi.WebAPIRateLimitedError)) throw error
      waited += error.retryAfter
      if (waited > longestWaitSeconds) throw error
      await sleep(error.retryAfter * 1000)
    }
  }
}
