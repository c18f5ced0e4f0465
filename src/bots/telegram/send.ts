import { type Api, GrammyError } from 'grammy'
import { assertNever } from '../../domain/errors.ts'
import type { Answering } from '../conversation/conversation.ts'
import type { IncomingAction, IncomingUpdate } from '../conversation/incoming.ts'
import { type Message, type Reply, text } from '../conversation/reply.ts'
import type { Log } from '../log.ts'
import { isRefusal, patiently, problemOf } from './calls.ts'
import { type Rendered, render, renderToast } from './render.ts'

type Target = {
  readonly chatId: number
  readonly threadId?: number
  /** The message that is answered. */
  readonly replyTo?: number
}

/** Nobody there will ever read it: blocked, kicked, deleted, or not allowed to write. */
const nobodyThere =
  /chat not found|user not found|not enough rights|have no rights|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED/i
const closedTopic = /message thread not found|TOPIC_CLOSED|TOPIC_DELETED/i
const unchanged = /message is not modified/i
const uneditable =
  /message to edit not found|message can't be edited|MESSAGE_ID_INVALID|EDIT_TIME_EXPIRED|no text in the message/i

/** Sends answers to Telegram. Throws what may pass, so that the inbox tries again later. */
export function createAnswering(api: Api, log: Log, signal: AbortSignal): Answering {
  const send = (target: Target, content: Rendered) =>
    patiently(signal, () => {
      const { text, ...rest } = content
      return api.sendMessage(target.chatId, text, {
        ...rest,
        ...(target.threadId !== undefined && { message_thread_id: target.threadId }),
        ...(target.replyTo !== undefined && {
          reply_parameters: { message_id: target.replyTo, allow_sending_without_reply: true },
        }),
      })
    })

  const post = async (target: Target, message: Message): Promise<void> => {
    const content = render(message)
    try {
      await send(target, content)
    } catch (error) {
      const elsewhere = newTarget(error, target)
      if (!elsewhere) throw error
      await send(elsewhere, content)
    }
  }

  const replaceCard = async (action: IncomingAction, message: Message): Promise<void> => {
    const { text, ...rest } = render(message)
    const [chatId, messageId] = action.messageId.split(':').map(Number) as [number, number]
    try {
      await patiently(signal, () => api.editMessageText(chatId, messageId, text, rest))
    } catch (error) {
      if (isRefusal(error, 400, unchanged)) return
      const migrated = newTarget(error, { chatId })
      if (!migrated && !isRefusal(error, 400, uneditable)) throw error
      await post(migrated ?? targetOf(action), message)
    }
  }

  /** Never rejects: by the time of a second attempt nobody watches the spinner any more. */
  const answerTap = async (action: IncomingAction, toast: string | null): Promise<void> => {
    const { queryId } = action.transport
    if (queryId === undefined) return
    const words = toast === null ? {} : { text: renderToast(toast) }
    try {
      await patiently(signal, () => api.answerCallbackQuery(queryId, words))
    } catch (error) {
      log.info({ problem: problemOf(error) }, 'telegram button press not acknowledged')
    }
  }

  const work = async (update: IncomingUpdate, reply: Reply): Promise<void> => {
    switch (reply.type) {
      case 'silence':
        return
      case 'message':
        return post(targetOf(update), reply.message)
      case 'replace':
        return update.kind === 'action'
          ? replaceCard(update, reply.message)
          : post(targetOf(update), reply.message)
      case 'toast':
        if (update.kind === 'action') return
        return post(targetOf(update), { blocks: [text(reply.text)], buttons: [] })
      default:
        return assertNever(reply)
    }
  }

  return async (update, reply) => {
    const tapped = update.kind === 'action' ? answerTap(update, toastOf(reply)) : undefined
    try {
      await work(update, reply)
    } catch (error) {
      if (!isGone(error)) throw error
      log.info(
        { chatId: update.address.chatId, problem: problemOf(error) },
        'telegram answer given up',
      )
    } finally {
      await tapped
    }
  }
}

const isGone = (error: unknown): boolean =>
  isRefusal(error, 403) || isRefusal(error, 400, nobodyThere)

function toastOf(reply: Reply): string | null {
  if (reply.type === 'toast') return reply.text
  return reply.type === 'replace' ? reply.toast : null
}

function targetOf({ address, chatKind, transport }: IncomingUpdate): Target {
  const { messageId } = transport
  return {
    chatId: Number(address.chatId),
    ...(address.threadId !== null && { threadId: Number(address.threadId) }),
    ...(chatKind === 'group' && messageId !== undefined && { replyTo: Number(messageId) }),
  }
}

/**
 * Where else to send what was refused: the supergroup that a group became, where message ids start
 * again, or the general topic when the topic is closed.
 */
function newTarget(error: unknown, target: Target): Target | null {
  const migratedTo = error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined
  if (migratedTo !== undefined) return { chatId: migratedTo }
  if (target.threadId === undefined || !isRefusal(error, 400, closedTopic)) return null
  const { threadId: _, ...general } = target
  return general
}
