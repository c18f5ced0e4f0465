import type { BotCommand, BotCommandScope, Message, UserFromGetMe } from '@grammyjs/types'
import type { FakeChat } from './chats.ts'
import type { Person } from './people.ts'
import { badRequest, forbidden } from './refusal.ts'
import type { NewUpdate } from './wire.ts'

export interface CallbackAnswer {
  readonly text: string | undefined
  readonly isAlert: boolean
  readonly url: string | undefined
}

/** A button tap that still shows its spinner, waiting for answerCallbackQuery. */
export interface PendingTap {
  readonly person: Person
  readonly chat: FakeChat
  readonly tappedAt: number
  answer?: (answer: CallbackAnswer) => void
}

export interface StoredFile {
  readonly id: string
  readonly path: string
  readonly name: string
  readonly bytes: Buffer
}

export interface CommandList {
  readonly scope: BotCommandScope
  readonly languageCode: string
  readonly commands: readonly BotCommand[]
}

/** Everything Telegram knows: who exists, which chats, what was said. */
export class World {
  readonly bot: UserFromGetMe
  readonly chats = new Map<number, FakeChat>()
  readonly people = new Map<number, Person>()
  readonly taps = new Map<string, PendingTap>()
  readonly files = new Map<string, StoredFile>()
  readonly violations: string[] = []
  commandLists: CommandList[] = []
  readonly #emit: (update: NewUpdate) => void
  readonly #watchers = new Set<() => void>()
  #aheadMs = 0
  #lastSerial = 0

  constructor(bot: UserFromGetMe, emit: (update: NewUpdate) => void) {
    this.bot = bot
    this.#emit = emit
  }

  emit(update: NewUpdate): void {
    this.#emit(update)
    this.changed()
  }

  /** Unix seconds. */
  now(): number {
    return Math.floor((Date.now() + this.#aheadMs) / 1000)
  }

  advance(seconds: number): void {
    this.#aheadMs += seconds * 1000
  }

  serial(): number {
    this.#lastSerial += 1
    return this.#lastSerial
  }

  violated(what: string): void {
    this.violations.push(what)
    this.changed()
  }

  changed(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }

  /** Resolves with the first defined value of `probe`; rejects when the time is over. */
  until<T>(probe: () => T | undefined, timeoutMs: number, complain: () => string): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer)
        this.#watchers.delete(watch)
        act()
      }
      const watch = () => {
        const value = probe()
        if (value !== undefined) settle(() => resolve(value))
        else if (this.violations.length > 0) {
          settle(() => reject(new Error(this.violations.join('\n'))))
        }
      }
      const timer = setTimeout(
        () => settle(() => reject(new Error(`${complain()} (waited ${timeoutMs} ms)`))),
        timeoutMs,
      )
      this.#watchers.add(watch)
      watch()
    })
  }

  chat(id: number | string): FakeChat {
    const chat = this.chats.get(Number(id))
    if (chat) return chat
    throw this.people.has(Number(id))
      ? forbidden("bot can't initiate conversation with a user")
      : badRequest('chat not found')
  }

  storeFile(name: string, bytes: Buffer, folder: string): StoredFile {
    const serial = this.serial()
    const file = { id: `file-${serial}`, path: `${folder}/file_${serial}`, name, bytes }
    this.files.set(file.id, file)
    return file
  }
}

/** Telegram never nests a reply inside a reply. */
export function asReplied(message: Message): NonNullable<Message['reply_to_message']> {
  const { reply_to_message: _, ...rest } = message
  return rest as NonNullable<Message['reply_to_message']>
}
