import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import { type ApiWorld, buildApiWorld, doer, withRealIds } from '../support/api-world.ts'
import {
  faultOfRefusal,
  fieldNames,
  fieldPaths,
  hostileJson,
  hostileTexts,
  hostileValues,
  replaced,
} from '../support/battery.ts'
import {
  examplesOf,
  fillPath,
  type OpenApi,
  type Operation,
  operationsOf,
} from '../support/openapi.ts'

/** Not so many that writers of one group queue up until they are told to come back. */
const atOnce = 6
/** These end what the others need. */
const ending = new Set(['deleteMe', 'logOut', 'archiveGroup', 'mergeUsers'])
/** A password costs a tenth of a second each time. */
const slow = new Set(['register', 'logIn'])

let api: TestApi
let world: ApiWorld
let document: OpenApi
let operations: readonly Operation[]
const counts = { requests: 0, accepted: 0, refused: 0 }

beforeAll(async () => {
  api = await startTestApi()
  world = await buildApiWorld(api)
  document = (await api.send('GET', '//docs/json')).json()
  operations = operationsOf(document).filter(({ path }) => path.startsWith('/api/'))
})

afterAll(async () => {
  await api.close()
  process.stdout.write(`battery: ${JSON.stringify(counts)}\n`)
})

type Shot = {
  readonly operation: Operation
  readonly what: string
  readonly options: InjectOptions
}

const values = (operation: Operation): Record<string, string> => {
  const { ids, groupId, people } = world
  const [expenseId, commentId] = ids.comment.split(' ') as [string, string]
  return {
    id: /\/expenses\//.test(operation.path)
      ? ids.expense
      : /\/categories\//.test(operation.path)
        ? ids.category
        : groupId,
    ...{ expenseId, commentId, userId: people.viewer.id, inviteId: ids.inviteId },
    ...{ settlementId: ids.settlement, conversionId: ids.expense, token: ids.inviteToken },
  }
}

const shot = (operation: Operation, what: string, options: Partial<InjectOptions>): Shot => {
  const person = doer(world, operation)
  return {
    operation,
    what,
    options: {
      method: operation.method,
      url: fillPath(operation.path, values(operation)),
      ...options,
      headers: { authorization: `Bearer ${person.accessToken}`, ...options.headers },
    } as InjectOptions,
  }
}

/** Sends them side by side; a fault is a line that says what was sent where and what came back. */
async function fire(shots: readonly Shot[]): Promise<readonly string[]> {
  const faults: string[] = []
  for (let from = 0; from < shots.length; from += atOnce) {
    const batch = shots.slice(from, from + atOnce)
    const replies = await Promise.all(batch.map(({ options }) => api.app.inject(options)))
    for (const [i, reply] of (replies as LightMyRequestResponse[]).entries()) {
      const { operation, what } = batch[i]!
      counts.requests += 1
      counts[reply.statusCode < 400 ? 'accepted' : 'refused'] += 1
      const fault = faultOfRefusal(reply)
      if (fault) faults.push(`${operation.operationId} ${what.slice(0, 120)}: ${fault}`)
    }
    const health = await api.app.inject('/healthz')
    if (health.statusCode !== 200) faults.push('the server stopped answering')
  }
  return faults
}

const json = (payload: string): Partial<InjectOptions> => ({
  payload,
  headers: { 'content-type': 'application/json' },
})

type Example = Record<string, unknown>

function bodyShots(operation: Operation): readonly Shot[] {
  const { body } = operation
  if (!body) return []
  const examples = examplesOf(body).map((one) => withRealIds(world, one)) as Example[]
  const [first] = examples as [Example]
  const more = fieldNames(document, body.schema).filter((name) => !(name in first))
  const few = slow.has(operation.operationId)
  return examples.flatMap((example) => {
    const paths = [...fieldPaths(example), ...(example === first ? more : []).map((name) => [name])]
    return [...paths, []].flatMap((path) => {
      const field = `/${path.join('/')}`
      const marked = JSON.stringify(replaced(example, path, '@here@'))
      const texts = [
        ...hostileValues
          .filter((_, i) => !few || i % 6 === 0)
          .map((value) => JSON.stringify(replaced(example, path, value))),
        ...hostileJson.map((text) => marked.replace('"@here@"', () => text)),
      ]
      return texts.map((text) => shot(operation, `${field} in ${text}`, json(text)))
    })
  })
}

function parameterShots(operation: Operation): readonly Shot[] {
  const url = fillPath(operation.path, values(operation))
  return operation.parameters.flatMap((parameter) =>
    hostileTexts.map((text) => {
      const what = `${parameter.in} ${parameter.name} = ${JSON.stringify(text)}`
      const encoded = encodeURIComponent(text.toWellFormed().slice(0, 8_000))
      if (parameter.in === 'query') {
        return shot(operation, what, { url: `${url}?${parameter.name}=${encoded}` })
      }
      if (parameter.in === 'path') {
        const others = {
          ...values(operation),
          [parameter.name]: text.toWellFormed().slice(0, 8_000),
        }
        return shot(operation, what, { url: fillPath(operation.path, others) })
      }
      const printable = text.replace(/[^\x20-\x7e]/g, '?').slice(0, 8_000)
      return shot(operation, what, { headers: { [parameter.name]: printable } })
    }),
  )
}

describe('whatever is sent', () => {
  it('in a field of a body is taken or refused with a reason', { timeout: 120_000 }, async () => {
    const usual = operations.filter(({ operationId }) => !ending.has(operationId))
    expect(await fire(usual.flatMap(bodyShots))).toEqual([])
  })

  it('as a parameter or a header is taken or refused with a reason', async () => {
    const usual = operations.filter(({ operationId }) => !ending.has(operationId))
    expect(await fire(usual.flatMap(parameterShots))).toEqual([])
  }, 120_000)

  it('as a body of ten megabytes, or with a field twice, is refused', async () => {
    const withBody = operations.filter(({ body }) => body)
    const huge = json(`{"description":"${'x'.repeat(10_000_000)}"}`)
    const shots = withBody.map((operation) => shot(operation, 'ten megabytes', huge))
    expect(await fire(shots)).toEqual([])
    for (const { operation, options } of shots) {
      expect((await api.app.inject(options)).statusCode, operation.operationId).toBe(413)
    }
    const twice = withBody.map((operation) => {
      const [example] = examplesOf(operation.body!) as [object]
      const text = JSON.stringify(example)
      return shot(operation, 'twice', json(`${text.slice(0, -1)},${text.slice(1)}`))
    })
    expect(await fire(twice.filter(({ operation }) => !ending.has(operation.operationId)))).toEqual(
      [],
    )
  }, 60_000)

  it('was plenty, and the balances are right', async () => {
    expect(counts.requests).toBeGreaterThan(10_000)
    expect(counts.accepted).toBeGreaterThan(100)
    const reply = await world.people['site admin'].send('GET', '/admin/verify')
    expect(reply.json()).toMatchObject({ differences: [] })
  })
})
