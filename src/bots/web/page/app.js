import { loadState, logOut, Refusal } from './api.js'
import { chatList, withWhom } from './chat-list.js'
import { composer } from './composer.js'
import { conversation } from './conversation.js'
import { byId } from './dom.js'
import { loginForm } from './login.js'
import { emptyState, suggestionsFor } from './suggestions.js'
import { tokenButton } from './token.js'

/** @import { ChatState } from '../wire.ts' */
/** @import { Conversation } from './conversation.js' */
/** @import { Suggestion } from './suggestions.js' */

/** @type {readonly Conversation[]} */
let conversations = []
/** @type {Conversation | undefined} */
let current
/** @type {ReturnType<typeof chatList> | undefined} */
let chats

const login = loginForm(start)
const input = composer({
  onSend: (text) => send(text),
  onPick: pick,
  earlier: () => current?.sent ?? [],
})
tokenButton()
byId('log-out', HTMLButtonElement).addEventListener('click', async () => {
  await logOut()
  location.reload()
})
byId('try-again', HTMLButtonElement).addEventListener('click', start)
await start()

async function start() {
  try {
    const state = await loadState()
    if (state.person === null) showLogin()
    else showChats(state)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    byId('away-detail', HTMLElement).textContent =
      error.status === 0 ? 'Is the server running?' : error.detail
    only('away')
  }
}

function showLogin() {
  byId('token-button', HTMLButtonElement).hidden = true
  byId('log-out', HTMLButtonElement).hidden = true
  only('gate')
  login.focus()
}

/** @param {ChatState} state */
function showChats(state) {
  byId('token-button', HTMLButtonElement).hidden = false
  byId('log-out', HTMLButtonElement).hidden = state.mode === 'demo'
  byId('where', HTMLElement).textContent =
    state.mode === 'demo'
      ? 'A demo on this machine, without a log-in. Telegram, Slack and the API share these books.'
      : `Logged in as ${state.person?.displayName}.`
  conversations = state.chats.map((chat) => conversation(chat, refused))
  byId('logs', HTMLElement).replaceChildren(...conversations.map(({ element }) => element))
  chats = chatList(state.chats, ({ chatId }) => open(chatId))
  only('app')
  open(sessionStorage.getItem('chat') ?? '')
}

/** The first chat where there is none of that id. @param {string} chatId */
function open(chatId) {
  current = conversations.find(({ chat }) => chat.chatId === chatId) ?? conversations[0]
  if (!current) return
  const { chat } = current
  sessionStorage.setItem('chat', chat.chatId)
  chats?.show(chat)
  document.title = `${chat.title} · Quits`
  byId('chat-title', HTMLElement).textContent = chat.title
  byId('chat-about', HTMLElement).textContent = withWhom(chat)
  for (const each of conversations) each.element.hidden = each !== current
  input.invite(chat.kind === 'group' ? 'What should be split?' : 'What did you spend?')
  suggest()
  current.toEnd()
  input.focus()
}

function suggest() {
  if (!current) return
  const { chat, element } = current
  const all = suggestionsFor(
    chat,
    conversations.map((each) => each.chat),
  )
  const isEmpty = element.querySelector('.entry') === null
  if (isEmpty) element.replaceChildren(emptyState(chat, all, pick))
  input.suggest(isEmpty ? [] : all.filter((each) => !wasSent(each)))
}

/** @param {Suggestion} suggestion */
function wasSent({ text, chatId }) {
  const target = conversations.find(({ chat }) => chat.chatId === chatId)
  return target?.sent.includes(text) ?? false
}

/** @param {Suggestion} suggestion */
function pick({ text, chatId }) {
  if (chatId !== current?.chat.chatId) open(chatId)
  send(text)
}

/** @param {string} text */
function send(text) {
  void current?.send(text)
  suggest()
  input.focus()
}

/** @param {Refusal} refusal */
function refused({ status }) {
  if (status === 401) showLogin()
}

/** @param {'app' | 'gate' | 'away'} shown */
function only(shown) {
  for (const id of ['app', 'gate', 'away']) byId(id, HTMLElement).hidden = id !== shown
}
