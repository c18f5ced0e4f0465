import type { TestApi, TestPerson } from './api.ts'

export const callers = [
  'anonymous',
  'outsider',
  'viewer',
  'member',
  'admin',
  'owner',
  'site admin',
] as const
export type Caller = (typeof callers)[number]
type People = Readonly<Record<Exclude<Caller, 'anonymous'>, TestPerson>>

/** A group with somebody of every role, and things in it that its owner made. */
export type ApiWorld = {
  readonly people: People
  readonly groupId: string
  /** By the name of the path's parameter. */
  readonly ids: Readonly<Record<Made, string>>
  /** Something new of the owner's, for what works once. */
  make(what: Made): Promise<string>
}

export type Made =
  | 'expense'
  | 'voidedExpense'
  | 'comment'
  | 'guest'
  | 'inviteId'
  | 'inviteToken'
  | 'settlement'
  | 'voidedSettlement'
  | 'category'
  | 'archivedGroup'

type Answer = { readonly id: string; readonly userId: string; readonly token: string }

export async function buildApiWorld(api: TestApi): Promise<ApiWorld> {
  const people = await buildPeople(api)
  const { owner, member, admin, viewer } = people
  const ask = async (method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer> => {
    const reply = await owner.send(method, path, body)
    if (reply.statusCode >= 300) throw new Error(`${method} ${path}: ${reply.body}`)
    return reply.body ? reply.json() : ({} as Answer)
  }
  const newGroup = async () => (await ask('POST', '/groups', { name: 'Flat', currency: 'EUR' })).id
  const groupId = await newGroup()
  for (const [person, role] of [
    [member, 'member'],
    [admin, 'admin'],
    [viewer, 'viewer'],
  ] as const) {
    await ask('POST', `/groups/${groupId}/members`, { userId: person.id, role })
  }
  const below = `/groups/${groupId}`
  const expense = () =>
    ask('POST', `${below}/splits`, {
      ...{ amount: '9.00', currency: 'EUR', description: 'Tea', date: '2026-11-20' },
      split: { method: 'equal', participants: [{ userId: owner.id }] },
    })
  const settlement = () =>
    ask('POST', `${below}/settlements`, {
      ...{ fromUserId: owner.id, toUserId: admin.id, amount: '1.00', currency: 'EUR', force: true },
    })
  const invite = () => ask('POST', `${below}/invites`, {})
  let sequence = 0
  const makers: Record<Made, () => Promise<string>> = {
    expense: async () => (await expense()).id,
    voidedExpense: async () => (await ask('DELETE', `/expenses/${(await expense()).id}`)).id,
    comment: async () => {
      const { id } = await expense()
      return `${id} ${(await ask('POST', `/expenses/${id}/comments`, { body: 'Hm' })).id}`
    },
    guest: async () => {
      sequence += 1
      return (await ask('POST', `${below}/members`, { guestName: `Guest ${sequence}` })).userId
    },
    inviteId: async () => (await invite()).id,
    inviteToken: async () => (await invite()).token,
    settlement: async () => (await settlement()).id,
    voidedSettlement: async () => {
      const { id } = await settlement()
      await ask('DELETE', `${below}/settlements/${id}`)
      return id
    },
    category: async () => {
      sequence += 1
      return (await ask('POST', '/categories', { name: `Tea ${sequence}`, groupId })).id
    },
    archivedGroup: async () => {
      const id = await newGroup()
      return (await ask('DELETE', `/groups/${id}`)).id
    },
  }
  const ids = {} as Record<Made, string>
  for (const what of Object.keys(makers) as Made[]) ids[what] = await makers[what]()
  return { people, groupId, ids, make: (what) => makers[what]() }
}

async function buildPeople(api: TestApi): Promise<People> {
  const names = callers.filter((name) => name !== 'anonymous')
  const entries: [string, TestPerson][] = []
  for (const name of names) entries.push([name, await api.person(name.replace(' ', ''))])
  const people = Object.fromEntries(entries) as People
  await api.sql(`update users set role = 'admin' where id = '${people['site admin'].id}'`)
  return people
}
