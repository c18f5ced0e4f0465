import type { Message, Reply } from '../conversation/reply.ts'

/** What the page and the plugin say to each other; the page's modules check against it too. */

export type WebChat = {
  readonly chatId: string
  readonly kind: 'private' | 'group'
  readonly title: string
  /** Everybody in it but the reader. */
  readonly people: readonly string[]
}

/** One message and what we answered. */
export type WebChatEntry = {
  readonly id: string
  /** Null where the reply answers a pressed button. */
  readonly text: string | null
  /** ISO instant. */
  readonly sentAt: string
  /** As it reads now; null where we stayed silent. */
  readonly reply: Message | null
}

export type ChatState = {
  readonly mode: 'demo' | 'login'
  /** Null: log in first. */
  readonly person: { readonly displayName: string } | null
  readonly chats: readonly (WebChat & { readonly entries: readonly WebChatEntry[] })[]
}

export type Answer = {
  /** Names the card for its buttons; null when nothing was meant for us. */
  readonly id: string | null
  readonly reply: Reply
}

export type IssuedToken = { readonly token: string; readonly expiresInSeconds: number }

export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
}

/** In characters. */
export const maxTextLength = 2000
