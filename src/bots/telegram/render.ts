import assert from 'node:assert'
import type { InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity } from 'grammy/types'
import { assertNever } from '../../domain/errors.ts'
import type { Block, Button, Message, Span } from '../conversation/reply.ts'

/** https://core.telegram.org/bots/api#sendmessage; counted here in UTF-16 units, the strictest way. */
const mostTextUnits = 4096
/** https://core.telegram.org/bots/api#answercallbackquery */
const mostToastUnits = 200
const mostActionBytes = 64

type Style = 'bold' | 'code' | 'italic'
type StyledSpan = { readonly text: string; readonly styles: readonly Style[] }

export type Rendered = {
  readonly text: string
  /** Never markup: what people wrote cannot become a format. Offsets are UTF-16 units. */
  readonly entities: MessageEntity[]
  readonly reply_markup?: InlineKeyboardMarkup
  readonly link_preview_options: { readonly is_disabled: true }
}

/** A message as Telegram takes it. Too long a text is cut at the end of a line. */
export function render(message: Message): Rendered {
  let text = ''
  const entities: MessageEntity[] = []
  for (const line of message.blocks.flatMap(linesOf)) {
    if (text !== '') text += '\n'
    for (const span of line) {
      for (const type of span.text === '' ? [] : span.styles)
        entities.push({ type, offset: text.length, length: span.text.length })
      text += span.text
    }
  }
  const { buttons } = message
  return {
    ...cut(text, entities),
    ...(buttons.length > 0 && { reply_markup: { inline_keyboard: buttons.map(renderRow) } }),
    link_preview_options: { is_disabled: true },
  }
}

/** A word to one person; Telegram shows it as plain text. */
export function renderToast(text: string): string {
  return text.length <= mostToastUnits
    ? text
    : `${text.slice(0, wholeCharacters(text, mostToastUnits - 1))}…`
}

function linesOf(block: Block): readonly (readonly StyledSpan[])[] {
  switch (block.type) {
    case 'text':
      return [block.spans.map((span) => ({ text: span.text, styles: stylesOf(span) }))]
    case 'note':
      return [block.spans.map((span) => ({ text: span.text, styles: noteStylesOf(span) }))]
    case 'amounts':
      return block.rows.map(({ label, amount }) => [
        { text: `${label} · `, styles: [] },
        { text: amount, styles: ['bold'] },
      ])
    default:
      return assertNever(block)
  }
}

const stylesOf = (span: Span): readonly Style[] => (span.style ? [span.style] : [])

/** Telegram lets no other format overlap code. */
const noteStylesOf = (span: Span): readonly Style[] =>
  span.style === 'code' ? ['code'] : ['italic', ...stylesOf(span)]

function renderRow(row: readonly Button[]): InlineKeyboardButton[] {
  return row.map(({ label, action, style }) => {
    const bytes = Buffer.byteLength(action)
    assert(bytes > 0 && bytes <= mostActionBytes, `a button's action has ${bytes} bytes`)
    return { text: label, callback_data: action, ...(style && { style }) }
  })
}

function cut(text: string, entities: MessageEntity[]): Pick<Rendered, 'text' | 'entities'> {
  if (text.length <= mostTextUnits) return { text, entities }
  const lineEnd = text.lastIndexOf('\n', mostTextUnits - 2)
  const isLongLine = lineEnd < mostTextUnits / 2
  const end = isLongLine ? wholeCharacters(text, mostTextUnits - 1) : lineEnd + 1
  return {
    text: `${text.slice(0, end)}…`,
    entities: entities
      .filter((entity) => entity.offset < end)
      .map((entity) => ({ ...entity, length: Math.min(entity.length, end - entity.offset) })),
  }
}

/** The largest length up to the limit that leaves no half of a surrogate pair. */
function wholeCharacters(text: string, limit: number): number {
  const last = text.charCodeAt(limit - 1)
  return last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit
}
