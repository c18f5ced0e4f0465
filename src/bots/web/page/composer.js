import { button, byId, hasKeyboard } from './dom.js'

/** @import { Suggestion } from './suggestions.js' */

/** In characters, as the server counts them. */
const maxLength = 2000

/**
 * The message field and the suggestions above it.
 *
 * @param {{
 *   onSend: (text: string) => void,
 *   onPick: (suggestion: Suggestion) => void,
 *   earlier: () => readonly string[],
 * }} options
 */
export function composer({ onSend, onPick, earlier }) {
  const form = byId('composer', HTMLFormElement)
  const field = byId('text', HTMLTextAreaElement)
  const send = byId('send', HTMLButtonElement)
  const room = byId('room', HTMLSpanElement)
  const chips = byId('chips', HTMLDivElement)
  /** How many messages back the field shows; 0: the person's own draft. */
  let back = 0

  function refresh() {
    const left = maxLength - [...field.value].length
    send.disabled = field.value.trim() === '' || left < 0
    room.textContent = left < 0 ? `${-left} characters too many` : left < 200 ? `${left} left` : ''
    room.classList.toggle('over', left < 0)
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight}px`
  }

  /** @param {string} text */
  function write(text) {
    field.value = text
    field.setSelectionRange(text.length, text.length)
    refresh()
  }

  /** @param {number} step */
  function recall(step) {
    const texts = earlier()
    const wanted = back + step
    if (wanted < 0 || wanted > texts.length) return false
    back = wanted
    write(back === 0 ? '' : (texts.at(-back) ?? ''))
    return true
  }

  field.addEventListener('input', () => {
    back = 0
    refresh()
  })
  field.addEventListener('keydown', (event) => {
    // While an input method composes, Enter chooses a word.
    if (event.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      form.requestSubmit()
    }
    const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
    const mayRecall = field.value === '' || back > 0
    if (step !== 0 && mayRecall && recall(step)) event.preventDefault()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = field.value.trim()
    if (send.disabled || text === '') return
    back = 0
    write('')
    onSend(text)
  })

  return {
    focus() {
      if (hasKeyboard()) field.focus()
    },
    /** @param {string} words */
    invite(words) {
      field.placeholder = words
      back = 0
      refresh()
    },
    /** @param {readonly Suggestion[]} suggestions */
    suggest(suggestions) {
      chips.replaceChildren(
        ...suggestions.map((each) => {
          const chip = button('chip', each.text, () => onPick(each))
          chip.title = each.about
          return chip
        }),
      )
    },
  }
}
