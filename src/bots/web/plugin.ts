// Lets a route's schema say `hide`: these routes serve our own page and are no part of the API.

import { fastifyCookie } from '@fastify/cookie'
import type {} from '@fastify/swagger'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { conflict, DomainError, notFound } from '../../domain/errors.ts'
import type { ChatPerson, IncomingUpdate } from '../conversation/incoming.ts'
import type { Message, Reply } from '../conversation/reply.ts'
import { assets } from './assets.ts'
import { requireOwnHost, requireOwnOrigin, servesDemo } from './own-origin.ts'
import { readAction, readMessage, type SentAction, type SentMessage } from './read-update.ts'
import { actionSchema, hidden, messageSchema, sessionSchema } from './schemas.ts'
import { type SessionCookie, sessionCookie } from './session-cookie.ts'
import type { Answer, ChatState, IssuedToken, WebChat, WebChatEntry } from './wire.ts'

export type WebChatOptions = {
  /** Stores the update and works on it, once for each delivery key; null: nothing meant for us. */
  readonly answer: (update: IncomingUpdate) => Promise<{ id: string; reply: Reply } | null>
  /** The latest entries, oldest first. */
  readonly history: (chatId: string, limit: number) => Promise<readonly WebChatEntry[]>
  /** The new content of a card whose button was pressed. */
  readonly replaceReply: (entryId: string, message: Message) => Promise<void>
  /** Whoever sits at this machine; made at the first call. */
  readonly demoPerson: () => Promise<ChatPerson>
  /** The chats this person may read and write in; nobody else's. */
  readonly chats: (person: ChatPerson) => Promise<readonly WebChat[]>
  readonly issueToken: (externalId: string) => Promise<IssuedToken>
  /** Beyond loopback: who logged in over the API. */
  readonly authenticate: (accessToken: string) => Promise<ChatPerson | null>
  readonly cookieSecret: string
  readonly isLoopback: boolean
  readonly publicOrigin: string | null
}

const historyLimit = 50

/** The chat page at `/` and what it calls below `/chat`. Refusals are answered by the app it is registered on. */
export function webChat(options: WebChatOptions): FastifyPluginAsync {
  return async (app) => {
    const session = sessionCookie(options.cookieSecret, options)
    // Its static functions, which session-cookie.ts uses, work only once it is registered.
    await app.register(fastifyCookie)
    app.addHook('onRequest', async (request, reply) => {
      requireOwnHost(options, request)
      if (request.method !== 'GET' && request.method !== 'HEAD') requireOwnOrigin(options, request)
      reply.header('cache-control', 'no-store')
    })
    await app.register(assets)
    await app.register(conversationRoutes(options, session))
    await app.register(sessionRoutes(options, session))
  }
}

function conversationRoutes(options: WebChatOptions, session: SessionCookie): FastifyPluginAsync {
  return async (app) => {
    app.get('/chat/state', { schema: hidden }, async (request, reply): Promise<ChatState> => {
      const mode = servesDemo(options) ? 'demo' : 'login'
      const person = await whoIsHere(options, session, request, reply)
      if (person === null) return { mode, person, chats: [] }
      const chats = await options.chats(person)
      const filled = chats.map(async (chat) => {
        return { ...chat, entries: await options.history(chat.chatId, historyLimit) }
      })
      const { displayName } = person
      return { mode, person: { displayName }, chats: await Promise.all(filled) }
    })

    app.post<{ Body: SentMessage }>(
      '/chat/messages',
      { schema: messageSchema },
      async (request): Promise<Answer> => {
        const { person, chat } = await openChat(options, session, request, request.body.chatId)
        return (await options.answer(readMessage(person, chat, request.body))) ?? silence
      },
    )

    app.post<{ Body: SentAction }>(
      '/chat/actions',
      { schema: actionSchema },
      async (request): Promise<Answer> => {
        const { person, chat } = await openChat(options, session, request, request.body.chatId)
        const answer = await options.answer(readAction(person, chat, request.body))
        if (answer?.reply.type === 'replace')
          await keepCard(options, chat.chatId, request.body.messageId, answer.reply.message)
        return answer ?? silence
      },
    )
  }
}

function sessionRoutes(options: WebChatOptions, session: SessionCookie): FastifyPluginAsync {
  return async (app) => {
    app.post<{ Body: { accessToken: string } }>(
      '/chat/session',
      { schema: sessionSchema },
      async (request, reply) => {
        if (servesDemo(options))
          throw conflict('demo-session', 'On this machine the page needs no log-in.')
        const person = await options.authenticate(request.body.accessToken)
        if (person === null) throw notSignedIn('This access token is not valid, or not any more.')
        session.start(request, reply, person)
        return reply.code(204).send()
      },
    )

    app.delete('/chat/session', { schema: hidden }, async (request, reply) => {
      session.end(request, reply)
      return reply.code(204).send()
    })

    app.post('/chat/token', { schema: hidden }, async (request) => {
      const person = requirePerson(session, request)
      return options.issueToken(person.externalId)
    })
  }
}

const silence: Answer = { id: null, reply: { type: 'silence' } }

async function whoIsHere(
  options: WebChatOptions,
  session: SessionCookie,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<ChatPerson | null> {
  if (!servesDemo(options)) return session.read(request)
  const person = await options.demoPerson()
  session.start(request, reply, person)
  return person
}

async function openChat(
  options: WebChatOptions,
  session: SessionCookie,
  request: FastifyRequest,
  chatId: string,
): Promise<{ person: ChatPerson; chat: WebChat }> {
  const person = requirePerson(session, request)
  const chats = await options.chats(person)
  const chat = chats.find((candidate) => candidate.chatId === chatId)
  if (chat === undefined) throw notFound('chat')
  return { person, chat }
}

/** The page names the card, so it has to be one of this chat; older ones are never shown again. */
async function keepCard(
  options: WebChatOptions,
  chatId: string,
  entryId: string,
  message: Message,
): Promise<void> {
  const entries = await options.history(chatId, historyLimit)
  if (entries.some(({ id }) => id === entryId)) await options.replaceReply(entryId, message)
}

function requirePerson(session: SessionCookie, request: FastifyRequest): ChatPerson {
  const person = session.read(request)
  if (person === null) throw notSignedIn('Log in first.')
  return person
}

function notSignedIn(detail: string): DomainError {
  return new DomainError('unauthenticated', 'not-signed-in', detail)
}
