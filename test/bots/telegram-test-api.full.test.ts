import { createRequire } from 'node:module'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTelegram } from '../../src/bots/telegram/bot.ts'
import { openConversation, type TestConversation } from '../support/conversation.ts'
import { freePort } from '../support/free-port.ts'

type Sent = { text: string; reply_markup?: { inline_keyboard: { callback_data: string }[][] } }
type Entry = { messageId: number; message?: Sent & { chat_id?: string | number } }
type Client = {
  makeCommand(text: string): object
  sendCommand(command: object): Promise<unknown>
  makeCallbackQuery(data: string, options: object): object
  sendCallback(query: object): Promise<unknown>
  getUpdatesHistory(): Promise<Entry[]>
}
type Emulator = {
  start(): Promise<void>
  stop(): Promise<boolean>
  getClient(token: string, options: object): Client
}
const TelegramServer = createRequire(new URL('../tools/package.json', import.meta.url))(
  'telegram-test-api',
) as new (
  options: object,
) => Emulator

const token = '123456:emulated-token'
let books: TestConversation
let emulator: Emulator
let stop: (() => Promise<void>) | undefined
let client: Client

beforeEach(async () => {
  books = await openConversation()
  const port = await freePort()
  const host = '127.0.0.1'
  emulator = new TelegramServer({ port, host, storage: 'RAM', storeTimeout: 60 })
  await emulator.start()
  const ana = { userId: 5, chatId: 5, type: 'private', firstName: 'Ana', timeout: 3000 }
  client = emulator.getClient(token, ana)
  const adapter = createTelegram({
    token,
    apiRoot: `http://${host}:${port}`,
    mode: 'polling',
    webhookSecret: 'unused',
    conversation: books.conversation,
    log: { info() {}, warn() {}, error() {} },
  })
  stop = adapter.stop
  await adapter.start()
})

afterEach(async () => {
  await stop?.()
  await books.close()
  await emulator.stop()
})

/** The bot's messages; only those name their chat by `chat_id`. */
async function answers(): Promise<Entry[]> {
  const history = await client.getUpdatesHistory()
  return history.filter((entry) => entry.message?.chat_id !== undefined)
}

const answered = (words: string): Promise<Entry> =>
  vi.waitFor(
    async () => {
      const found = (await answers()).find((entry) => entry.message?.text.includes(words))
      expect(found, `an answer with "${words}"`).toBeDefined()
      return found!
    },
    { timeout: 5000, interval: 50 },
  )

describe("somebody else's idea of Telegram", () => {
  it('carries a command, its card and the tap that takes it back', async () => {
    await client.sendCommand(client.makeCommand('/spent 12 lunch'))
    const card = await answered('Recorded')
    expect(card.message?.text).toBe('Recorded €12.00 · lunch')
    expect(await books.workspace.knex('expenses')).toMatchObject([{ amount: '12.0000' }])

    const [undo] = card.message!.reply_markup!.inline_keyboard.flat()
    const chat = { id: 5, type: 'private', first_name: 'Ana' }
    const message = { message_id: card.messageId, chat, date: 1_790_000_000, text: 'card' }
    await client.sendCallback(client.makeCallbackQuery(undo!.callback_data, { message }))
    const undone = await answered('Undone')
    expect(undone.messageId).toBe(card.messageId)
    const rows = await books.workspace.knex('expenses').select('voided_at')
    expect(rows).toEqual([{ voided_at: expect.any(Date) }])
    expect(await answers()).toHaveLength(1)
  })
})
