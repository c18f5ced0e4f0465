import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IncomingMessage } from '../../src/bots/conversation/incoming.ts'
import { namesWantedBy, readEvent, type Surroundings } from '../../src/bots/slack/read-event.ts'
import { decodeText } from '../../src/bots/slack/read-text.ts'
import type { Json } from '../../src/bots/slack/wire.ts'
import { law } from '../support/laws.ts'

const ann = {
  displayName: 'Ann Lee',
  username: 'ann',
  locale: 'en-US',
  timeZone: 'Europe/Lisbon',
}

const around: Surroundings = {
  tenant: 'T0FLAT',
  botUserId: 'U0QUITS',
  profileOf: (userId) => (userId === 'U02ANN' ? ann : null),
  channelNameOf: () => null,
  now: new Date('2026-11-20T12:00:00Z'),
}

const command = {
  command: '/spent',
  text: '12 lunch',
  team_id: 'T0FLAT',
  channel_id: 'C01TRIP',
  channel_name: 'trip',
  user_id: 'U01CAT',
  user_name: 'cat',
  trigger_id: '1.2.abc',
  response_url: 'https://hooks.slack.com/commands/T0FLAT/1/secret',
}

const saidTo = (channel: string, text: string, more = {}) => ({
  type: 'event_callback',
  team_id: 'T0FLAT',
  event_id: 'Ev1',
  event: { type: 'message', user: 'U01CAT', ts: '1763640000.000200', channel, text, ...more },
})

const pressed = {
  type: 'block_actions',
  trigger_id: '3.4.def',
  response_url: 'https://hooks.slack.com/actions/T0FLAT/1/secret',
  user: { id: 'U02ANN', username: 'ann', team_id: 'T0FLAT' },
  team: { id: 'T0FLAT' },
  container: { type: 'message', message_ts: '1763640000.000300', channel_id: 'C01TRIP' },
  channel: { id: 'C01TRIP', name: 'trip' },
  actions: [{ type: 'button', action_id: 'button_0_0', value: 'u.AZqdGAkNc7Krr1mNw_qYFQ.1' }],
}

describe('a slash command', () => {
  it('is read with its chat, its sender and the way back', () => {
    expect(readEvent(command, around)).toEqual({
      kind: 'message',
      deliveryKey: 'command:1.2.abc',
      address: { platform: 'slack', tenant: 'T0FLAT', chatId: 'C01TRIP', threadId: null },
      chatKind: 'group',
      chatTitle: 'trip',
      sender: {
        externalId: 'U01CAT',
        displayName: 'cat',
        username: 'cat',
        locale: null,
        timeZone: null,
      },
      text: '/spent 12 lunch',
      mentions: [],
      addressed: true,
      sentAt: '2026-11-20T12:00:00.000Z',
      transport: { responseUrl: 'https://hooks.slack.com/commands/T0FLAT/1/secret' },
    })
  })

  it('names people by id, known to us or not', () => {
    const text = '90 dinner <@U02ANN|ann> &amp; <@U03BOB|bob>'
    const read = readEvent({ ...command, command: '/split', text }, around) as IncomingMessage
    expect(read.text).toBe('/split 90 dinner @ann & @bob')
    expect(read.mentions.map(({ start, end }) => read.text.slice(start, end))).toEqual([
      '@ann',
      '@bob',
    ])
    expect(read.mentions).toMatchObject([
      { person: { externalId: 'U02ANN', ...ann } },
      { person: { externalId: 'U03BOB', displayName: 'bob', username: 'bob', timeZone: null } },
    ])
  })

  it.each([
    ['D01', 'directmessage', 'private', null],
    ['G01', 'privategroup', 'group', null],
    ['G02', 'mpdm-ann--bob--cat-1', 'group', null],
  ])('in %s is about a %s', (channel_id, channel_name, chatKind, chatTitle) => {
    const read = readEvent({ ...command, channel_id, channel_name }, around)
    expect(read).toMatchObject({ chatKind, chatTitle })
  })

  it('wants the names it does not carry', () => {
    const wanted = (body: Json) => namesWantedBy(readEvent(body, around)!)
    const text = '90 <@U02ANN|ann>'
    const body = { ...command, text, channel_id: 'G01', channel_name: 'privategroup' }
    expect(wanted(body)).toEqual({ userIds: ['U01CAT', 'U02ANN'], channelIds: ['G01'] })
    expect(wanted(command)).toEqual({ userIds: ['U01CAT'], channelIds: [] })
    expect(wanted(pressed)).toEqual({ userIds: ['U02ANN'], channelIds: [] })
  })
})

describe('a message event', () => {
  it('is read when it mentions the bot, without that mention', () => {
    const body = saidTo('C01TRIP', '<@U0QUITS>: split 90 dinner with <@U02ANN>', {
      thread_ts: '1763639999.000100',
    })
    const read = readEvent(body, around) as IncomingMessage
    expect(read).toMatchObject({
      deliveryKey: 'message:C01TRIP:1763640000.000200',
      address: { chatId: 'C01TRIP', threadId: '1763639999.000100' },
      text: 'split 90 dinner with @ann',
      sentAt: '2025-11-20T12:00:00.000Z',
      transport: {},
    })
    expect(read.text.slice(read.mentions[0]?.start, read.mentions[0]?.end)).toBe('@ann')
  })

  it('is the same message whether it comes as message or as app_mention', () => {
    const body = saidTo('C01TRIP', '<@U0QUITS> 12 lunch')
    const mention = saidTo('C01TRIP', '<@U0QUITS> 12 lunch', { type: 'app_mention' })
    expect(readEvent(mention, around)).toEqual(readEvent(body, around))
  })

  it('is read in private without a mention', () => {
    const read = readEvent(saidTo('D01CAT', '12 lunch', { channel_type: 'im' }), around)
    expect(read).toMatchObject({ chatKind: 'private', text: '12 lunch', addressed: true })
  })

  it('finds the bot and the workspace in the envelope while Slack has not told us', () => {
    const unknown = { ...around, tenant: null, botUserId: null }
    const body = {
      ...saidTo('C01TRIP', '<@U0QUITS> 12 lunch'),
      team_id: 'T9GUEST',
      authorizations: [{ team_id: 'T0FLAT', user_id: 'U0QUITS', is_enterprise_install: false }],
    }
    expect(readEvent(body, unknown)).toMatchObject({
      address: { tenant: 'T0FLAT' },
      text: '12 lunch',
    })
    const [first] = body.authorizations
    const organisation = { ...first, enterprise_id: 'E0ORG', is_enterprise_install: true }
    expect(readEvent({ ...body, authorizations: [organisation] }, unknown)).toMatchObject({
      address: { tenant: 'E0ORG' },
    })
  })

  it.each([
    ['talk among people', saidTo('C01TRIP', '12 lunch')],
    ['what a bot says', saidTo('D01CAT', '12 lunch', { bot_id: 'B01' })],
    ['what we say ourselves', saidTo('D01CAT', '12 lunch', { user: 'U0QUITS' })],
    ['what Slack says', saidTo('D01CAT', '12 lunch', { user: 'USLACKBOT' })],
    ['an edit', saidTo('D01CAT', '12 lunch', { subtype: 'message_changed' })],
    ['somebody joining', saidTo('C01TRIP', '<@U0QUITS>', { subtype: 'channel_join' })],
    ['a message of no time', saidTo('D01CAT', '12 lunch', { ts: 'now' })],
    ['a reaction', { type: 'event_callback', event: { type: 'reaction_added' } }],
    ['nothing at all', {}],
  ])('leaves alone %s', (_what, body) => {
    expect(readEvent(body, around)).toBeNull()
  })
})

describe('a press', () => {
  it('is read with the button and the message that carries it', () => {
    expect(readEvent(pressed, around)).toEqual({
      kind: 'action',
      deliveryKey: 'action:3.4.def',
      address: { platform: 'slack', tenant: 'T0FLAT', chatId: 'C01TRIP', threadId: null },
      chatKind: 'group',
      chatTitle: 'trip',
      sender: { externalId: 'U02ANN', ...ann },
      action: 'u.AZqdGAkNc7Krr1mNw_qYFQ.1',
      messageId: '1763640000.000300',
      transport: { responseUrl: 'https://hooks.slack.com/actions/T0FLAT/1/secret' },
    })
  })

  it('says when only its presser sees the message', () => {
    const container = { ...pressed.container, is_ephemeral: true }
    expect(readEvent({ ...pressed, container }, around)).toMatchObject({
      transport: { isEphemeral: 'true' },
    })
  })

  it('is not for us without a value', () => {
    const actions = [{ type: 'button', action_id: 'link' }]
    expect(readEvent({ ...pressed, actions }, around)).toBeNull()
  })
})

describe('text from Slack', () => {
  const decode = (raw: string) => decodeText(raw, 'U0QUITS', () => null)

  it.each([
    ['R&amp;D &lt;3 &amp;lt;', 'R&D <3 &lt;'],
    ['see <https://example.com/a?b=1&amp;c=2|example.com>', 'see example.com'],
    ['see <https://example.com/a?b=1&amp;c=2>', 'see https://example.com/a?b=1&c=2'],
    ['<mailto:a@example.com>', 'a@example.com'],
    ['in <#C01TRIP|trip>', 'in #trip'],
    ['90 dinner with <!channel>', '90 dinner with everyone'],
    ['<!subteam^S01|@cooks>', 'cooks'],
    ['<!date^1392734382^{date}|18 February>', '18 February'],
    ['<@U02ANN> pays', '@U02ANN pays'],
    ['<@U0QUITS>, 12 lunch', '12 lunch'],
    ['12 lunch <@U0QUITS|quits>', '12 lunch '],
  ])('reads %s as %s', (raw, text) => {
    expect(decode(raw).text).toBe(text)
  })

  it('comes back as it was typed, with every mention where it stands', () => {
    const typed = fc.string({
      unit: fc.constantFrom('<', '>', '&', ';', '@', '*', '|', '!', 'ä', '𝒳', 'amp', 'lt'),
    })
    const asSlack = (text: string) =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    fc.assert(
      fc.property(fc.array(typed, { minLength: 1, maxLength: 6 }), (parts) => {
        const { text, mentions } = decode(parts.map(asSlack).join('<@U02ANN|ann>'))
        expect(text).toBe(parts.join('@ann'))
        expect(mentions).toHaveLength(parts.length - 1)
        for (const { start, end } of mentions) expect(text.slice(start, end)).toBe('@ann')
      }),
      law,
    )
  })
})
