import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Block,
  bold,
  code,
  type Message,
  note,
  text,
} from '../../src/bots/conversation/reply.ts'
import { render, renderToast } from '../../src/bots/telegram/render.ts'
import { law } from '../support/laws.ts'
import { entityFaults } from '../support/telegram/entities.ts'

const message = (...blocks: readonly Block[]): Message => ({ blocks, buttons: [] })
const marked = ({ text, entities }: ReturnType<typeof render>) =>
  entities.map(({ type, offset, length }) => `${type}: ${text.slice(offset, offset + length)}`)

describe('a message for Telegram', () => {
  it('has a line per block and per amount, and marks them with entities', () => {
    const rows = [
      { label: 'Ann', amount: '€45.00' },
      { label: 'Bob', amount: '€45.00' },
    ]
    const rendered = render(
      message(
        text('Split ', bold('€90.00'), ' · dinner'),
        { type: 'amounts', rows },
        note('paid by Ann, try ', code('/help')),
      ),
    )
    expect(rendered.text).toBe(
      'Split €90.00 · dinner\nAnn · €45.00\nBob · €45.00\npaid by Ann, try /help',
    )
    expect(marked(rendered)).toEqual([
      'bold: €90.00',
      'bold: €45.00',
      'bold: €45.00',
      'italic: paid by Ann, try ',
      'code: /help',
    ])
  })

  it('never shows a preview of a link that somebody wrote', () => {
    expect(render(message(text('https://example.com'))).link_preview_options).toEqual({
      is_disabled: true,
    })
  })

  it('counts entities in UTF-16 units, as Telegram does', () => {
    const { entities } = render(message(text('🍕🍕 ', bold('€1'))))
    expect(entities).toEqual([{ type: 'bold', offset: 5, length: 2 }])
  })

  it('keeps the rows of buttons and their colours', () => {
    const buttons = [
      [{ label: 'Undo', action: 'u.1.1', style: 'danger' as const }],
      [{ label: 'Redo', action: 'r.1.1' }],
    ]
    expect(render({ blocks: [text('x')], buttons }).reply_markup).toEqual({
      inline_keyboard: [
        [{ text: 'Undo', callback_data: 'u.1.1', style: 'danger' }],
        [{ text: 'Redo', callback_data: 'r.1.1' }],
      ],
    })
  })

  it('has no keyboard without buttons, so that an edit takes the old one away', () => {
    expect(render(message(text('x')))).not.toHaveProperty('reply_markup')
  })

  it.each(['', 'ä'.repeat(33)])(
    'refuses a button whose action is not 1 to 64 bytes: %s',
    (action) => {
      expect(() => render({ blocks: [], buttons: [[{ label: 'x', action }]] })).toThrow(/bytes/)
    },
  )

  it('lets a button have exactly 64 bytes', () => {
    const action = 'ä'.repeat(32)
    const rendered = render({ blocks: [text('x')], buttons: [[{ label: 'x', action }]] })
    expect(rendered.reply_markup?.inline_keyboard).toHaveLength(1)
  })
})

describe('a text of more than 4096 units', () => {
  it('is left alone up to the limit', () => {
    const full = 'x'.repeat(4096)
    expect(render(message(text(full))).text).toBe(full)
  })

  it('is cut at the end of a line', () => {
    const rows = Array.from({ length: 300 }, (_, index) => ({
      label: `Person number ${index}`,
      amount: '€10.00',
    }))
    const rendered = render(message({ type: 'amounts', rows }))
    const lines = rendered.text.split('\n')
    expect(rendered.text.length).toBeLessThanOrEqual(4096)
    expect(lines.at(-1)).toBe('…')
    expect(lines.at(-2)).toMatch(/^Person number \d+ · €10\.00$/)
    expect(rendered.text.length).toBeGreaterThan(4000)
    expect(entityFaults(rendered.text, rendered.entities)).toEqual([])
  })

  it('is cut within a line that is too long itself, but not within a character', () => {
    const rendered = render(message(text('x', bold('🍕'.repeat(3000)))))
    expect(rendered.text).toMatch(/🍕…$/u)
    expect(rendered.text.length).toBeLessThanOrEqual(4096)
    expect(rendered.text.isWellFormed()).toBe(true)
    expect(entityFaults(rendered.text, rendered.entities)).toEqual([])
  })
})

describe('a toast', () => {
  it('stays as it is up to 200 units', () => {
    expect(renderToast('x'.repeat(200))).toBe('x'.repeat(200))
  })

  it('is cut beyond, but not within a character', () => {
    const toast = renderToast(`x${'🍕'.repeat(150)}`)
    expect(toast.length).toBeLessThanOrEqual(200)
    expect(toast).toMatch(/🍕…$/u)
    expect(toast.isWellFormed()).toBe(true)
  })
})

describe('what people write', () => {
  const wild = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 })
  const marks = fc.constantFrom(
    '<b>',
    '&amp;',
    '*bold*',
    '_x_',
    '`code`',
    '[a](b)',
    '~',
    '||',
    '🍕',
  )
  const words = fc.array(fc.oneof(wild, marks), { minLength: 1 }).map((parts) => parts.join(''))
  const span = fc.record(
    { text: words, style: fc.constantFrom('bold' as const, 'code' as const) },
    { requiredKeys: ['text'] },
  )
  const block: fc.Arbitrary<Block> = fc.oneof(
    fc.record({ type: fc.constantFrom('text' as const, 'note' as const), spans: fc.array(span) }),
    fc.record({
      type: fc.constant('amounts' as const),
      rows: fc.array(fc.record({ label: words, amount: words })),
    }),
  )

  it('never becomes markup: it is sent letter by letter, and only our own styles are marked', () => {
    fc.assert(
      fc.property(words, words, (description, name) => {
        const rendered = render(message(text(bold(name), description)))
        expect(rendered.text).toBe(name + description)
        expect(rendered.entities).toEqual([{ type: 'bold', offset: 0, length: name.length }])
        expect(rendered).not.toHaveProperty('parse_mode')
      }),
      law,
    )
  })

  it('keeps every entity within the text and off the middle of a character', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 30 }), (blocks) => {
        const rendered = render(message(...blocks))
        expect(rendered.text.length).toBeLessThanOrEqual(4096)
        expect(entityFaults(rendered.text, rendered.entities)).toEqual([])
      }),
      law,
    )
  })
})
