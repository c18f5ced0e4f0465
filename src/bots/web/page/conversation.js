import { newClientKey, pressButton, Refusal, sendMessage } from './api.js'
import { card } from './card.js'
import { button, el, mark, toast, unseen } from './dom.js'
import { dayOf, timeOf } from './words.js'

/** @import { Answer, WebChat, WebChatEntry } from '../wire.ts' */
/** @import { Message } from '../../conversation/reply.ts' */
/** @typedef {ReturnType<typeof conversation>} Conversation */

/**
 * One chat: everything said in it, on the page.
 *
 * @param {WebChat & { entries: readonly WebChatEntry[] }} chat
 * @param {(refusal: Refusal) => void} onRefused
 */
export function conversation(chat, onRefused) {
  const element = el('div', 'log')
  element.setAttribute('role', 'log')
  element.setAttribute('aria-label', `Messages in ${chat.title}`)
  element.tabIndex = 0
  /** @type {string[]} */
  const sent = []
  let lastDay = ''

  /** @param {string | null} text @param {Date} at */
  function append(text, at) {
    element.querySelector('.empty')?.remove()
    const day = dayOf(at)
    if (day !== lastDay) element.append(el('p', 'day', day))
    lastDay = day
    const answer = el('div', 'answer')
    const entry = el('article', 'entry', ...(text === null ? [] : [said(text, at)]), answer)
    element.append(entry)
    if (text !== null) sent.push(text)
    return { entry, answer }
  }

  /** @param {HTMLElement} answer @param {string | null} id @param {Message} message */
  function show(answer, id, message) {
    const shown = card(message, (action, pressed) => press(answer, id, action, pressed))
    answer.replaceChildren(mark(), unseen('Quits: '), shown)
  }

  /** @param {HTMLElement} answer @param {Answer} received */
  function showAnswer(answer, { id, reply }) {
    if (reply.type === 'silence') answer.replaceChildren(el('p', 'hint', silenceIn(chat)))
    else if (reply.type === 'toast') show(answer, id, plain(reply.text))
    else show(answer, id, reply.message)
  }

  /** @param {HTMLElement} answer @param {string | null} id @param {string} action @param {HTMLButtonElement} pressed */
  async function press(answer, id, action, pressed) {
    if (id === null) return
    const buttons = answer.querySelectorAll('button')
    for (const each of buttons) each.disabled = true
    pressed.classList.add('busy')
    try {
      const { id: newId, reply } = await pressButton(chat.chatId, action, id, keyOf(pressed))
      if (reply.type === 'replace') {
        show(answer, id, reply.message)
        answer.querySelector('.card')?.classList.add('changed')
        if (hasNoFocus()) answer.querySelector('button')?.focus({ preventScroll: true })
        if (reply.toast !== null) toast(reply.toast)
        return
      }
      if (reply.type === 'toast') toast(reply.text)
      if (reply.type === 'message') {
        show(append(null, new Date()).answer, newId, reply.message)
        toEnd()
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      toast(`Not done. ${error.detail}`)
      if (!error.mayRetry) onRefused(error)
    }
    for (const each of buttons) each.disabled = false
    pressed.classList.remove('busy')
  }

  /** @param {string} text */
  async function send(text) {
    const { entry, answer } = append(text, new Date())
    await deliver(entry, answer, text, newClientKey())
  }

  /** @param {HTMLElement} entry @param {HTMLElement} answer @param {string} text @param {string} clientKey */
  async function deliver(entry, answer, text, clientKey) {
    entry.classList.add('sending')
    answer.replaceChildren(mark(), waiting())
    toEnd()
    try {
      showAnswer(answer, await sendMessage(chat.chatId, text, clientKey))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      answer.replaceChildren(failure(error, () => deliver(entry, answer, text, clientKey)))
      onRefused(error)
    } finally {
      entry.classList.remove('sending')
      toEnd()
    }
  }

  function toEnd() {
    const isEmpty = element.querySelector('.empty') !== null
    element.scrollTop = isEmpty ? 0 : element.scrollHeight
  }

  for (const { id, text, sentAt, reply } of chat.entries) {
    // A pressed button whose answer shows on the card that carried it.
    if (text === null && reply === null) continue
    const { answer } = append(text, new Date(sentAt))
    if (reply === null) answer.replaceChildren(el('p', 'hint', silenceIn(chat)))
    else show(answer, id, reply)
  }

  return { chat, element, sent, send, toEnd }
}

/** @param {string} text @param {Date} at */
function said(text, at) {
  const time = el('time', '', timeOf(at))
  time.dateTime = at.toISOString()
  return el('div', 'said', unseen('You: '), el('p', 'bubble', text), time)
}

function waiting() {
  const dots = el('div', 'waiting', el('i', ''), el('i', ''), el('i', ''))
  dots.setAttribute('aria-hidden', 'true')
  return dots
}

/** @param {Refusal} refusal @param {() => void} retry */
function failure(refusal, retry) {
  const words = el('p', 'failure', el('strong', '', 'Not sent. '), refusal.detail)
  if (refusal.mayRetry) words.append(' ', button('link', 'Try again', retry))
  return words
}

/** @type {WeakMap<HTMLButtonElement, string>} */
const keys = new WeakMap()

/** A second try at the same button is the same press. @param {HTMLButtonElement} pressed */
function keyOf(pressed) {
  const key = keys.get(pressed) ?? newClientKey()
  keys.set(pressed, key)
  return key
}

function hasNoFocus() {
  return document.activeElement === null || document.activeElement === document.body
}

/** @param {string} words @returns {Message} */
function plain(words) {
  return { blocks: [{ type: 'text', spans: [{ text: words }] }], buttons: [] }
}

/** @param {WebChat} chat */
function silenceIn({ kind }) {
  return kind === 'group'
    ? 'Quits keeps out of ordinary talk. Start with a command such as /split, or with @quits.'
    : 'Nothing noted. Try “12 lunch” or /help.'
}
