import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Conversation, createConversation } from '../../src/bots/conversation/conversation.ts'
import type {
  IncomingAction,
  IncomingMessage,
  Mention,
} from '../../src/bots/conversation/incoming.ts'
import type { Message, Reply } from '../../src/bots/conversation/reply.ts'
import { createInbox } from '../../src/db/repositories/inbox.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import type { Inbox } from '../../src/domain/ports.ts'
import { parseTimeZone } from '../../src/domain/time/zone.ts'
import { systemIds } from '../../src/system.ts'
import { openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let inbox: Inbox
let conversation: Conversation
let chatId: string

beforeAll(async () => {
  workspace = await openWorkspace()
  inbox = createInbox(workspace.knex)
  conversation = createConversation({
    unitOfWork: workspace.unitOfWork,
    inbox,
    clock: workspace.clock,
    ids: systemIds,
    defaults: { locale: 'en', timeZone: parseTimeZone('UTC'), currency: parseCurrency('EUR') },
    warn: () => {},
  })
})

beforeEach(() => {
  chatId = randomUUID()
})

afterAll(() => workspace.close())

type Saying = {
  who?: string
  deliveryKey?: string
  privately?: boolean
  mentions?: readonly Mention[]
}

const person = (who: string) => ({
  externalId: `${chatId}-${who}`,
  displayName: who,
  username: who.toLowerCase(),
  locale: null,
  timeZone: null,
})

const message = (text: string, saying: Saying = {}): IncomingMessage => ({
  kind: 'message',
  deliveryKey: saying.deliveryKey ?? randomUUID(),
  address: {
    platform: 'telegram',
    tenant: 'bot',
    chatId: saying.privately ? `${chatId}-${saying.who ?? 'Ann'}` : chatId,
    threadId: null,
  },
  chatKind: saying.privately ? 'private' : 'group',
  chatTitle: 'Flat 12',
  sender: person(saying.who ?? 'Ann'),
  transport: { secret: 'response address' },
  text,
  mentions: saying.mentions ?? [],
  addressed: true,
  sentAt: '2026-11-20T12:00:00Z',
})

const say = async (text: string, saying: Saying = {}): Promise<Reply | null> =>
  (await conversation.ask(message(text, saying)))?.reply ?? null

/** Stored, but the process died before it was worked on. */
const store = (update: IncomingMessage): Promise<boolean> =>
  inbox.store({
    id: systemIds.next(),
    ...update.address,
    deliveryKey: update.deliveryKey,
    payload: update,
    receivedAt: new Date('2026-11-20T11:00:00Z'),
  })

const press = async (card: Reply | null, who = 'Ann'): Promise<Reply | null> => {
  const {
    text: _,
    mentions: _mentions,
    addressed: _addressed,
    sentAt: _sentAt,
    ...rest
  } = message('', { who })
  const pressed: IncomingAction = {
    ...rest,
    kind: 'action',
    action: contentOf(card).buttons[0]![0]!.action,
    messageId: 'card',
  }
  return (await conversation.ask(pressed))?.reply ?? null
}

function contentOf(reply: Reply | null): Message {
  if (reply?.type !== 'message' && reply?.type !== 'replace')
    throw new Error(`no message: ${JSON.stringify(reply)}`)
  return reply.message
}

/** The reply as somebody would read it aloud. */
const words = (reply: Reply | null): string =>
  contentOf(reply)
    .blocks.map((block) =>
      block.type === 'amounts'
        ? block.rows.map((row) => `${row.label} ${row.amount}`).join(', ')
        : block.spans.map((span) => span.text).join(''),
    )
    .join(' | ')

const expensesOfChat = async (): Promise<number> => {
  const [row] = await workspace
    .knex('expenses')
    .whereIn(
      'group_id',
      workspace.knex('chat_spaces').where({ external_id: chatId }).select('group_id'),
    )
    .whereNull('voided_at')
    .count()
  return Number(row!.count)
}

describe('in a group chat', () => {
  it('meets people, splits among those named and tells who owes whom', async () => {
    expect(words(await say('/split 90 dinner @bob @cem'))).toBe(
      'Split €90.00 · dinner | Ann €30.00, bob €30.00, cem €30.00 | paid by Ann',
    )
    expect(words(await say('/balance'))).toBe(
      'Balances in Flat 12 | gets back | Ann €60.00 | owes | bob €30.00, cem €30.00',
    )
  })

  it('finds a guest again by the name the chat calls them', async () => {
    await say('/split 10 taxi @Bob')
    await say('/split 10 taxi @bob')
    await say('/split 10 taxi with bob')
    const members = await workspace
      .knex('group_members')
      .whereIn(
        'group_id',
        workspace.knex('chat_spaces').where({ external_id: chatId }).select('group_id'),
      )
    expect(members).toHaveLength(2)
  })

  it('gives somebody mentioned with an id their shares when they first speak', async () => {
    const text = '/split 20 tea Bob'
    await say(text, { mentions: [{ start: 14, end: 17, person: person('Bob') }] })
    expect(words(await say('/balance', { who: 'Bob' }))).toContain('owes | Bob €10.00')
  })

  it('says who carries the unit that does not divide', async () => {
    expect(words(await say('/split 100 dinner @bob @cem'))).toContain('Ann carries the odd €0.01')
  })

  it('asks about a name nobody has, and records nothing', async () => {
    expect(words(await say('/split 90 dinner with carl'))).toMatch(
      /nobody called “carl”.*\/split 90 dinner/,
    )
    expect(await expensesOfChat()).toBe(0)
  })

  it('undoes by the button, once, and offers the way back', async () => {
    const card = await say('/spent 12 lunch')
    const undone = await press(card)
    expect(words(undone)).toBe('Undone: €12.00 · lunch')
    expect(await expensesOfChat()).toBe(0)
    expect(await press(card)).toMatchObject({ type: 'replace', toast: 'It was undone already.' })
    expect(words(await press(undone))).toContain('Recorded €12.00 · lunch')
    expect(await expensesOfChat()).toBe(1)
  })

  it("does not let a bystander undo somebody else's expense", async () => {
    await say('/spent 1 tea', { who: 'Ann' })
    await say('/spent 2 tea', { who: 'Cem' })
    const card = await say('/spent 12 lunch', { who: 'Bob' })
    expect(await press(card, 'Cem')).toMatchObject({
      type: 'toast',
      text: expect.stringContaining('Only who wrote'),
    })
    expect(await press(card, 'Stranger')).toMatchObject({ type: 'toast' })
    expect(await expensesOfChat()).toBe(3)
  })

  it('stays silent when nobody spoke to it', async () => {
    expect(await conversation.ask({ ...message('12 lunch'), addressed: false })).toBeNull()
  })
})

describe('in private', () => {
  it('books in the personal group, and a split with others in a group of just these people', async () => {
    const privately = { privately: true }
    expect(words(await say('12 lunch', privately))).toBe('Recorded €12.00 · lunch')
    await say('/split 30 cinema @bob', privately)
    await say('/split 10 snacks @bob', privately)
    expect(words(await say('balance', privately))).toBe('Your balances | you get back | bob €20.00')
  })

  it('undoes the last one, whichever group it went to', async () => {
    const privately = { privately: true }
    await say('12 lunch', privately)
    await say('/split 30 cinema @bob', privately)
    expect(words(await say('undo', privately))).toBe('Undone: €30.00 · cinema')
    expect(words(await say('undo', privately))).toBe('Undone: €12.00 · lunch')
    expect(words(await say('undo', privately))).toContain('nothing of yours')
  })
})

describe('deliveries', () => {
  it('have their effect once, however often and however simultaneously they come', async () => {
    const update = message('/spent 12 lunch', { deliveryKey: `twice${chatId}` })
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => conversation.ask(update)))
    expect(new Set(answers.map((answer) => answer?.id)).size).toBe(1)
    expect(await expensesOfChat()).toBe(1)
  })

  it('are served in order within a chat', async () => {
    const sent: string[] = []
    for (const amount of [1, 2, 3, 4, 5]) {
      await conversation.accept(message(`/spent ${amount} tea`), async (_, reply) => {
        sent.push(words(reply))
      })
    }
    await conversation.settled()
    expect(sent.map((line) => line.slice(0, 14))).toEqual(
      [1, 2, 3, 4, 5].map((amount) => `Recorded €${amount}.00`.slice(0, 14)),
    )
  })

  it('are taken up again after a crash between storing and working, and answered once', async () => {
    await store(message('/spent 12 lunch'))
    const answered: Reply[] = []
    const answering = async (_: unknown, reply: Reply) => {
      answered.push(reply)
    }
    await conversation.recover('telegram', answering)
    await conversation.recover('telegram', answering)
    expect(answered.map(words)).toEqual(['Recorded €12.00 · lunch | paid by Ann'])
    expect(await expensesOfChat()).toBe(1)
  })

  it('are answered by one of two instances that take them up at once', async () => {
    const update = message('/spent 12 lunch')
    await store(update)
    const answered: Reply[] = []
    const answering = async (_: unknown, reply: Reply) => {
      answered.push(reply)
    }
    await Promise.all([1, 2, 3].map(() => conversation.recover('telegram', answering)))
    expect(answered).toHaveLength(1)
  })

  it('that can never be worked on are set aside after five tries, and their sender is told', async () => {
    const update = message('/spent 12 lunch')
    await store({ ...update, sender: null as never })
    const answered: Reply[] = []
    for (let hour = 13; hour < 23; hour += 1) {
      workspace.clock.set(`2026-11-20T${hour}:00:00Z`)
      await conversation.recover('telegram', async (_, reply) => {
        answered.push(reply)
      })
    }
    workspace.clock.set('2026-11-20T12:00:00Z')
    expect(answered.map(words)).toEqual([expect.stringContaining('Nothing was recorded')])
    const entry = await inbox.findDelivery('telegram', 'bot', update.deliveryKey)
    expect(entry).toMatchObject({ state: 'failed', attempts: 5, payload: { transport: {} } })
  })

  it('keep their answer when sending fails, and send it later without a second effect', async () => {
    const update = message('/spent 12 lunch')
    await conversation.accept(update, async () => {
      throw new Error('the platform is away')
    })
    await conversation.settled()
    workspace.clock.set('2026-11-20T12:10:00Z')
    const answered: Reply[] = []
    await conversation.recover('telegram', async (_, reply) => {
      answered.push(reply)
    })
    workspace.clock.set('2026-11-20T12:00:00Z')
    expect(answered.map(words)).toEqual(['Recorded €12.00 · lunch | paid by Ann'])
    expect(await expensesOfChat()).toBe(1)
  })

  it('forget the secrets of their transport once answered', async () => {
    const update = message('/spent 12 lunch')
    await conversation.ask(update)
    const entry = await inbox.findDelivery('telegram', 'bot', update.deliveryKey)
    expect(entry).toMatchObject({ state: 'answered', payload: { transport: {} } })
  })
})
