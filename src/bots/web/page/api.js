/** @import { Answer, ChatState, IssuedToken, Problem } from '../wire.ts' */

/** Why a request failed. Status 0: the server wasn't reached, so nobody knows whether it was done. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} detail
   */
  constructor(status, code, detail) {
    super(detail)
    this.status = status
    this.code = code
    this.detail = detail
  }

  /** The same request may succeed later, and is recorded once however often it is sent. */
  get mayRetry() {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/** @returns {Promise<ChatState>} */
export function loadState() {
  return call('GET', '/chat/state')
}

/**
 * @param {string} chatId
 * @param {string} text
 * @param {string} clientKey
 * @returns {Promise<Answer>}
 */
export function sendMessage(chatId, text, clientKey) {
  return signedIn('/chat/messages', { chatId, text, clientKey, ...here() })
}

/**
 * @param {string} chatId
 * @param {string} action
 * @param {string} messageId
 * @param {string} clientKey
 * @returns {Promise<Answer>}
 */
export function pressButton(chatId, action, messageId, clientKey) {
  return signedIn('/chat/actions', { chatId, action, messageId, clientKey, ...here() })
}

/** @returns {Promise<IssuedToken>} */
export function issueToken() {
  return signedIn('/chat/token')
}

/**
 * @param {'login' | 'register'} how
 * @param {Record<string, string>} credentials
 */
export async function logIn(how, credentials) {
  const { accessToken } = await call('POST', `/api/v1/auth/${how}`, credentials)
  await call('POST', '/chat/session', { accessToken })
}

/** @returns {Promise<void>} */
export function logOut() {
  return call('DELETE', '/chat/session')
}

/** Stays the same over the retries of one message. */
export function newClientKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function here() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return { timeZone, locale: navigator.language }
}

/**
 * A page left open outlives its session; on this machine asking for the state starts a new one.
 *
 * @param {string} path
 * @param {object} [body]
 */
async function signedIn(path, body) {
  try {
    return await call('POST', path, body)
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) throw error
    const { person } = await loadState()
    if (person === null) throw error
    return call('POST', path, body)
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>}
 */
async function call(method, path, body) {
  const content = body && {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  }
  const signal = AbortSignal.timeout(20_000)
  const response = await fetch(path, { method, signal, ...content }).catch(() => null)
  if (response === null) throw new Refusal(0, 'unreachable', 'Quits can’t be reached.')
  if (response.status === 204) return
  const answer = await response.json().catch(() => null)
  if (response.ok && answer !== null) return answer
  const problem = /** @type {Partial<Problem> | null} */ (answer)
  const detail = problem?.detail ?? `Quits answered with ${response.status}.`
  throw new Refusal(response.ok ? 502 : response.status, problem?.code ?? 'unknown', detail)
}
