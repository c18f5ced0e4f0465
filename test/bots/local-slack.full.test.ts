import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  freePort,
  type LocalSlack,
  localSlackObstacle,
  startLocalSlack,
} from '../support/slack/local-slack.ts'
import { startTinyBot, type TinyBot } from '../support/slack/tiny-bot.ts'
import { defaultApp } from '../support/slack/wire.ts'

const obstacle = localSlackObstacle()
if (obstacle) process.stderr.write(`SKIPPED: the Slack journey against local-slack: ${obstacle}\n`)

describe.skipIf(obstacle !== undefined)('a Bolt app in local-slack', () => {
  let slack: LocalSlack
  let bot: TinyBot

  beforeAll(async () => {
    const port = await freePort()
    slack = await startLocalSlack({
      app: defaultApp,
      requestUrl: `http://127.0.0.1:${port}/slack/events`,
      people: [{ id: 'U01ANA', name: 'ana', real_name: 'Ana', tz: 'Europe/Lisbon' }],
      channels: [{ id: 'C01TRIP', name: 'trip', members: ['U01ANA', defaultApp.botUserId] }],
    })
    bot = await startTinyBot({ app: defaultApp, apiUrl: slack.apiUrl, port })
  })

  afterAll(async () => {
    await bot?.close()
    await slack?.close()
  })

  it('posts a card for a command, answers privately, and updates the card on a press', async () => {
    await slack.command('C01TRIP', 'U01ANA', '/spent', '12 lunch')
    const card = await slack.waitForMessage('C01TRIP', ({ text }) => text === '12 lunch')
    const saved = await slack.waitForMessage('C01TRIP', ({ text }) => text === 'Saved.')
    expect(saved.ephemeral_to).toBe('U01ANA')
    await slack.press('C01TRIP', card, 'U01ANA', 'undo')
    const undone = await slack.waitForMessage('C01TRIP', ({ text }) => text === 'Undone.')
    expect(undone.ts).toBe(card.ts)
  })

  it('hears of messages, mentions and edits', async () => {
    const message = await slack.say('C01TRIP', 'U01ANA', '<@U0QUITS> 12 lunch')
    await slack.editMessage('C01TRIP', message, '<@U0QUITS> 13 lunch')
    await expect.poll(() => bot.heard.toSorted()).toEqual(['app_mention', 'message', 'message'])
  })
})
