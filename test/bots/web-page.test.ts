import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { DomainError } from '../../src/domain/errors.ts'
import {
  buildTestChat,
  chatSecret,
  person,
  saved,
  type TestChat,
  undone,
} from '../support/web-chat.ts'

const origin = 'http://localhost'
const clientKey = 'c0ffee00c0ffee00'
let chat: TestChat

afterEach(() => chat.app.close())

describe('the page itself', () => {
  it('runs no inline script or style and nothing from elsewhere', async () => {
    chat = await buildTestChat()
    const page = await get('/')
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'/)
    expect(page.headers['content-security-policy']).not.toContain('unsafe')
    expect(page.body).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/)
    expect(page.body).not.toMatch(/(?:src|href)="(?!\/|#)/)
  })

  it('serves every file the page names, with its type and the same policy', async () => {
    chat = await buildTestChat()
    const page = await get('/')
    const paths = [...page.body.matchAll(/(?:src|href)="(\/chat\/[^"]+)"/g)].map(
      (match) => match[1]!,
    )
    expect(paths.length).toBeGreaterThan(10)
    for (const path of paths) {
      const asset = await get(path)
      expect([path, asset.statusCode]).toEqual([path, 200])
      expect(asset.headers['content-type']).toMatch(/^(text\/(css|javascript)|image\/svg)/)
      expect(asset.headers['content-security-policy']).toContain("script-src 'self'")
      expect(asset.headers['x-content-type-options']).toBe('nosniff')
    }
  })

  it('preloads every module that another one imports', async () => {
    chat = await buildTestChat()
    const page = await get('/')
    const named = [...page.body.matchAll(/"\/chat\/([\w-]+\.js)"/g)].map((match) => match[1]!)
    for (const name of named) {
      const source = (await get(`/chat/${name}`)).body
      for (const match of source.matchAll(/ from '\.\/([\w-]+\.js)'/g))
        expect(named).toContain(match[1])
    }
  })

  it('answers a known ETag with 304 and keeps its sources to itself', async () => {
    chat = await buildTestChat()
    const first = await get('/chat/app.js')
    const again = await get('/chat/app.js', { 'if-none-match': String(first.headers.etag) })
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
    expect((await get('/chat/tsconfig.json')).statusCode).toBe(404)
  })
})

describe('a conversation', () => {
  it('starts with the person at this machine, the chats and what was said', async () => {
    chat = await buildTestChat()
    const cookie = await signIn()
    await say(cookie, { text: '12 lunch' })
    const state = (await get('/chat/state')).json()
    expect(state).toMatchObject({ mode: 'demo', person: { displayName: 'You' } })
    expect(state.chats).toMatchObject([
      { chatId: 'private-you', entries: [{ text: '12 lunch', reply: saved }] },
      { chatId: 'flat', people: ['Ann', 'Bob'], entries: [] },
    ])
  })

  it('hands on the text with its sender, zone, mentions and delivery key', async () => {
    chat = await buildTestChat()
    const text = '12 dinner @ann @quits mail@bob.example (@Bob)'
    const here = { timeZone: 'Asia/Tokyo', locale: 'ja-JP' }
    const answer = await say(await signIn(), { chatId: 'flat', text, ...here })
    expect(answer.json()).toEqual({ id: 'e0', reply: { type: 'message', message: saved } })
    expect(chat.updates).toMatchObject([
      {
        kind: 'message',
        text,
        deliveryKey: `you:${clientKey}`,
        address: { platform: 'web', tenant: 'local', chatId: 'flat', threadId: null },
        chatKind: 'group',
        sender: { externalId: 'you', ...here },
        mentions: [
          { start: 10, end: 14, handle: 'ann' },
          { start: 40, end: 44, handle: 'Bob' },
        ],
        addressed: true,
      },
    ])
  })

  it('tells talk among people from talk to Quits', async () => {
    chat = await buildTestChat()
    const cookie = await signIn()
    const texts = ['hello', '/balance', 'hey @Quits how much', 'mail me@quits.example']
    for (const [at, text] of texts.entries())
      await say(cookie, { chatId: 'flat', text, clientKey: `${clientKey}-${at}` })
    await say(cookie, { text: 'hello' })
    const addressed = chat.updates.map((update) => update.kind === 'message' && update.addressed)
    expect(addressed).toEqual([false, true, true, false, true])
  })

  it('says so when nothing was meant for us', async () => {
    chat = await buildTestChat()
    const answer = await say(await signIn(), { text: 'hello' })
    expect(answer.json()).toEqual({ id: null, reply: { type: 'silence' } })
  })

  it('passes on the same delivery key for a retry', async () => {
    chat = await buildTestChat()
    const cookie = await signIn()
    const [first, again] = [
      await say(cookie, { text: '12 lunch' }),
      await say(cookie, { text: '12 lunch' }),
    ]
    expect(again.json()).toEqual(first.json())
    expect(chat.updates.map(({ deliveryKey }) => deliveryKey)).toEqual([
      `you:${clientKey}`,
      `you:${clientKey}`,
    ])
    expect(chat.entries).toHaveLength(1)
  })

  it('keeps what a pressed button made of its card', async () => {
    chat = await buildTestChat()
    const cookie = await signIn()
    await say(cookie, { text: '12 lunch' })
    const action = {
      chatId: 'private-you',
      action: 'u.x.1',
      messageId: 'e0',
      clientKey: 'press-press',
    }
    const answer = await post('/chat/actions', action, { cookie })
    expect(answer.json().reply).toEqual({ type: 'replace', message: undone, toast: 'Undone.' })
    expect(chat.entries).toMatchObject([{ text: '12 lunch', reply: undone }])
    expect(chat.updates[1]).toMatchObject({ kind: 'action', action: 'u.x.1', messageId: 'e0' })
  })

  it('changes a card in the chat that was named and nowhere else', async () => {
    chat = await buildTestChat()
    const cookie = await signIn()
    await say(cookie, { text: '12 lunch' })
    const action = { chatId: 'flat', action: 'u.x.1', messageId: 'e0', clientKey: 'press-press' }
    expect((await post('/chat/actions', action, { cookie })).statusCode).toBe(200)
    expect(chat.entries).toMatchObject([{ text: '12 lunch', reply: saved }])
  })

  it.each([
    ['no text', { text: '  \n ' }],
    ['a text beyond 2,000 characters', { text: 'x'.repeat(2001) }],
    ['a key too short to be unique', { text: '12 lunch', clientKey: 'a' }],
  ])('refuses %s', async (_, body) => {
    chat = await buildTestChat()
    const refusal = await say(await signIn(), body)
    expect(refusal.statusCode).toBe(400)
    expect(refusal.json()).toMatchObject({ status: 400, code: 'malformed-request' })
    expect(chat.updates).toEqual([])
  })

  it('takes 2,000 characters, counted as people count', async () => {
    chat = await buildTestChat()
    expect((await say(await signIn(), { text: '🍕'.repeat(2000) })).statusCode).toBe(200)
  })

  it("refuses a chat that is not the person's", async () => {
    chat = await buildTestChat()
    const refusal = await say(await signIn(), { chatId: 'private-mira', text: '12 lunch' })
    expect(refusal.statusCode).toBe(404)
    expect(refusal.json()).toMatchObject({ code: 'chat-not-found' })
    expect(chat.updates).toEqual([])
  })

  it('answers a refusal from below and a bug with a problem document', async () => {
    const failures: Error[] = [
      new DomainError('unavailable', 'database-away', 'Try again.', { retryAfterSeconds: 2 }),
      new Error('secret inside'),
    ]
    chat = await buildTestChat({ answer: () => Promise.reject(failures.shift()) })
    const cookie = await signIn()
    const away = await say(cookie, { text: '12 lunch' })
    expect([away.statusCode, away.headers['retry-after']]).toEqual([503, '2'])
    expect(away.headers['content-type']).toMatch(/^application\/problem\+json/)
    const bug = await say(cookie, { text: '12 lunch' })
    expect(bug.statusCode).toBe(500)
    expect(bug.body).not.toContain('secret')
  })
})

describe('the door on this machine', () => {
  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST:80'])('opens to %s', async (host) => {
    chat = await buildTestChat()
    expect((await get('/chat/state', { host })).statusCode).toBe(200)
  })

  it.each(['evil.example', 'localhost.evil.example', 'localhost:81', '192.168.0.7'])(
    'stays shut to the name "%s", for the page, its files and the chat',
    async (host) => {
      chat = await buildTestChat()
      for (const path of ['/', '/chat/app.js', '/chat/state']) {
        const refusal = await get(path, { host })
        expect(refusal.statusCode).toBe(403)
        expect(refusal.json()).toMatchObject({ code: 'foreign-host', status: 403 })
        expect(refusal.headers['set-cookie']).toBeUndefined()
      }
    },
  )

  it('names the port that it listens on', async () => {
    chat = await buildTestChat()
    await chat.app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = chat.app.server.address() as AddressInfo
    expect(await statusFor(port, `localhost:${port}`)).toBe(200)
    expect(await statusFor(port, `localhost:${port - 1}`)).toBe(403)
    expect(await statusFor(port, 'localhost')).toBe(403)
  })

  it('signs nobody in through a proxy', async () => {
    chat = await buildTestChat()
    const refusal = await get('/chat/state', { 'x-forwarded-for': '203.0.113.9' })
    expect(refusal.json()).toMatchObject({ status: 403, code: 'behind-a-proxy' })
  })

  it.each([
    ['another site', 'https://evil.example'],
    ['another port', 'http://localhost:81'],
    ['an opaque origin', 'null'],
    ['no origin at all', undefined],
  ])('takes no change from %s', async (_, from) => {
    chat = await buildTestChat()
    const cookie = await signIn()
    for (const path of ['/chat/messages', '/chat/actions', '/chat/token', '/chat/session']) {
      const refusal = await post(path, {}, { cookie, origin: from })
      expect([path, refusal.json().code]).toEqual([path, 'foreign-origin'])
    }
    expect(chat.updates).toEqual([])
  })

  it('signs its cookie, hides it from scripts and from other sites', async () => {
    chat = await buildTestChat()
    const [cookie, ...attributes] = String((await get('/chat/state')).headers['set-cookie']).split(
      '; ',
    )
    expect(attributes).toEqual(['Path=/', 'Max-Age=86400', 'HttpOnly', 'SameSite=Strict'])
    const [name, payload, signature] = cookie!.split(/[=.]/)
    const forged = Buffer.from(
      JSON.stringify({ person: person('mira', 'Mira'), expiresAt: Date.now() + 60_000 }),
    ).toString('base64url')
    for (const value of [
      `${forged}.${signature}`,
      `${payload}.`,
      `${payload}`,
      `.${signature}`,
      '',
    ]) {
      const refusal = await say(`${name}=${value}`, { text: '12 lunch' })
      expect([value, refusal.statusCode, refusal.json().code]).toEqual([
        value,
        401,
        'not-signed-in',
      ])
    }
    expect((await say(`other=1; ${cookie}`, { text: '12 lunch' })).statusCode).toBe(200)
  })

  it("knows no other server's cookie", async () => {
    chat = await buildTestChat({ cookieSecret: `not ${chatSecret}` })
    const foreign = await signIn()
    await chat.app.close()
    chat = await buildTestChat()
    expect((await say(foreign, { text: '12 lunch' })).statusCode).toBe(401)
  })

  it('gives out an API token that no cache keeps', async () => {
    chat = await buildTestChat()
    const answer = await post('/chat/token', undefined, { cookie: await signIn() })
    expect(answer.json()).toEqual({ token: 'token of you', expiresInSeconds: 900 })
    expect(answer.headers['cache-control']).toBe('no-store')
    expect((await post('/chat/token')).statusCode).toBe(401)
  })
})

describe('the door beyond this machine', () => {
  const publicOrigin = 'https://quits.example'
  const outside = { host: 'quits.example', origin: publicOrigin }

  it('shows nothing before a log-in', async () => {
    chat = await buildTestChat({ isLoopback: false, publicOrigin })
    const state = await get('/chat/state', { host: 'quits.example' })
    expect(state.json()).toEqual({ mode: 'login', person: null, chats: [] })
    expect(state.headers['set-cookie']).toBeUndefined()
    expect((await say('', { text: '12 lunch' }, outside)).statusCode).toBe(401)
  })

  it('logs in with an access token, and out again', async () => {
    chat = await buildTestChat({ isLoopback: false, publicOrigin })
    const session = await post('/chat/session', { accessToken: 'good' }, outside)
    const header = String(session.headers['set-cookie'])
    expect(session.statusCode).toBe(204)
    expect(header).toMatch(/^__Host-quits-chat=.*; HttpOnly; SameSite=Strict; Secure$/)
    const cookie = header.split(';')[0]!
    const state = await get('/chat/state', { host: 'quits.example', cookie })
    expect(state.json()).toMatchObject({ person: { displayName: 'Mira' }, mode: 'login' })
    const end = await chat.app.inject({
      method: 'DELETE',
      url: '/chat/session',
      headers: { ...outside, cookie },
    })
    expect(end.headers['set-cookie']).toMatch(/^__Host-quits-chat=; Path=\/; Max-Age=0/)
  })

  it('refuses a token that is not valid', async () => {
    chat = await buildTestChat({ isLoopback: false, publicOrigin })
    const refusal = await post('/chat/session', { accessToken: 'stale' }, outside)
    expect(refusal.statusCode).toBe(401)
    expect(refusal.headers['set-cookie']).toBeUndefined()
  })

  it('answers to its own name and takes changes from its own origin only', async () => {
    chat = await buildTestChat({ isLoopback: false, publicOrigin })
    expect((await get('/', { host: 'other.example' })).json().code).toBe('foreign-host')
    const plain = { host: 'quits.example', origin: 'http://quits.example' }
    const refusal = await post('/chat/session', { accessToken: 'good' }, plain)
    expect(refusal.json().code).toBe('foreign-origin')
  })

  it('asks for a log-in on loopback too once it has an outside address', async () => {
    chat = await buildTestChat({ publicOrigin })
    const state = await get('/chat/state', { host: 'quits.example' })
    expect(state.json()).toMatchObject({ mode: 'login', person: null })
  })

  it('takes the name it is called by where none was configured', async () => {
    chat = await buildTestChat({ isLoopback: false })
    const lan = { host: '192.168.0.7:3000', origin: 'http://192.168.0.7:3000' }
    expect((await post('/chat/session', { accessToken: 'good' }, lan)).statusCode).toBe(204)
    const other = { ...lan, origin: 'http://192.168.0.8:3000' }
    expect((await post('/chat/session', { accessToken: 'good' }, other)).statusCode).toBe(403)
  })

  it('has no use for a session where it needs no log-in', async () => {
    chat = await buildTestChat()
    expect((await post('/chat/session', { accessToken: 'good' })).statusCode).toBe(409)
  })
})

function get(url: string, headers: Record<string, string> = {}) {
  return chat.app.inject({ url, headers: { host: 'localhost', ...headers } })
}

function post(url: string, body?: object, headers: Record<string, string | undefined> = {}) {
  const all = { host: 'localhost', origin, ...headers }
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  return chat.app.inject({ method: 'POST', url, headers: sent, ...(body && { payload: body }) })
}

function say(cookie: string, body: object, headers: Record<string, string> = {}) {
  const message = { chatId: 'private-you', clientKey, ...body }
  return post('/chat/messages', message, { cookie, ...headers })
}

async function signIn(): Promise<string> {
  return String((await get('/chat/state')).headers['set-cookie']).split(';')[0]!
}

/** Undici refuses to send a Host of one's own; node:http does. */
function statusFor(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path: '/chat/state', headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
  })
}
