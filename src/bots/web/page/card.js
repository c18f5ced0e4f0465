import { button, el } from './dom.js'

/** @import { Block, Button, Message, Span } from '../../conversation/reply.ts' */

/**
 * What Quits says, as a card.
 *
 * @param {Message} message
 * @param {(action: string, pressed: HTMLButtonElement) => void} onPress
 */
export function card(message, onPress) {
  const element = el('div', 'card', ...message.blocks.map(block))
  if (message.buttons.length === 0) return element
  const rows = message.buttons.map((row) => {
    return el('div', 'card-buttons', ...row.map((each) => cardButton(each, onPress)))
  })
  element.append(el('div', 'card-foot', ...rows))
  return element
}

/** @param {Block} shown */
function block(shown) {
  if (shown.type === 'amounts') return amounts(shown.rows)
  return el('p', shown.type, ...shown.spans.map(span))
}

/** @param {readonly { label: string, amount: string }[]} rows */
function amounts(rows) {
  const lines = rows.map(({ label, amount }) => {
    return el('div', 'amount-row', el('dt', '', label), el('dd', '', amount))
  })
  return el('dl', 'amounts', ...lines)
}

/** @param {Span} shown */
function span(shown) {
  if (shown.style === 'bold') return el('strong', '', shown.text)
  if (shown.style === 'code') return el('code', '', shown.text)
  return document.createTextNode(shown.text)
}

/**
 * @param {Button} shown
 * @param {(action: string, pressed: HTMLButtonElement) => void} onPress
 */
function cardButton(shown, onPress) {
  return button(`card-button ${shown.style ?? ''}`, shown.label, (pressed) => {
    onPress(shown.action, pressed)
  })
}
