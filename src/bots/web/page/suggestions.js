import { button, el, mark } from './dom.js'

/** @import { WebChat } from '../wire.ts' */
/** @typedef {{ text: string, about: string, chatId: string }} Suggestion */

/**
 * What is worth trying in this chat.
 *
 * @param {WebChat} chat
 * @param {readonly WebChat[]} chats
 * @returns {readonly Suggestion[]}
 */
export function suggestionsFor(chat, chats) {
  const { chatId } = chat
  const general = [
    { text: '/balance', about: 'Who owes whom', chatId },
    { text: '/help', about: 'Everything you can type', chatId },
  ]
  if (chat.kind === 'group') return [...splitIn(chat, 'You paid, everybody shares'), ...general]
  const shared = chats.find(({ kind, people }) => kind === 'group' && people.length > 0)
  const elsewhere = shared ? splitIn(shared, `You paid, split in ${shared.title}`) : []
  return [{ text: '12 lunch', about: 'An expense of your own', chatId }, ...elsewhere, ...general]
}

/**
 * @param {WebChat} chat
 * @param {string} about
 * @returns {readonly Suggestion[]}
 */
function splitIn({ people, chatId }, about) {
  if (people.length === 0) return []
  const handles = people.slice(0, 3).map((name) => `@${name.split(' ')[0]?.toLowerCase()}`)
  return [{ text: `/split 90 dinner ${handles.join(' ')}`, about, chatId }]
}

/**
 * Shown while nothing was said yet.
 *
 * @param {WebChat} chat
 * @param {readonly Suggestion[]} suggestions
 * @param {(suggestion: Suggestion) => void} onPick
 */
export function emptyState(chat, suggestions, onPick) {
  const title = chat.kind === 'group' ? 'Split something' : 'Type what you spent'
  const about =
    chat.kind === 'group'
      ? 'Say who shares and Quits keeps track of who owes whom, to the cent.'
      : 'In your own words. Quits notes it, and everything can be undone.'
  const items = suggestions.map((each) => {
    const words = el('span', 'starter-text', each.text)
    const row = button('starter', words, () => onPick(each))
    row.append(el('span', 'starter-about', each.about))
    return el('li', '', row)
  })
  const heading = el('h2', '', title)
  return el(
    'div',
    'empty',
    mark(),
    heading,
    el('p', 'muted', about),
    el('ul', 'starters', ...items),
  )
}
