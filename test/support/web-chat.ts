import Fastify, { type FastifyInstance } from 'fastify'
import { registerProblems } from '../../src/api/plugins/problems.ts'
import type { ChatPerson, IncomingUpdate } from '../../src/bots/conversation/incoming.ts'
import { type Message, type Reply, text } from '../../src/bots/conversation/reply.ts'
import { type WebChatOptions, webChat } from '../../src/bots/web/plugin.ts'
import type { WebChatEntry } from '../../src/bots/web/wire.ts'

export type TestChat = {
  readonly app: FastifyInstance
  /** Every update the page's plugin handed on, retries included. */
  readonly updates: IncomingUpdate[]
  readonly entries: WebChatEntry[]
}

export const saved: Message = {
  blocks: [text('12.00 EUR, lunch')],
  buttons: [[{ label: 'Undo', action: 'u.AZqwertyuiopasdfghjklz.1' }]],
}
export const undone: Message = { blocks: [text('Undone')], buttons: [] }

export const chatSecret = 'a secret of at least thirty-two characters'

/** The plugin on ports that remember in memory: "12 …" is an expense, everything else is silence. */
export async function buildTestChat(overrides: Partial<WebChatOptions> = {}): Promise<TestChat> {
  const updates: IncomingUpdate[] = []
  const entries: WebChatEntry[] = []
  const answered = new Map<string, { id: string; reply: Reply }>()
  const app = Fastify()
  registerProblems(app)
  await app.register(
    webChat({
      async answer(update) {
        updates.push(update)
        const reply = replyTo(update)
        if (reply === null) return null
        const answer = answered.get(update.deliveryKey) ?? { id: `e${answered.size}`, reply }
        if (update.kind === 'message' && !answered.has(update.deliveryKey))
          entries.push({ id: answer.id, text: update.text, sentAt: update.sentAt, reply: saved })
        answered.set(update.deliveryKey, answer)
        return answer
      },
      async history(chatId, limit) {
        return chatId === 'private-you' ? entries.slice(-limit) : []
      },
      async replaceReply(entryId, message) {
        const at = entries.findIndex(({ id }) => id === entryId)
        entries[at] = { ...entries[at]!, reply: message }
      },
      demoPerson: async () => person('you', 'You'),
      chats: async ({ externalId }) => [
        { chatId: `private-${externalId}`, kind: 'private', title: 'Private', people: [] },
        { chatId: 'flat', kind: 'group', title: 'Demo flat', people: ['Ann', 'Bob'] },
      ],
      issueToken: async (externalId) => ({
        token: `token of ${externalId}`,
        expiresInSeconds: 900,
      }),
      authenticate: async (token) => (token === 'good' ? person('mira', 'Mira') : null),
      cookieSecret: chatSecret,
      isLoopback: true,
      publicOrigin: null,
      ...overrides,
    }),
  )
  return { app, updates, entries }
}

export function person(externalId: string, displayName: string): ChatPerson {
  return { externalId, displayName, username: null, locale: null, timeZone: null }
}

function replyTo(update: IncomingUpdate): Reply | null {
  if (update.kind === 'action') return { type: 'replace', message: undone, toast: 'Undone.' }
  return update.text.startsWith('12 ') ? { type: 'message', message: saved } : null
}
