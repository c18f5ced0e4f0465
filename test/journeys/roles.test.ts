import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer, temporaryFolder } from '../support/server.ts'

const folder = temporaryFolder()
let server: TestServer

beforeAll(async () => {
  server = await startServer({
    dataDir: folder.path,
    env: {
      ROLES: 'bots,worker',
      SLACK_BOT_TOKEN: 'xoxb-of-the-tests',
      SLACK_SIGNING_SECRET: 'a signing secret of the tests',
      // Nobody listens there: what is tested needs no answer of Slack.
      SLACK_API_URL: 'http://127.0.0.1:1/',
    },
  })
})

afterAll(async () => {
  await server?.stop()
  folder.remove()
})

const status = async (path: string, method = 'GET') =>
  (await fetch(`${server.url}${path}`, { method })).status

describe('a process without the role api', () => {
  it.each(['/healthz', '/readyz'])('answers at %s', async (path) => {
    expect(await status(path)).toBe(200)
  })

  it.each(['/api/v1/expenses', '/docs', '/docs/json', '/', '/chat/state'])(
    'has nothing at %s',
    async (path) => {
      expect(await status(path)).toBe(404)
    },
  )

  it('takes deliveries of the chat platforms, and refuses unsigned ones', async () => {
    expect(await status('/slack/events', 'POST')).toBe(401)
  })
})
