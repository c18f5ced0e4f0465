import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  outcome,
  startTestApi,
  type TestApi,
  type TestPerson,
  testApiConfig,
} from '../support/api.ts'

let api: TestApi
let root: TestPerson
let bob: TestPerson

beforeAll(async () => {
  const registration = { mode: 'open', firstUserAdmin: true } as const
  api = await startTestApi({ config: { ...testApiConfig, registration } })
  root = await api.person('root')
  bob = await api.person('bob')
})
afterAll(() => api.close())

async function flatWithDinner(): Promise<{ id: string; guest: string }> {
  const { id } = (await bob.send('POST', '/groups', { name: 'Flat' })).json()
  const kim = await bob.send('POST', `/groups/${id}/members`, { guestName: 'Kim' })
  const body = { amount: '10.00', currency: 'EUR', description: 'Dinner' }
  await bob.send('POST', `/groups/${id}/splits`, body)
  return { id, guest: kim.json().userId }
}

describe('GET /admin/verify', () => {
  it('says that everything adds up, or what does not', async () => {
    const { id, guest } = await flatWithDinner()
    const other = await flatWithDinner()
    expect((await root.send('GET', '/admin/verify')).json()).toEqual({ ok: true, differences: [] })
    await api.sql(
      `update balances set amount = amount + 1 where group_id = '${id}' and user_id = '${guest}'`,
    )
    const { ok, differences } = (await root.send('GET', `/admin/verify?groupId=${id}`)).json()
    expect(ok).toBe(false)
    expect(differences).toEqual([
      {
        groupId: id,
        userId: guest,
        currency: 'EUR',
        what: 'amount',
        kept: '-4.0000',
        computed: '-5.0000',
        expenseId: null,
      },
    ])
    const reply = await root.send('GET', `/admin/verify?groupId=${other.id}`)
    expect(reply.json()).toEqual({ ok: true, differences: [] })
    await api.sql(
      `update balances set amount = amount - 1 where group_id = '${id}' and user_id = '${guest}'`,
    )
  })

  it('is for admins, and takes an id', async () => {
    expect(outcome(await bob.send('GET', '/admin/verify'))).toBe('403 admins-only')
    const reply = await root.send('GET', '/admin/verify?groupId=x')
    expect(outcome(reply)).toBe('400 malformed-request')
  })
})

describe('merging two people', () => {
  it('is previewed and then done', async () => {
    const { id, guest } = await flatWithDinner()
    const cem = await api.person('cem')
    const people = { fromUserId: guest, intoUserId: cem.id }
    const query = new URLSearchParams(people)
    const preview = await root.send('GET', `/admin/merge-preview?${query}`)
    expect(preview.json()).toEqual({
      from: { userId: guest, displayName: 'Kim' },
      into: { userId: cem.id, displayName: 'cem' },
      groups: [
        {
          groupId: id,
          groupName: 'Flat',
          expenses: 1,
          joinedExpenses: 0,
          settlements: 0,
          voidedSettlements: 0,
          balances: [{ currency: 'EUR', amount: '-5.00' }],
        },
      ],
    })
    const merged = await root.send('POST', '/admin/merge', people)
    expect(merged.json()).toMatchObject({ id: cem.id })
    const { items } = (await cem.send('GET', `/groups/${id}/balances`)).json()
    expect(items).toContainEqual({ userId: cem.id, currency: 'EUR', amount: '-5.00' })
    expect(outcome(await root.send('POST', '/admin/merge', people))).toBe('409 already-merged')
    expect((await root.send('GET', '/admin/verify')).json().ok).toBe(true)
  })

  it('is refused to everybody else, and where it makes no sense', async () => {
    const { guest } = await flatWithDinner()
    const merge = async (person: TestPerson, fromUserId: string, intoUserId: string) =>
      outcome(await person.send('POST', '/admin/merge', { fromUserId, intoUserId }))
    expect(await merge(bob, guest, bob.id)).toBe('403 admins-only')
    const query = new URLSearchParams({ fromUserId: guest, intoUserId: bob.id })
    const preview = await bob.send('GET', `/admin/merge-preview?${query}`)
    expect(outcome(preview)).toBe('403 admins-only')
    expect(await merge(root, bob.id, root.id)).toBe('409 both-have-logins')
    expect(await merge(root, bob.id, bob.id)).toBe('422 same-person')
    expect(await merge(root, bob.id, guest)).toBe('422 merge-into-guest')
    expect(await merge(root, 'x', bob.id)).toBe('400 malformed-request')
  })
})
