import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi, testPassword } from '../support/api.ts'
import {
  type ApiWorld,
  buildApiWorld,
  doer,
  pathValues,
  queryValue,
  withRealIds,
} from '../support/api-world.ts'
import { examplesOf, fillPath, type Operation, operationsOf } from '../support/openapi.ts'

let api: TestApi
let world: ApiWorld
let operations: readonly Operation[]

beforeAll(async () => {
  api = await startTestApi()
  world = await buildApiWorld(api)
  operations = operationsOf((await api.send('GET', '//docs/json')).json())
})

afterAll(() => api.close())

/** What an example cannot know: secrets that were made for somebody else. */
async function withSecrets(operationId: string, example: unknown): Promise<unknown> {
  if (operationId === 'refreshToken') return { refreshToken: world.people.owner.refreshToken }
  if (operationId === 'resetPassword') {
    const { id } = world.people.bystander
    const reply = await world.people['site admin'].send('POST', `/admin/users/${id}/reset-password`)
    return { ...(example as object), token: reply.json().token }
  }
  return example
}

/** Whom the example's ids have to be, where not just anybody will do. */
function peopleIn(operationId: string): { user?: string; other?: string } {
  const { outsider, bystander, owner } = world.people
  if (operationId === 'addMember') return { user: outsider.id }
  if (operationId === 'mergeGuest') return { user: bystander.id }
  if (operationId === 'recordSettlement') return { user: bystander.id, other: owner.id }
  return {}
}

/** Parameters that only mean something together. */
const companions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  via: { strategy: 'via' },
  beforeFrom: { beforeTo: '2026-12-20' },
  beforeTo: { beforeFrom: '2026-10-20' },
  minAmount: { currency: 'EUR' },
  maxAmount: { currency: 'EUR' },
}

/** Registers whom the example logs in. */
const order = (one: Operation): number => (one.operationId === 'register' ? 0 : 1)
/** Its people have log-ins of their own, and this server sends no mail. */
const refused = new Set(['mergeUsers', 'forgotPassword', 'verifyEmail'])

describe('every example of the document', () => {
  it('of a body is accepted', { timeout: 60_000 }, async () => {
    let accepted = 0
    for (const operation of operations.toSorted((a, b) => order(a) - order(b))) {
      const { body, operationId, method, path } = operation
      if (!body || refused.has(operationId)) continue
      for (const example of examplesOf(body)) {
        const person = doer(world, operation)
        const sent = await withSecrets(
          operationId,
          withRealIds(world, example, peopleIn(operationId)),
        )
        const url = `/${fillPath(path, await pathValues(world, operation))}`
        const headers = operation.security.length > 0 ? {} : { authorization: '' }
        const reply = await person.send(method, url, sent, headers)
        expect(
          reply.statusCode,
          `${operationId} ${JSON.stringify(sent)}: ${reply.body}`,
        ).toBeLessThan(300)
        accepted += 1
      }
    }
    expect(accepted).toBeGreaterThan(25)
  })

  it('of a parameter of a list is accepted', async () => {
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      const url = `/${fillPath(operation.path, await pathValues(world, operation))}`
      const query = operation.parameters.filter((one) => one.in === 'query')
      for (const { name, example } of query) {
        const value = queryValue(world, name, example)
        const isAlone = query.every((one) => !one.required || one.name === name)
        if (!isAlone) continue
        const person = doer(world, operation)
        const search = new URLSearchParams({ [name]: value, ...companions[name] })
        const reply = await person.send('GET', `${url}?${search}`)
        expect(reply.statusCode, `${url}?${search}: ${reply.body}`).toBeLessThan(300)
      }
    }
  })
})

it('the password of the examples is the one of the tests', () => {
  const logIn = operations.find(({ operationId }) => operationId === 'logIn')!
  expect(examplesOf(logIn.body!)[0]).toMatchObject({ password: testPassword })
})
