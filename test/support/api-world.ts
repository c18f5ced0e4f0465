import { exampleId, otherExampleId } from '../../src/api/schemas/fields.ts'
import type { TestApi, TestPerson } from './api.ts'
import type { Operation } from './openapi.ts'

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
type People = Readonly<Record<Exclude<Caller, 'anonymous'> | 'bystander', TestPerson>>

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
  | 'editedExpense'
  | 'conversion'
  | 'voidedConversion'
  | 'group'
  | 'archivedGroup'

type Answer = { readonly id: string; readonly userId: string; readonly token: string }

export async function buildApiWorld(api: TestApi): Promise<ApiWorld> {
  const people = await buildPeople(api)
  const { owner, member, admin, viewer, bystander } = people
  const ask = async (
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<Answer> => {
    const reply = await owner.send(method, path, body)
    if (reply.statusCode >= 300) throw new Error(`${method} ${path}: ${reply.body}`)
    return reply.body ? reply.json() : ({} as Answer)
  }
  const newGroup = async () => {
    const { id } = await ask('POST', '/groups', { name: 'Flat', currency: 'EUR' })
    for (const [person, role] of [
      [member, 'member'],
      [bystander, 'member'],
      [admin, 'admin'],
      [viewer, 'viewer'],
    ] as const) {
      await ask('POST', `/groups/${id}/members`, { userId: person.id, role })
    }
    return id
  }
  const groupId = await newGroup()
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
    inviteToken: async () => (await ask('POST', `/groups/${await newGroup()}/invites`, {})).token,
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
    editedExpense: async () => {
      const { id } = await expense()
      await ask('PATCH', `/expenses/${id}`, { notes: 'green' })
      return id
    },
    conversion: async () => {
      const id = await newGroup()
      await ask('POST', `/groups/${id}/splits`, {
        ...{ amount: '9.00', currency: 'USD', description: 'Tea', date: '2026-11-20' },
        split: { method: 'equal', participants: [{ userId: bystander.id }] },
      })
      const rates = [{ currency: 'USD', rate: '0.9' }]
      await ask('POST', `/groups/${id}/redenominate`, { from: 'USD', to: 'EUR', rates })
      const reply = await owner.send('GET', `/groups/${id}/conversions`)
      return `${id} ${reply.json().items[0].id}`
    },
    voidedConversion: async () => {
      const made = await makers.conversion()
      const [id, conversionId] = made.split(' ')
      await ask('POST', `/groups/${id}/conversions/${conversionId}/void`)
      return made
    },
    group: newGroup,
    archivedGroup: async () => {
      const id = await newGroup()
      return (await ask('DELETE', `/groups/${id}`)).id
    },
  }
  // So that there is something to settle.
  await ask('POST', `${below}/splits`, {
    ...{ amount: '9000.00', currency: 'EUR', description: 'Rent', date: '2026-11-20' },
    split: { method: 'equal', participants: [{ userId: bystander.id }] },
  })
  const ids = {} as Record<Made, string>
  for (const what of Object.keys(makers) as Made[]) ids[what] = await makers[what]()
  return { people, groupId, ids, make: (what) => makers[what]() }
}

async function buildPeople(api: TestApi): Promise<People> {
  const names = [...callers.filter((name) => name !== 'anonymous'), 'bystander']
  const entries: [string, TestPerson][] = []
  for (const name of names) entries.push([name, await api.person(name.replace(' ', ''))])
  const people = Object.fromEntries(entries) as People
  await api.sql(`update users set role = 'admin' where id = '${people['site admin'].id}'`)
  return people
}

/**
 * Something for the path to lead to, made by the owner; fresh where the operation would use it up.
 * Where only the signed-in person's own things are reached, nothing of theirs.
 */
export async function pathValues(
  world: ApiWorld,
  { path, operationId, method }: Operation,
): Promise<Record<string, string>> {
  const { groupId, people } = world
  const pair = async (what: Made) => (await world.make(what)).split(' ') as [string, string]
  if (operationId === 'deleteComment') {
    const [id, commentId] = await pair('comment')
    return { id, commentId }
  }
  if (path.includes('/conversions/')) {
    const isRestore = path.endsWith('/restore')
    const [id, conversionId] = await pair(isRestore ? 'voidedConversion' : 'conversion')
    return { id, conversionId }
  }
  if (operationId === 'redenominate') {
    const [id] = await pair('voidedConversion')
    return { id }
  }
  if (path.includes('/settlements/')) {
    const isRestore = path.endsWith('/restore')
    return {
      id: groupId,
      settlementId: await world.make(isRestore ? 'voidedSettlement' : 'settlement'),
    }
  }
  if (operationId === 'settleShare') {
    const [id] = await pair('conversion')
    const reply = await people.owner.send('GET', `/groups/${id}/expenses`)
    return { id, expenseId: reply.json().items[0].id, userId: people.bystander.id }
  }
  if (path.startsWith('/api/v1/expenses/{id}')) {
    const what = { restoreExpense: 'voidedExpense', revertExpense: 'editedExpense' } as const
    return { id: await world.make(what[operationId as keyof typeof what] ?? 'expense') }
  }
  if (path.startsWith('/api/v1/categories/{id}')) return { id: await world.make('category') }
  if (path.includes('/invites/{inviteId}')) {
    return { id: groupId, inviteId: await world.make('inviteId') }
  }
  if (path.includes('/invites/{token}')) return { token: await world.make('inviteToken') }
  if (operationId === 'editMember') {
    return { id: await world.make('group'), userId: people.bystander.id }
  }
  if (path.includes('/members/{userId}')) return { id: groupId, userId: await world.make('guest') }
  if (path === '/api/v1/groups/{id}/restore') return { id: await world.make('archivedGroup') }
  if (path.startsWith('/api/v1/groups/{id}')) {
    const changes = method === 'PUT' || method === 'DELETE'
    const isNew = changes && path === '/api/v1/groups/{id}'
    return { id: isNew ? await world.make('group') : groupId }
  }
  return { id: people.bystander.id }
}

/** An example's ids stand for nobody; here they become people and things of the world. */
export function withRealIds(
  world: ApiWorld,
  example: unknown,
  ids: { user?: string; other?: string } = {},
): unknown {
  const { groupId, people } = world
  const { user = people.owner.id, other = people.admin.id } = ids
  const text = JSON.stringify(example)
    .replaceAll(`"groupId":"${exampleId}"`, `"groupId":"${groupId}"`)
    .replaceAll(exampleId, user)
    .replaceAll(otherExampleId, other)
  return JSON.parse(text)
}

/** The example of a query parameter, as one that leads somewhere. */
export function queryValue(world: ApiWorld, name: string, example: unknown, user?: string): string {
  if (name === 'groupId') return world.groupId
  if (name === 'categoryId') return world.ids.category
  return withRealIds(world, String(example), user ? { user } : {}) as string
}

/** Who may do it to what `pathValues` names. */
export function doer({ people }: ApiWorld, { path }: Operation): TestPerson {
  const isForAdmins = path.includes('/admin/') || /^\/api\/v1\/users(\/\{id\}.*)?$/.test(path)
  return isForAdmins ? people['site admin'] : people.owner
}
