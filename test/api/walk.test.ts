import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import {
  type ApiWorld,
  buildApiWorld,
  callers,
  pathValues,
  queryValue,
  withRealIds,
} from '../support/api-world.ts'
import { examplesOf, fillPath, type Operation, operationsOf } from '../support/openapi.ts'

/** What comes back to each of `callers`, in their order. */
type Results = readonly number[]

const everybody = (status: number): Results => callers.map(() => status)
const signedIn = (status: number): Results => [401, ...Array<number>(6).fill(status)]
/** Outsiders are not told that there is such a group; the site's admin is one of them. */
const inGroup = (status: number): Results => [401, 404, status, status, status, status, 404]
const writers = (status: number): Results => [401, 404, 403, status, status, status, 404]
/** On what somebody else made. */
const managers = (status: number): Results => [401, 404, 403, 403, status, status, 404]
const owners = (status: number): Results => [401, 404, 403, 403, 403, status, 404]
const siteAdmins = (status: number): Results => [401, 403, 403, 403, 403, 403, status]

const rows: Readonly<Record<string, Results>> = {
  getHealth: everybody(200),
  getReadiness: everybody(200),
  resetPassword: everybody(422),
  verifyEmail: everybody(422),
  // The server of the tests sends no mail.
  forgotPassword: everybody(409),
  resendVerification: signedIn(409),
  exportCsv: signedIn(200),
  exportJson: signedIn(200),
  exportMe: signedIn(200),
  previewInvite: everybody(200),
  listSessions: signedIn(200),
  endSession: signedIn(404),
  listTokens: signedIn(200),
  createToken: signedIn(201),
  deleteToken: signedIn(404),
  getMe: signedIn(200),
  editMe: signedIn(200),
  getMyBalances: signedIn(200),
  createLinkCode: signedIn(201),
  listIdentities: signedIn(200),
  unlinkIdentity: signedIn(404),
  listExpenses: signedIn(200),
  recordExpense: signedIn(201),
  recordExpenses: signedIn(201),
  listMyExpenses: signedIn(200),
  listCategories: signedIn(200),
  createCategory: signedIn(201),
  listGroups: signedIn(200),
  createGroup: signedIn(201),
  acceptInvite: signedIn(201),
  listRates: signedIn(200),
  recordRate: signedIn(201),
  listGroupExpenses: inGroup(200),
  listCategoryExpenses: inGroup(200),
  getExpense: inGroup(200),
  getExpenseHistory: inGroup(200),
  listComments: inGroup(200),
  addComment: inGroup(201),
  getCategory: inGroup(200),
  getGroup: inGroup(200),
  listMembers: inGroup(200),
  getBalances: inGroup(200),
  getGroupHistory: inGroup(200),
  suggestSettlements: inGroup(200),
  listSettlements: inGroup(200),
  getSettlement: inGroup(200),
  listConversions: inGroup(200),
  replaceCategory: writers(200),
  deleteCategory: writers(204),
  addMember: writers(201),
  listInvites: writers(200),
  createInvite: writers(201),
  recordSharedExpense: writers(201),
  settleShare: writers(200),
  recordSettlement: writers(201),
  replaceExpense: managers(200),
  editExpense: managers(200),
  voidExpense: managers(200),
  restoreExpense: managers(200),
  revertExpense: managers(200),
  deleteComment: managers(204),
  editGroup: managers(200),
  editDefaultSplit: managers(200),
  editMember: managers(200),
  removeMember: managers(200),
  claimGuest: managers(200),
  mergeGuest: managers(200),
  revokeInvite: managers(200),
  deleteSettlement: managers(200),
  voidSettlement: managers(200),
  restoreSettlement: managers(200),
  redenominate: managers(201),
  voidConversion: managers(200),
  restoreConversion: managers(200),
  archiveGroup: owners(200),
  restoreGroup: owners(200),
  verifyLedger: siteAdmins(200),
  // Both have a log-in of their own.
  previewMerge: siteAdmins(409),
  mergeUsers: siteAdmins(409),
  listUsers: siteAdmins(200),
  getUser: siteAdmins(200),
  manageUser: siteAdmins(200),
  giveReset: siteAdmins(201),
  inviteToInstance: siteAdmins(201),
  readFigures: siteAdmins(200),
  compareSpending: signedIn(200),
  getSummary: signedIn(200),
  getSummaryByCategory: signedIn(200),
  getSummaryByPeriod: signedIn(200),
  getSummaryByPerson: signedIn(200),
}

/** A second account would only cost a password; what ends a session ends the walk. */
const apart = new Set(['register', 'logIn', 'refreshToken', 'logOut', 'deleteMe'])

let api: TestApi
let world: ApiWorld
let operations: readonly Operation[]
let sequence = 0

beforeAll(async () => {
  api = await startTestApi()
  world = await buildApiWorld(api)
  operations = operationsOf((await api.send('GET', '//docs/json')).json())
})

afterAll(() => api.close())

async function ask(operation: Operation, headers: Record<string, string>) {
  const { operationId, method, body, parameters } = operation
  const path = fillPath(operation.path, await pathValues(world, operation))
  const { bystander, owner } = world.people
  const ids = { user: bystander.id, other: owner.id }
  const needed = parameters.filter((one) => one.in === 'query' && one.required)
  // Where two people are asked for, they are not the same.
  // Where two people are asked for, they are not the same.
  const query = needed.map(({ name, example }, i) => [
    name,
    queryValue(world, name, example, i > 0 ? owner.id : bystander.id),
  ])
  const example = body && examplesOf(body)[0]
  const payload = example === null ? undefined : withRealIds(world, example, ids)
  sequence += 1
  // A name may be there once.
  if (operationId === 'replaceCategory') Object.assign(payload as object, { name: `G${sequence}` })
  return api.send(
    method,
    `/${path}?${new URLSearchParams(query as [string, string][])}`,
    payload,
    headers,
  )
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('the table', () => {
  it('has a row for every operation, and no other', () => {
    const names = operations.map(({ operationId }) => operationId)
    expect([...Object.keys(rows), ...apart].toSorted()).toEqual(names.toSorted())
  })
})

describe('each operation', () => {
  it('answers every caller as the table says', { timeout: 120_000 }, async () => {
    const found: Record<string, Results> = {}
    for (const operation of operations) {
      if (!rows[operation.operationId]) continue
      const statuses: number[] = []
      for (const caller of callers) {
        const headers = caller === 'anonymous' ? {} : bearer(world.people[caller].accessToken)
        statuses.push((await ask(operation, headers)).statusCode)
      }
      found[operation.operationId] = statuses
    }
    expect(found).toEqual(rows)
  })

  it('that changes something refuses a token that may only read', async () => {
    const made = await world.people.owner.send('POST', '/tokens', {
      ...{ name: 'Reader', scopes: ['read'] },
    })
    const { token } = made.json()
    expect((await api.send('GET', '/users/me', undefined, bearer(token))).statusCode).toBe(200)
    for (const operation of operations) {
      const { method, security, operationId } = operation
      if (method === 'GET' || security.length === 0) continue
      expect((await ask(operation, bearer(token))).statusCode, operationId).toBe(403)
    }
  })
})
