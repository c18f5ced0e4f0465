import { logIn, Refusal } from './api.js'
import { byId } from './dom.js'

/** @param {() => Promise<void>} onLoggedIn */
export function loginForm(onLoggedIn) {
  const form = byId('login', HTMLFormElement)
  const username = byId('username', HTMLInputElement)
  const email = byId('email', HTMLInputElement)
  const password = byId('password', HTMLInputElement)
  const go = byId('login-go', HTMLButtonElement)
  const refusal = byId('login-refusal', HTMLElement)
  let isNew = false

  function refresh() {
    const verb = isNew ? 'Create account' : 'Log in'
    byId('gate-title', HTMLElement).textContent = isNew ? 'Create an account' : 'Log in to Quits'
    byId('username-label', HTMLElement).textContent = isNew ? 'Username' : 'Username or email'
    byId('email-row', HTMLElement).hidden = !isNew
    byId('switch-question', HTMLElement).textContent = isNew ? 'Have an account?' : 'New here?'
    byId('switch', HTMLElement).textContent = isNew ? 'Log in' : 'Create an account'
    email.required = isNew
    password.autocomplete = isNew ? 'new-password' : 'current-password'
    go.textContent = verb
    refusal.textContent = ''
  }

  function credentials() {
    const name = username.value.trim()
    if (isNew) return { username: name, email: email.value.trim(), password: password.value }
    const who = name.includes('@') ? { email: name } : { username: name }
    return { ...who, password: password.value }
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const missing = [username, email, password].find((field) => !field.checkValidity())
    if (missing) {
      refusal.textContent = missing === email ? 'Enter an email address.' : 'Fill in every field.'
      return missing.focus()
    }
    go.disabled = true
    refusal.textContent = ''
    try {
      await logIn(isNew ? 'register' : 'login', credentials())
      password.value = ''
      await onLoggedIn()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refusal.textContent = error.detail
      password.select()
    } finally {
      go.disabled = false
    }
  })
  byId('switch', HTMLButtonElement).addEventListener('click', () => {
    isNew = !isNew
    refresh()
    username.focus()
  })
  return { focus: () => username.focus() }
}
