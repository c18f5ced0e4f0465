/**
 * What we say, free of any platform: renderers turn it into entities, Block Kit or HTML. Text in it is
 * never markup. All of it is JSON, because replies wait in the inbox until they are sent.
 */
export type Span = { readonly text: string; readonly style?: 'bold' | 'code' }

export type Block =
  | { readonly type: 'text'; readonly spans: readonly Span[] }
  /** Who owes or gets how much: one line each, amounts already formatted. */
  | {
      readonly type: 'amounts'
      readonly rows: readonly { readonly label: string; readonly amount: string }[]
    }
  /** Small print. */
  | { readonly type: 'note'; readonly spans: readonly Span[] }

export type Button = {
  readonly label: string
  /** At most 64 bytes, see actions.ts. */
  readonly action: string
  readonly style?: 'primary' | 'danger'
}

export type Message = {
  readonly blocks: readonly Block[]
  /** Rows of buttons. */
  readonly buttons: readonly (readonly Button[])[]
}

export type Reply =
  /** A new message in the chat. */
  | { readonly type: 'message'; readonly message: Message }
  /** The message whose button was pressed gets a new content; `toast` is for the presser alone. */
  | { readonly type: 'replace'; readonly message: Message; readonly toast: string | null }
  /** A word to the person who pressed or asked, and nobody else. */
  | { readonly type: 'toast'; readonly text: string }
  /** Nothing was meant for us. */
  | { readonly type: 'silence' }

export const text = (...spans: readonly (string | Span)[]): Block => ({
  type: 'text',
  spans: toSpans(spans),
})
export const note = (...spans: readonly (string | Span)[]): Block => ({
  type: 'note',
  spans: toSpans(spans),
})
export const bold = (value: string): Span => ({ text: value, style: 'bold' })
export const code = (value: string): Span => ({ text: value, style: 'code' })

function toSpans(spans: readonly (string | Span)[]): readonly Span[] {
  return spans.map((span) => (typeof span === 'string' ? { text: span } : span))
}
