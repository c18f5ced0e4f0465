import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failedStart, startServer, type TestServer, temporaryFolder } from '../support/server.ts'

const folder = temporaryFolder()
const dataDir = join(folder.path, 'data')
let server: TestServer

beforeAll(async () => {
  server = await startServer({ dataDir })
})

afterAll(async () => {
  await server.stop()
  folder.remove()
})

/** What the page in the browser does: a session, then messages under it. */
async function openPage(url: string) {
  const opened = await fetch(`${url}/chat/state`)
  const cookie = opened.headers.get('set-cookie')!.split(';')[0]!
  const post = async (path: string, body?: object) => {
    const reply = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { cookie, origin: url, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return reply.json()
  }
  return {
    say: (text: string) =>
      post('/chat/messages', { chatId: 'private-you', text, clientKey: randomUUID() }),
    token: async () => ((await post('/chat/token')) as { token: string }).token,
  }
}

type Expenses = { items: { description: string }[]; nextCursor: string | null }

const descriptions = async (url: string, token: string): Promise<readonly string[]> => {
  const found: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page = (await fetch(
      `${url}/api/v1/expenses?limit=200${cursor ? `&cursor=${cursor}` : ''}`,
      { headers: { authorization: `Bearer ${token}` } },
    ).then((reply) => reply.json())) as Expenses
    found.push(...page.items.map((item) => item.description))
    cursor = page.nextCursor
  }
  return found
}

describe('the first minute', () => {
  it('turns "12 lunch" on the page into an expense that the API reads back', async () => {
    const page = await openPage(server.url)
    expect(JSON.stringify(await page.say('12 lunch'))).toContain('€12.00')
    expect(await descriptions(server.url, await page.token())).toEqual(['lunch'])
  })

  it('prints where the page, the API and the data are', () => {
    expect(server.output()).toContain(`${server.url}/ `)
    expect(server.output()).toContain(`${server.url}/docs`)
    expect(server.output()).toContain(dataDir)
  })
})

describe('a start that cannot be', () => {
  it('says that Quits runs on this folder already, and leaves it running', async () => {
    const second = await failedStart({ dataDir })
    expect(second.code).toBe(1)
    expect(second.output).toMatch(/already running/i)
    expect(second.output).toContain(String(server.pid))
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  })

  it('says that the port is taken, and by which setting to choose another', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => holder.once('listening', resolve))
    const { port } = holder.address() as AddressInfo
    const failed = await failedStart({ dataDir: join(folder.path, 'other'), port })
    holder.close()
    expect(failed.code).toBe(1)
    expect(failed.output).toMatch(new RegExp(`Port ${port} .* taken.*PORT=`))
    expect(failed.output).not.toContain('    at ')
  })

  it('names every malformed setting at once', async () => {
    const failed = await failedStart({
      dataDir: join(folder.path, 'other'),
      env: {
        DATABASE_URL: 'mysql://nowhere',
        JWT_SECRET: 'short',
        ROLES: 'api,chef',
        TELEGRAM_MODE: 'pigeon',
      },
    })
    expect(failed.code).toBe(1)
    for (const name of ['DATABASE_URL', 'JWT_SECRET', 'ROLES', 'TELEGRAM_MODE']) {
      expect(failed.output).toContain(name)
    }
  })
})

describe('kill -9 in the middle of 200 writes', () => {
  it('loses none that was acknowledged', async () => {
    const folder = temporaryFolder()
    const first = await startServer({ dataDir: folder.path })
    const page = await openPage(first.url)
    const acknowledged: string[] = []
    const token = await page.token()
    for (let index = 1; index <= 200; index += 1) {
      if (index === 120) process.kill(first.pid, 'SIGKILL')
      const description = `write ${index}`
      const reply = await fetch(`${first.url}/api/v1/expenses`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ amount: '1.00', currency: 'EUR', description }),
      }).catch(() => null)
      if (reply?.status === 201) acknowledged.push(description)
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(100)
    const second = await startServer({ dataDir: folder.path })
    const found = await descriptions(second.url, await (await openPage(second.url)).token())
    expect(acknowledged.filter((description) => !found.includes(description))).toEqual([])
    expect(await second.stop()).toBe(0)
    folder.remove()
  })
})

describe('leaving', () => {
  it('finishes what is running and exits with 0 on SIGTERM and SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const folder = temporaryFolder()
      const own = await startServer({ dataDir: folder.path })
      const page = await openPage(own.url)
      const [code] = await Promise.all([
        page.say('12 lunch').then(() => own.stop(signal)),
        page.say('13 cake').catch(() => null),
      ])
      expect(code).toBe(0)
      folder.remove()
    }
  })
})
