import type { PersonDefaults } from '../../domain/accounts/chat-people.ts'
import type { Platform } from '../../domain/accounts/identity.ts'
import { DomainError, unavailable } from '../../domain/errors.ts'
import type { Clock, Ids, Inbox, InboxEntry, UnitOfWork } from '../../domain/ports.ts'
import { handleAction } from './handle-action.ts'
import { handleMessage } from './handle-message.ts'
import type { IncomingUpdate } from './incoming.ts'
import { refusal, say } from './replies/en.ts'
import { type Reply, text } from './reply.ts'

/** Sends an answer by the platform's own means. It may be called twice for one update after a crash. */
export type Answering = (update: IncomingUpdate, reply: Reply) => Promise<void>

export type ConversationServices = {
  readonly unitOfWork: UnitOfWork
  readonly inbox: Inbox
  readonly clock: Clock
  readonly ids: Ids
  readonly defaults: PersonDefaults
  /** Tells the operator; fields carry ids, never what people wrote. */
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void
}

export type Conversation = {
  /**
   * Stores what a platform delivered, once, and works on it. Resolves as soon as it is stored, so that
   * the platform can be told; false means that it was known already, or overheard and not for us:
   * talk among people is not kept.
   */
  accept(update: IncomingUpdate, answering: Answering): Promise<boolean>
  /** Takes up what a crash or an outage left unanswered. */
  recover(platform: Platform, answering: Answering): Promise<void>
  /** Stores, works and hands over the answer itself, for a client that waits for it; null for silence. */
  ask(update: IncomingUpdate): Promise<{ id: string; reply: Reply } | null>
  /** Resolves when nothing is being worked on. */
  settled(): Promise<void>
}

/** Work that fails this often is poison; an answer may wait longer for its platform to come back. */
const mostAttempts = { received: 5, handled: 20 } as const
const firstRetryMs = 5_000
const longestRetryMs = 300_000
const recoverBatch = 100

/**
 * received -> handled: the effect and its reply are written in one transaction, so a delivery has its
 * effect exactly once. handled -> answered: the reply is sent, at least once. Each chat is served in order.
 */
export function createConversation(services: ConversationServices): Conversation {
  const { inbox, unitOfWork, clock, ids } = services
  const chats = new Map<string, Promise<void>>()

  const queue = (entry: QueuedEntry, answering: Answering): void => {
    const key = keyOf(entry)
    const before = chats.get(key) ?? Promise.resolve()
    const turn = before.then(() => serve(entry.id, answering))
    chats.set(key, turn)
    void turn.finally(() => {
      if (chats.get(key) === turn) chats.delete(key)
    })
  }

  const serve = async (id: string, answering: Answering): Promise<void> => {
    try {
      await handle(id)
      const entry = await inbox.find(id)
      if (entry?.state !== 'handled') return
      const update = entry.payload as IncomingUpdate
      await answering(update, entry.reply as Reply)
      await inbox.markAnswered(id, { ...update, transport: {} })
    } catch (error) {
      await postpone(id, error, answering)
    }
  }

  const handle = async (id: string): Promise<void> => {
    try {
      await unitOfWork.run(async (tx) => {
        const entry = await tx.inbox.claim(id, 'received')
        if (!entry) return
        const update = entry.payload as IncomingUpdate
        const reply =
          update.kind === 'message'
            ? await handleMessage(tx, update, services.defaults)
            : await handleAction(tx, update, services.defaults)
        await tx.inbox.markHandled(id, reply)
      })
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error
      await settle(id, (update) => refusalReply(update, error.detail))
    }
  }

  /** The work was undone; what remains is the answer that says so. */
  const settle = (id: string, replyTo: (update: IncomingUpdate) => Reply): Promise<void> =>
    unitOfWork.run(async (tx) => {
      const entry = await tx.inbox.claim(id, 'received')
      if (entry) await tx.inbox.markHandled(id, replyTo(entry.payload as IncomingUpdate))
    })

  const postpone = async (id: string, error: unknown, answering: Answering): Promise<void> => {
    const problem = error instanceof Error ? error.message : String(error)
    services.warn(
      { inboxId: id, problem: error instanceof Error ? error.name : 'unknown' },
      'chat update not served',
    )
    try {
      const entry = await inbox.find(id)
      if (entry?.state !== 'received' && entry?.state !== 'handled') return
      const update = entry.payload as IncomingUpdate
      if (entry.attempts + 1 < mostAttempts[entry.state]) {
        const pause = Math.min(longestRetryMs, firstRetryMs * 2 ** entry.attempts)
        return await inbox.postpone(id, problem, new Date(clock.now().getTime() + pause))
      }
      await inbox.setAside(id, problem, { ...update, transport: {} })
      if (entry.state === 'received') await answering(update, refusalReply(update, say.fault))
    } catch (second) {
      services.warn(
        { inboxId: id, problem: (second as Error).name },
        'chat update left for recovery',
      )
    }
  }

  const accept: Conversation['accept'] = async (update, answering) => {
    if (update.kind === 'message' && !update.addressed) return false
    const { platform, tenant, chatId } = update.address
    const entry = { id: ids.next(), platform, tenant, chatId }
    const { deliveryKey } = update
    const isNew = await inbox.store({
      ...entry,
      deliveryKey,
      payload: update,
      receivedAt: clock.now(),
    })
    if (isNew) queue(entry, answering)
    return isNew
  }

  return {
    accept,
    async ask(update) {
      if (update.kind === 'message' && !update.addressed) return null
      await accept(update, async () => {})
      const { platform, tenant } = update.address
      await chats.get(keyOf(update.address))
      const entry = await inbox.findDelivery(platform, tenant, update.deliveryKey)
      if (!entry?.reply)
        throw unavailable('not-answered', 'No answer yet. Send it again; it counts only once.')
      const reply = entry.reply as Reply
      return reply.type === 'silence' ? null : { id: entry.id, reply }
    },
    async recover(platform, answering) {
      for (const entry of await inbox.overdue(platform, clock.now(), recoverBatch))
        queue(entry, answering)
      await Promise.all(chats.values())
    },
    async settled() {
      while (chats.size > 0) await Promise.all(chats.values())
    },
  }
}

const keyOf = (chat: Pick<InboxEntry, 'platform' | 'tenant' | 'chatId'>): string =>
  `${chat.platform}/${chat.tenant}/${chat.chatId}`

type QueuedEntry = Pick<InboxEntry, 'id' | 'platform' | 'tenant' | 'chatId'>

function refusalReply(update: IncomingUpdate, detail: string): Reply {
  if (update.kind === 'action') return { type: 'toast', text: detail }
  const blocks = detail === say.fault ? [text(detail)] : refusal(detail)
  return { type: 'message', message: { blocks, buttons: [] } }
}
