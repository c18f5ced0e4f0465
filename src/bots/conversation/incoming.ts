import type { Platform } from '../../domain/accounts/identity.ts'

/** Where a conversation takes place. `tenant` is the Telegram bot, the Slack workspace, or "local". */
export type ChatAddress = {
  readonly platform: Platform
  readonly tenant: string
  readonly chatId: string
  /** A topic or thread within the chat. */
  readonly threadId: string | null
}

/** Somebody as their platform describes them. Only the external id says who it is. */
export type ChatPerson = {
  readonly externalId: string
  readonly displayName: string
  readonly username: string | null
  /** BCP 47, where the platform tells. */
  readonly locale: string | null
  /** IANA name, where the platform tells. */
  readonly timeZone: string | null
}

/** Somebody named in the text, by a platform's mention; `start` and `end` are UTF-16 offsets. */
export type Mention = {
  readonly start: number
  readonly end: number
} & (
  | { readonly person: ChatPerson }
  /** A name without an id behind it, without the @. */
  | { readonly handle: string }
)

type Incoming = {
  /** Unique for this platform and tenant: delivered twice, it is worked on once. */
  readonly deliveryKey: string
  readonly address: ChatAddress
  readonly chatKind: 'private' | 'group'
  readonly chatTitle: string | null
  readonly sender: ChatPerson
  /** What the adapter needs for its answer and nobody else reads; forgotten once answered. */
  readonly transport: Readonly<Record<string, string>>
}

export type IncomingMessage = Incoming & {
  readonly kind: 'message'
  readonly text: string
  readonly mentions: readonly Mention[]
  /** False for talk in a group that the bot merely overhears. */
  readonly addressed: boolean
  /** ISO instant. */
  readonly sentAt: string
}

/** A button was pressed. */
export type IncomingAction = Incoming & {
  readonly kind: 'action'
  /** The button's action as `encodeAction` wrote it. */
  readonly action: string
  /** The message that carries the button, in the platform's own words. */
  readonly messageId: string
}

export type IncomingUpdate = IncomingMessage | IncomingAction
