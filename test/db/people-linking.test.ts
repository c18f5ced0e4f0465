import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recognizePerson } from '../../src/domain/accounts/chat-people.ts'
import type { Identity } from '../../src/domain/accounts/identity.ts'
import { register } from '../../src/domain/accounts/register.ts'
import type { Actor, User } from '../../src/domain/accounts/user.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { listIdentities, unlinkIdentity } from '../../src/domain/people/identities.ts'
import {
  answerLink,
  type ChatSide,
  createChatLinkCode,
  createLinkCode,
  enterLinkCode,
  redeemLinkCode,
} from '../../src/domain/people/link-chat.ts'
import type { Transaction } from '../../src/domain/ports.ts'
import { parseTimeZone } from '../../src/domain/time/zone.ts'
import { eventualRefusalOf } from '../support/laws.ts'
import { eur, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let counter = 0

beforeAll(async () => {
  workspace = await openWorkspace()
})

afterAll(() => workspace.close())

const run = <Result>(work: (tx: Transaction) => Promise<Result>) => workspace.unitOfWork.run(work)
const preferences = { locale: 'en', timeZone: parseTimeZone('UTC') }

type ChatPerson = {
  readonly user: User
  readonly actor: Actor
  readonly identity: Identity
  readonly side: ChatSide
}

async function account(): Promise<Actor> {
  counter += 1
  const user = await run((tx) =>
    register(
      tx,
      { mode: 'open', firstUserAdmin: false },
      {
        ...preferences,
        displayName: 'Ann Account',
        defaultCurrency: parseCurrency('EUR'),
        username: `ann${counter}`,
        email: `ann${counter}@example.org`,
        passwordHash: 'x',
      },
    ),
  )
  return { userId: user.id, role: 'user', source: 'api' }
}

async function recognized(tx: Transaction, externalId: string) {
  const profile = {
    platform: 'telegram',
    tenant: 'bot',
    externalId,
    displayName: 'Ann Chat',
    username: null,
    locale: null,
    timeZone: null,
  } as const
  const defaults = { ...preferences, currency: parseCurrency('EUR') }
  const user = await recognizePerson(tx, profile, defaults, 'spoke-in-private')
  const identity = (await tx.identities.find('telegram', 'bot', externalId))!
  return { user, identity }
}

async function chatPerson(known?: string): Promise<ChatPerson> {
  counter += 1
  const { user, identity } = await run((tx) => recognized(tx, known ?? `id-${counter}`))
  const actor: Actor = { userId: user.id, role: 'user', source: 'telegram' }
  return { user, actor, identity, side: { identity, isPrivate: true } }
}

const codeFor = async (actor: Actor) => (await run((tx) => createLinkCode(tx, actor))).code
const send = ({ actor, side }: ChatPerson, code: string, isPrivate = true) =>
  run((tx) => redeemLinkCode(tx, actor, { ...side, isPrivate }, code))
const enter = (actor: Actor, code: string) => run((tx) => enterLinkCode(tx, actor, code))

describe('a code from an account, sent to the bot', () => {
  it('has eight characters that look like nothing else', async () => {
    expect(await codeFor(await account())).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/)
  })

  it('makes the chat person the account, with all they wrote', async () => {
    const ann = await account()
    const chat = await chatPerson()
    const lunch = await run((tx) =>
      recordExpense(tx, chat.actor, { amount: eur('12.00'), description: 'Lunch' }),
    )
    const linked = await send(chat, await codeFor(ann))
    expect(linked).toMatchObject({
      outcome: 'linked',
      account: { id: ann.userId, displayName: 'Ann Account' },
      identity: { displayName: 'Ann Chat', userId: ann.userId },
    })
    expect((await chatPerson(chat.identity.externalId)).user.id).toBe(ann.userId)
    expect((await workspace.reads.expenses.find(lunch.id))?.createdBy).toBe(ann.userId)
    expect(await run((tx) => listIdentities(tx, ann))).toMatchObject([{ id: chat.identity.id }])
  })

  it('is read however it was typed', async () => {
    const code = await codeFor(await account())
    const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `
      .replaceAll('0', 'o')
      .replaceAll('1', 'l')
    expect(await send(await chatPerson(), typed)).toMatchObject({ outcome: 'linked' })
  })

  it('loses nothing of what is written while it is redeemed', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ann = await account()
      const chat = await chatPerson()
      const code = await codeFor(ann)
      const write = () =>
        run(async (tx) => {
          const { user } = await recognized(tx, chat.identity.externalId)
          const author: Actor = { ...chat.actor, userId: user.id }
          return recordExpense(tx, author, { amount: eur('1.00'), description: 'Tea' })
        })
      const written = [write(), write()]
      const [linked] = await Promise.all([send(chat, code), ...written])
      expect(linked.outcome).toBe('linked')
      for (const { id } of await Promise.all(written)) {
        const expense = (await workspace.reads.expenses.find(id))!
        expect(expense.payers).toMatchObject([{ userId: ann.userId }])
        const group = (await workspace.reads.groups.find(expense.groupId))!
        expect(group.members).toMatchObject([{ userId: ann.userId, leftAt: null }])
      }
    }
  })

  it('works once', async () => {
    const code = await codeFor(await account())
    await send(await chatPerson(), code)
    expect(await send(await chatPerson(), code)).toEqual({ outcome: 'wrong-code' })
  })

  it('works for one of two who send it at once', async () => {
    const code = await codeFor(await account())
    const people = [await chatPerson(), await chatPerson()]
    const outcomes = await Promise.all(people.map((person) => send(person, code)))
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['linked', 'wrong-code'])
  })

  it('stops working when a newer one is made, and after ten minutes', async () => {
    const ann = await account()
    const old = await codeFor(ann)
    const code = await codeFor(ann)
    const chat = await chatPerson()
    expect(await send(chat, old)).toEqual({ outcome: 'wrong-code' })
    const now = workspace.clock.now()
    workspace.clock.set(new Date(now.getTime() + 10 * 60_000).toISOString())
    expect(await send(chat, code)).toEqual({ outcome: 'wrong-code' })
    workspace.clock.set(now.toISOString())
  })

  it('does nothing in a group and is burnt there', async () => {
    const code = await codeFor(await account())
    const chat = await chatPerson()
    expect(await send(chat, code, false)).toEqual({ outcome: 'not-private' })
    expect(await send(chat, code)).toEqual({ outcome: 'wrong-code' })
  })

  it('never takes over a link that exists', async () => {
    const chat = await chatPerson()
    await send(chat, await codeFor(await account()))
    const again = await chatPerson(chat.identity.externalId)
    expect(await send(again, await codeFor(await account()))).toEqual({
      outcome: 'already-linked',
    })
  })

  it('is only for accounts with a login', async () => {
    const { actor } = await chatPerson()
    expect(await eventualRefusalOf(() => codeFor(actor))).toMatchObject({ code: 'no-login' })
  })
})

describe('wrong codes', () => {
  it('are counted, and after five even the right one has to wait', async () => {
    const chat = await chatPerson()
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(await send(chat, 'WRONG')).toEqual({ outcome: 'wrong-code' })
    }
    const code = await codeFor(await account())
    expect(await eventualRefusalOf(() => send(chat, code))).toMatchObject({
      kind: 'too-many',
      facts: { retryAfterSeconds: 600 },
    })
    const now = workspace.clock.now()
    workspace.clock.set(new Date(now.getTime() + 10 * 60_000).toISOString())
    const fresh = await codeFor(await account())
    expect(await send(chat, fresh)).toMatchObject({ outcome: 'linked' })
    workspace.clock.set(now.toISOString())
  })

  it('are all counted when they come at once', async () => {
    const chat = await chatPerson()
    const sent = Array.from({ length: 12 }, () => send(chat, 'WRONG'))
    const outcomes = await Promise.allSettled(sent)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
  })

  it('are counted for each person alone', async () => {
    const ann = await account()
    for (let attempt = 1; attempt <= 5; attempt += 1) await enter(ann, 'WRONG')
    expect(await eventualRefusalOf(() => enter(ann, 'WRONG'))).toMatchObject({ kind: 'too-many' })
    expect(await enter(await account(), 'WRONG')).toEqual({ outcome: 'wrong-code' })
  })
})

describe('a code from the bot, entered in an account', () => {
  const codeOf = async ({ actor, side }: ChatPerson) =>
    (await run((tx) => createChatLinkCode(tx, actor, side))).code

  async function entered(): Promise<{ chat: ChatPerson; ann: Actor; linkId: string }> {
    const chat = await chatPerson()
    const ann = await account()
    const waiting = await enter(ann, await codeOf(chat))
    if (waiting.outcome !== 'waiting') throw new Error('the code was not taken')
    expect(waiting.identity.id).toBe(chat.identity.id)
    return { chat, ann, linkId: waiting.linkId }
  }

  it('links nothing before the chat has said yes', async () => {
    const { chat, ann, linkId } = await entered()
    expect((await chatPerson(chat.identity.externalId)).user.id).toBe(chat.user.id)
    const answer = await run((tx) => answerLink(tx, chat.actor, linkId, true))
    expect(answer).toMatchObject({ outcome: 'linked', account: { id: ann.userId } })
    expect((await chatPerson(chat.identity.externalId)).user.id).toBe(ann.userId)
  })

  it('links nothing after a no, also not by a yes later on', async () => {
    const { chat, linkId } = await entered()
    expect(await run((tx) => answerLink(tx, chat.actor, linkId, false))).toEqual({
      outcome: 'declined',
    })
    expect(await run((tx) => answerLink(tx, chat.actor, linkId, true))).toEqual({
      outcome: 'expired',
    })
  })

  it('is answered by nobody else', async () => {
    const { ann, linkId } = await entered()
    const other = await chatPerson()
    for (const actor of [other.actor, ann]) {
      const refused = () => run((tx) => answerLink(tx, actor, linkId, true))
      expect(await eventualRefusalOf(refused)).toMatchObject({ kind: 'not-found' })
    }
  })

  it('can be entered once', async () => {
    const chat = await chatPerson()
    const code = await codeOf(chat)
    await enter(await account(), code)
    expect(await enter(await account(), code)).toEqual({ outcome: 'wrong-code' })
  })

  it('does not serve where a code of the other kind is asked for', async () => {
    const code = await codeOf(await chatPerson())
    expect(await send(await chatPerson(), code)).toEqual({ outcome: 'wrong-code' })
    const other = await codeFor(await account())
    expect(await enter(await account(), other)).toEqual({ outcome: 'wrong-code' })
  })

  it('is given in private only', async () => {
    const { actor, side } = await chatPerson()
    const refused = () => run((tx) => createChatLinkCode(tx, actor, { ...side, isPrivate: false }))
    expect(await eventualRefusalOf(refused)).toMatchObject({ code: 'not-private' })
  })
})

describe('unlinking', () => {
  it('makes a stranger of the chat person, whose next message makes a new user', async () => {
    const ann = await account()
    const chat = await chatPerson()
    await send(chat, await codeFor(ann))
    await run((tx) => unlinkIdentity(tx, ann, chat.identity.id))
    const stranger = await chatPerson(chat.identity.externalId)
    expect([ann.userId, chat.user.id]).not.toContain(stranger.user.id)
    expect(await send(stranger, await codeFor(await account()))).toMatchObject({
      outcome: 'linked',
    })
  })

  it('is refused for the only way in, and for the identity of somebody else', async () => {
    const chat = await chatPerson()
    const refusedOf = (actor: Actor) =>
      eventualRefusalOf(() => run((tx) => unlinkIdentity(tx, actor, chat.identity.id)))
    expect(await refusedOf(chat.actor)).toMatchObject({ code: 'last-identity' })
    expect(await refusedOf(await account())).toMatchObject({ kind: 'not-found' })
  })
})
