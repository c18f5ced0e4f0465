import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bold, code, type Message, note, text } from '../../src/bots/conversation/reply.ts'
import { renderMessage } from '../../src/bots/slack/render.ts'
import { law } from '../support/laws.ts'
import { blockFaults } from '../support/slack/block-limits.ts'

const action = 'u.AZqdGAkNc7Krr1mNw_qYFQ.1'
const message = (...blocks: Message['blocks']): Message => ({ blocks, buttons: [] })

describe('a message in Slack', () => {
  it('is a headline, one line for each amount, small print and buttons', () => {
    const rows = [
      { label: 'Ann', amount: '€30.00' },
      { label: 'Bob', amount: '€60.00' },
    ]
    const content = renderMessage({
      blocks: [
        text('Split ', bold('€90.00'), ' · dinner'),
        { type: 'amounts', rows },
        note('Try: ', code('/split 90 dinner @ann')),
      ],
      buttons: [[{ label: 'Undo', action, style: 'danger' }]],
    })
    const item = (label: string, amount: string) => ({
      type: 'rich_text_section',
      elements: [
        { type: 'text', text: `${label}  ` },
        { type: 'text', text: amount, style: { bold: true } },
      ],
    })
    expect(content.blocks).toEqual([
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'Split ' },
              { type: 'text', text: '€90.00', style: { bold: true } },
              { type: 'text', text: ' · dinner' },
            ],
          },
        ],
      },
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_list',
            style: 'bullet',
            elements: [item('Ann', '€30.00'), item('Bob', '€60.00')],
          },
        ],
      },
      {
        type: 'context',
        elements: [{ type: 'plain_text', text: 'Try: /split 90 dinner @ann', emoji: false }],
      },
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: 'button_0_0',
            text: { type: 'plain_text', text: 'Undo', emoji: false },
            value: action,
            style: 'danger',
          },
        ],
      },
    ])
    expect(content.text).toBe(
      'Split €90.00 · dinner\nAnn: €30.00\nBob: €60.00\nTry: /split 90 dinner @ann',
    )
    expect(blockFaults(content.blocks)).toEqual([])
  })

  it('keeps the buttons when there is too much to show', () => {
    const lines = Array.from({ length: 60 }, (_, index) => text(`line ${index}`))
    const { blocks } = renderMessage({ blocks: lines, buttons: [[{ label: 'Undo', action }]] })
    expect(blocks).toHaveLength(50)
    expect(blocks.at(-2)).toMatchObject({ type: 'context', elements: [{ text: '…' }] })
    expect(blocks.at(-1)).toMatchObject({ type: 'actions' })
  })

  it('leaves out what is empty, which Slack would refuse', () => {
    const content = renderMessage(message(text(''), { type: 'amounts', rows: [] }, note('')))
    expect(content).toEqual({ text: '…', blocks: [] })
  })

  it.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['<@U02ANN>', '&lt;@U02ANN&gt;'],
    ['R&D &amp; <b>', 'R&amp;D &amp;amp; &lt;b&gt;'],
  ])('escapes %s for notifications and leaves it alone elsewhere', (written, escaped) => {
    const content = renderMessage(message(text(written)))
    expect(content.text).toBe(escaped)
    expect(textsIn(content.blocks)).toEqual([written])
  })

  it('never makes markup of what people wrote, and stays within the limits', () => {
    const piece = fc.constantFrom('<!channel>', '<@U02ANN>', '*', '_', '~', '`', '&', '<', ':x:')
    const words = fc
      .array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 5000 })), { maxLength: 5 })
      .map((parts) => parts.join(''))
    const span = fc
      .record({ text: words })
      .chain(({ text: written }) =>
        fc.constantFrom({ text: written }, bold(written), code(written)),
      )
    const block = fc.oneof(
      fc.array(span, { maxLength: 4 }).map((spans) => text(...spans)),
      fc.array(span, { maxLength: 4 }).map((spans) => note(...spans)),
      fc
        .array(fc.record({ label: words, amount: words }), { maxLength: 12 })
        .map((rows) => ({ type: 'amounts' as const, rows })),
    )
    const button = fc.record({ label: words, action: fc.constant(action) })
    const messages = fc.record({
      blocks: fc.array(block, { maxLength: 55 }),
      buttons: fc.array(fc.array(button, { maxLength: 30 }), { maxLength: 8 }),
    })
    fc.assert(
      fc.property(messages, (rendered) => {
        const content = renderMessage(rendered)
        expect(blockFaults(content.blocks)).toEqual([])
        expect(content.text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/)
        expect(content.text.length).toBeLessThanOrEqual(4000)
        expect(JSON.stringify(content)).not.toContain('"mrkdwn"')
        for (const shown of [...textsIn(content.blocks), content.text]) {
          expect(shown).not.toBe('')
        }
      }),
      { ...law, numRuns: Math.min(law.numRuns, 300) },
    )
  })
})

/** Every piece of text that blocks show. */
function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'text' && typeof inner === 'string' ? [inner] : textsIn(inner),
  )
}
