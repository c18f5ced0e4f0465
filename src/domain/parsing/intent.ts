import type { Money } from '../money/money.ts'

/** Somebody named in a message: a member of the group, somebody mentioned with an id, or a bare handle. */
export type PersonRef =
  | { readonly kind: 'member'; readonly userId: string }
  /** The place of the mention in the list that the context gave. */
  | { readonly kind: 'mention'; readonly index: number }
  | { readonly kind: 'handle'; readonly handle: string }

export type Problem =
  | 'missing-amount'
  | 'several-amounts'
  | 'bad-amount'
  | 'missing-people'
  | 'unknown-name'
  | 'unknown-command'

/** What a message asks for. */
export type Intent =
  | { readonly type: 'expense'; readonly amount: Money; readonly description: string }
  | {
      readonly type: 'split'
      readonly amount: Money
      readonly description: string
      /** Besides the writer, who always takes part. */
      readonly people: 'everyone' | readonly PersonRef[]
    }
  | { readonly type: 'balance' }
  | { readonly type: 'undo' }
  | { readonly type: 'help' }
  /** It was for us, but must not be acted on; `word` is what was not understood. */
  | {
      readonly type: 'unclear'
      readonly problem: Problem
      readonly command: 'spent' | 'split'
      readonly word: string
    }
  /** It was not for us. */
  | { readonly type: 'none' }

export type ReadingContext = {
  readonly isPrivate: boolean
  /** False for talk that the bot merely overhears. */
  readonly addressed: boolean
  readonly locale: string
  readonly defaultCurrency: Money['currency']
  /** Members with the names they go by. */
  readonly members: readonly { readonly userId: string; readonly names: readonly string[] }[]
  /** Mentions by UTF-16 offsets, in order. */
  readonly mentions: readonly {
    readonly start: number
    readonly end: number
    readonly handle: string | null
  }[]
}
