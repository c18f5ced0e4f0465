/**
 * Children given as strings become text, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} className
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, className, ...children) {
  const element = document.createElement(tag)
  if (className !== '') element.className = className
  element.append(...children)
  return element
}

/**
 * @param {string} className
 * @param {string | Node} label
 * @param {(button: HTMLButtonElement) => void} onClick
 */
export function button(className, label, onClick) {
  const element = el('button', className, label)
  element.type = 'button'
  element.addEventListener('click', () => onClick(element))
  return element
}

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id)
  if (!(element instanceof type)) throw new Error(`no ${type.name} #${id} on the page`)
  return element
}

/** Quits' mark, as it stands in the header. */
export function mark() {
  const drawn = document.querySelector('.brand .mark')
  if (drawn === null) throw new Error('no mark on the page')
  return drawn.cloneNode(true)
}

/** @param {string} words */
export function unseen(words) {
  return el('span', 'unseen', words)
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let fading

/** A word in passing, read out as well. @param {string} words */
export function toast(words) {
  const element = byId('toast', HTMLDivElement)
  element.textContent = words
  element.classList.add('shown')
  clearTimeout(fading)
  fading = setTimeout(() => element.classList.remove('shown'), 3000)
}

/** With a finger, a focused field brings up the keyboard over what was just answered. */
export function hasKeyboard() {
  return matchMedia('(pointer: fine)').matches
}
