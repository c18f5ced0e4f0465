import { issueToken, Refusal } from './api.js'
import { byId, el, toast } from './dom.js'
import { duration } from './words.js'

/** The "Copy API token" button: copies one and shows what to do with it. */
export function tokenButton() {
  const opener = byId('token-button', HTMLButtonElement)
  const panel = byId('token', HTMLElement)
  const field = byId('token-text', HTMLInputElement)
  const copyToken = byId('copy-token', HTMLButtonElement)

  // A press outside the panel closes it, on the opener too; the click that follows is no new wish.
  let wasOpen = false
  opener.addEventListener('pointerdown', () => {
    wasOpen = panel.matches(':popover-open')
  })
  opener.addEventListener('click', async () => {
    const closes = wasOpen || panel.matches(':popover-open')
    wasOpen = false
    if (closes) return panel.hidePopover()
    opener.disabled = true
    try {
      const { token, expiresInSeconds } = await issueToken()
      field.value = token
      const copied = await copy(token)
      const valid = `It is valid for ${duration(expiresInSeconds)} and acts for you.`
      byId('token-validity', HTMLElement).replaceChildren(
        el('strong', '', copied ? 'Copied. ' : 'Here it is. '),
        `${valid} Anybody who has it can read and write your expenses.`,
      )
      byId('example', HTMLElement).textContent = example('…')
      panel.showPopover()
      if (copied) return copyToken.focus()
      field.focus()
      field.select()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      toast(`No token. ${error.detail}`)
    } finally {
      opener.disabled = false
    }
  })
  panel.addEventListener('toggle', (event) => {
    const isOpen = event.newState === 'open'
    opener.setAttribute('aria-expanded', String(isOpen))
    if (!isOpen) field.value = ''
  })
  copyToken.addEventListener('click', () => announce(field.value))
  byId('copy-example', HTMLButtonElement).addEventListener('click', () => {
    announce(example(field.value))
  })
}

/** @param {string} token */
function example(token) {
  const lines = [
    'curl -H "Authorization: Bearer $TOKEN" \\',
    `  ${location.origin}/api/v1/expenses`,
  ]
  return [`TOKEN='${token}'`, ...lines].join('\n')
}

/** @param {string} text */
async function announce(text) {
  toast(
    (await copy(text)) ? 'Copied.' : 'Your browser keeps the clipboard closed; select and copy.',
  )
}

/** Browsers open the clipboard on https and on this machine only. @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
