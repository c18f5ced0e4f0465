import { parseTimeZone } from '../../domain/time/zone.ts'
import type {
  ChatPerson,
  IncomingAction,
  IncomingMessage,
  Mention,
} from '../conversation/incoming.ts'
import type { WebChat } from './wire.ts'

/** One server has one page: there is nobody else to tell it from. */
export const webTenant = 'local'

type Sent = {
  readonly chatId: string
  /** Made by the page for each attempt to say something; a retry carries the same one. */
  readonly clientKey: string
  readonly timeZone?: string
  readonly locale?: string
}
export type SentMessage = Sent & { readonly text: string }
export type SentAction = Sent & { readonly action: string; readonly messageId: string }

export function readMessage(person: ChatPerson, chat: WebChat, sent: SentMessage): IncomingMessage {
  return {
    ...common(person, chat, sent),
    kind: 'message',
    text: sent.text,
    mentions: mentionsIn(sent.text),
    addressed: chat.kind === 'private' || /^\s*\/|(?<![\w@])@quits\b/iu.test(sent.text),
    sentAt: new Date().toISOString(),
  }
}

export function readAction(person: ChatPerson, chat: WebChat, sent: SentAction): IncomingAction {
  const { action, messageId } = sent
  return { ...common(person, chat, sent), kind: 'action', action, messageId }
}

function common(person: ChatPerson, chat: WebChat, sent: Sent) {
  return {
    // The person's id keeps anybody from using up another's keys.
    deliveryKey: `${person.externalId}:${sent.clientKey}`,
    address: { platform: 'web', tenant: webTenant, chatId: chat.chatId, threadId: null },
    chatKind: chat.kind,
    chatTitle: chat.title,
    sender: {
      ...person,
      locale: sent.locale ?? person.locale,
      timeZone: knownZone(sent.timeZone) ?? person.timeZone,
    },
    transport: {},
  } as const
}

/** The page has no directory of its own, so a mention is only a name; our own is none. */
function mentionsIn(text: string): readonly Mention[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}_@.])@([\p{L}\p{N}_][\p{L}\p{N}_-]{0,63})/gu)]
    .map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      handle: match[1]!,
    }))
    .filter(({ handle }) => handle.toLowerCase() !== 'quits')
}

/** A browser may know a zone that we don't; then ours serves. */
function knownZone(name: string | undefined): string | null {
  if (name === undefined) return null
  try {
    return parseTimeZone(name)
  } catch {
    return null
  }
}
