import { button, byId, el, mark } from './dom.js'
import { list } from './words.js'

/** @import { WebChat } from '../wire.ts' */

/**
 * The chats to choose from; on a phone a switch above the messages.
 *
 * @param {readonly WebChat[]} chats
 * @param {(chat: WebChat) => void} onPick
 */
export function chatList(chats, onPick) {
  const buttons = chats.map((chat) => {
    const words = el('span', 'chat-words')
    words.append(el('span', 'chat-name', chat.title), el('span', 'chat-with', withWhom(chat)))
    const element = button('chat-button', face(chat), () => onPick(chat))
    element.append(words)
    return { chat, element }
  })
  byId('chat-list', HTMLUListElement).replaceChildren(
    ...buttons.map(({ element }) => el('li', '', element)),
  )

  return {
    /** @param {WebChat} current */
    show(current) {
      for (const { chat, element } of buttons) {
        if (chat.chatId === current.chatId) element.setAttribute('aria-current', 'true')
        else element.removeAttribute('aria-current')
      }
    },
  }
}

/** @param {WebChat} chat */
export function withWhom({ kind, people }) {
  return kind === 'private' ? 'You and Quits' : list(['You', ...people])
}

/** @param {WebChat} chat */
function face({ kind, people, title }) {
  const element = el('span', 'face')
  element.setAttribute('aria-hidden', 'true')
  if (kind === 'private') element.append(mark())
  else element.append((people.length > 0 ? people : [title]).slice(0, 2).map(initial).join(''))
  return element
}

/** @param {string} name */
function initial(name) {
  return [...name][0]?.toUpperCase() ?? ''
}
