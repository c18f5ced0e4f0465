import { randomUUID } from 'node:crypto'
import { password } from './data.ts'
import type { Call } from './load.ts'

export type Person = {
  readonly username: string
  readonly token: string
  readonly group: { readonly id: string; readonly members: readonly string[] }
}

export type Operation = {
  readonly name: string
  /** Rate over the floor's that we hold ourselves to; null where nothing was promised. */
  readonly gate: number | null
  readonly cpuGate?: number
  /** Not asked of the floor, which has nothing like it. */
  readonly oursOnly?: true
  readonly status: number
  readonly connections: number
  call(person: Person): Call
}

const connections = 32
const get = (name: string, gate: number, path: (person: Person) => string): Operation => ({
  ...{ name, gate, status: 200, connections },
  call: (person) => ({ method: 'GET', path: `/api/v1${path(person)}`, token: person.token }),
})

let created = 0

function createCall({ token, group }: Person, keyed: boolean): Call {
  created += 1
  const first = created % group.members.length
  const participants = [0, 1, 2, 3].map((i) => ({
    userId: group.members[(first + i) % group.members.length],
  }))
  return {
    ...{ method: 'POST', path: '/api/v1/expenses', token },
    body: {
      groupId: group.id,
      amount: `${10 + (created % 90)}.40`,
      currency: 'EUR',
      description: `Bench ${created}`,
      date: '2026-11-20',
      split: { method: 'equal', participants },
    },
    ...(keyed ? { idempotencyKey: randomUUID() } : {}),
  }
}

const repeated = new Map<Person, Call>()

function sameCall(person: Person): Call {
  const request = repeated.get(person) ?? createCall(person, true)
  repeated.set(person, request)
  return request
}

const create = { status: 201, connections, gate: 0.6 } as const

export const operations: readonly Operation[] = [
  { ...create, name: 'create4', cpuGate: 1.4, call: (person) => createCall(person, true) },
  { ...create, name: 'create4 without key', call: (person) => createCall(person, false) },
  { ...create, name: 'replay', gate: null, oursOnly: true, call: sameCall },
  { ...get('list50', 0.8, () => '/users/me/expenses'), cpuGate: 1.3 },
  get('groupList50', 0.9, ({ group }) => `/groups/${group.id}/expenses`),
  get('balances', 0.75, ({ group }) => `/groups/${group.id}/balances`),
  get('settle-up', 0.78, ({ group }) => `/groups/${group.id}/settle-up`),
  get('me', 0.68, () => '/users/me'),
  {
    ...{ name: 'login', gate: 0.95, status: 200, connections: 4 },
    call: ({ username }) => loginCall(username, password),
  },
]

export function loginCall(username: string, password: string): Call {
  return { method: 'POST', path: '/api/v1/auth/login', body: { username, password } }
}
