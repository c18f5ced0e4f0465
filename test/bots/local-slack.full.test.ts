import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSlack, type SlackAdapter } from '../../src/bots/slack/app.ts'
import { openConversation, type TestConversation } from '../support/conversation.ts'
import {
  freePort,
  type LocalMessage,
  type LocalSlack,
  localSlackObstacle,
  startLocalSlack,
} from '../support/slack/local-slack.ts'
import { defaultApp } from '../support/slack/wire.ts'

const obstacle = localSlackObstacle()
if (obstacle) process.stderr.write(`SKIPPED: the Slack journey against local-slack: ${obstacle}\n`)

describe.skipIf(obstacle !== undefined)('the Slack bot in local-slack', () => {
  let core: TestConversation
  let slack: LocalSlack
  let bot: SlackAdapter
  let server: FastifyInstance

  beforeAll(async () => {
    core = await openConversation()
    const port = await freePort()
    slack = await startLocalSlack({
      app: defaultApp,
      requestUrl: `http://127.0.0.1:${port}/slack/events`,
      people: [
        { id: 'U01ANA', name: 'ana', real_name: 'Ana', tz: 'Europe/Lisbon' },
        { id: 'U02BEN', name: 'ben', real_name: 'Ben' },
      ],
      channels: [
        { id: 'C01TRIP', name: 'trip', members: ['U01ANA', 'U02BEN', defaultApp.botUserId] },
      ],
    })
    const { botToken, signingSecret } = defaultApp
    const silent = () => undefined
    bot = createSlack({
      botToken,
      signingSecret,
      apiUrl: slack.apiUrl,
      conversation: core.conversation,
      log: { info: silent, warn: silent },
    })
    server = Fastify()
    await server.register(bot.plugin!)
    await server.listen({ host: '127.0.0.1', port })
    await bot.start()
  })

  beforeEach(() => slack.reset())

  afterAll(async () => {
    await server?.close()
    await bot?.stop()
    await slack?.close()
    await core?.close()
  })

  const saying = (words: string) => (message: LocalMessage) =>
    message.user === defaultApp.botUserId && message.text.includes(words)

  it('splits a dinner, and takes it back on the same card when Undo is pressed', async () => {
    await slack.command('C01TRIP', 'U01ANA', '/split', '90 dinner <@U02BEN|ben>')
    const card = await slack.waitForMessage('C01TRIP', saying('dinner'))
    expect(card.text).toContain('€90.00')
    const [space] = await core.workspace.knex('chat_spaces')
    const balances = await core.workspace.balances(space.group_id)
    expect(Object.values(balances).toSorted()).toEqual(['-45.00', '45.00'])
    await slack.press('C01TRIP', card, 'U01ANA', 'button_0_0')
    const undone = await slack.waitForMessage('C01TRIP', saying('Undone:'))
    expect(undone.ts).toBe(card.ts)
    const after = await core.workspace.balances(space.group_id)
    expect(Object.values(after).filter((amount) => amount !== '0.00')).toEqual([])
  })

  it('tells a refusal to nobody but the asker', async () => {
    await slack.command('C01TRIP', 'U01ANA', '/spent', 'lunch')
    const refusal = await slack.waitForMessage('C01TRIP', saying('nothing was recorded'))
    expect(refusal.ephemeral_to).toBe('U01ANA')
  })

  it('answers a mention once and leaves its edit alone', async () => {
    const message = await slack.say('C01TRIP', 'U01ANA', '<@U0QUITS> 12 lunch')
    await slack.waitForMessage('C01TRIP', saying('lunch'))
    await slack.editMessage('C01TRIP', message, '<@U0QUITS> 13 lunch')
    // Served after the edit, had the edit been taken.
    await slack.say('C01TRIP', 'U01ANA', '<@U0QUITS> 5 tea')
    await slack.waitForMessage('C01TRIP', saying('tea'))
    const cards = (await slack.messages('C01TRIP')).filter(saying('lunch'))
    expect(cards).toHaveLength(1)
  })
})
