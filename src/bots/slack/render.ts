import type { types } from '@slack/bolt'
import { assertNever } from '../../domain/errors.ts'
import type { Block, Button, Message, Span } from '../conversation/reply.ts'

/** What chat.postMessage and chat.update take: blocks for the eye, text for notifications. */
export type SlackContent = { readonly text: string; readonly blocks: types.KnownBlock[] }

// https://docs.slack.dev/reference/block-kit/blocks
const mostBlocks = 50
const mostElementCharacters = 3000
const mostContextCharacters = 2000
const mostLabelCharacters = 75
const mostRowButtons = 25
const mostActionRows = 5
/** chat.update refuses more than 4000, and escaping makes up to five characters out of one. */
const mostFallbackCharacters = 700

/**
 * User text stands only in elements that Slack never reads as markup: rich text and plain text. The one
 * exception is the fallback, where `&`, `<` and `>` are escaped so that nobody is pinged.
 */
export function renderMessage(message: Message): SlackContent {
  const actions = message.buttons
    .filter((row) => row.length > 0)
    .slice(0, mostActionRows)
    .map(actionsBlock)
  const content = message.blocks.flatMap(renderBlock)
  const room = mostBlocks - actions.length
  const shown = content.length <= room ? content : [...content.slice(0, room - 1), plainNote('…')]
  return { text: fallbackOf(message), blocks: [...shown, ...actions] }
}

/** For `&`, `<` and `>`, the only characters that Slack gives a meaning to in any text. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function renderBlock(block: Block): types.KnownBlock[] {
  switch (block.type) {
    case 'text': {
      const section = richSection(block.spans)
      return section ? [{ type: 'rich_text', elements: [section] }] : []
    }
    case 'amounts':
      return block.rows.length === 0 ? [] : [amountsBlock(block.rows)]
    case 'note': {
      const words = plainText(block.spans)
      return words.trim() === '' ? [] : [plainNote(words)]
    }
    default:
      return assertNever(block)
  }
}

function amountsBlock(rows: (Block & { type: 'amounts' })['rows']): types.RichTextBlock {
  const items = rows.map(({ label, amount }) => {
    return richSection([{ text: `${label}  ` }, { text: amount, style: 'bold' }])!
  })
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_list', style: 'bullet', elements: items }],
  }
}

function richSection(spans: readonly Span[]): types.RichTextSection | null {
  const elements = spans
    .filter((span) => span.text !== '')
    .map((span) => ({
      type: 'text' as const,
      text: cut(span.text, mostElementCharacters),
      ...(span.style ? { style: { [span.style]: true } } : {}),
    }))
  return elements.length === 0 ? null : { type: 'rich_text_section', elements }
}

function plainNote(words: string): types.ContextBlock {
  const text = cut(words, mostContextCharacters)
  return { type: 'context', elements: [{ type: 'plain_text', text, emoji: false }] }
}

function actionsBlock(row: readonly Button[], rowIndex: number): types.ActionsBlock {
  const elements = row.slice(0, mostRowButtons).map((button, index) => ({
    type: 'button' as const,
    action_id: `button_${rowIndex}_${index}`,
    text: {
      type: 'plain_text' as const,
      text: cut(button.label, mostLabelCharacters) || '…',
      emoji: false,
    },
    value: button.action,
    ...(button.style ? { style: button.style } : {}),
  }))
  return { type: 'actions', elements }
}

function fallbackOf(message: Message): string {
  const lines = message.blocks.flatMap((block) =>
    block.type === 'amounts'
      ? block.rows.map(({ label, amount }) => `${label}: ${amount}`)
      : [plainText(block.spans)],
  )
  return escapeText(cut(lines.join('\n').trim(), mostFallbackCharacters)) || '…'
}

const plainText = (spans: readonly Span[]): string => spans.map((span) => span.text).join('')

/** At most so many UTF-16 units, an ellipsis included, and never half a character. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
