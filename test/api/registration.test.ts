import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  outcome,
  startTestApi,
  type TestApi,
  type TestPerson,
  testApiConfig,
  testPassword,
} from '../support/api.ts'

let api: TestApi
let root: TestPerson
let names = 0

beforeAll(async () => {
  const registration = { mode: 'invite', firstUserAdmin: true } as const
  api = await startTestApi({ config: { ...testApiConfig, registration } })
  root = await api.person('root')
})
afterAll(() => api.close())

function register(inviteToken?: string) {
  names += 1
  const username = `new${names}`
  return api.send('POST', '/auth/register', {
    ...{ username, email: `${username}@example.com`, password: testPassword },
    ...(inviteToken === undefined ? {} : { inviteToken }),
  })
}

describe('registration by invite', () => {
  it('lets the first person in without one, as admin', async () => {
    expect((await root.send('GET', '/users/me')).json().role).toBe('admin')
    const refused = await register()
    expect(outcome(refused)).toBe('422 invite-needed')
    expect(refused.json().errors).toEqual([expect.objectContaining({ pointer: '/inviteToken' })])
    expect(outcome(await register('made-up'))).toBe('404 invite-not-found')
  })

  it("takes an admin's invite once, also when two come at the same moment", async () => {
    const { token } = (await root.send('POST', '/admin/invites')).json()
    const replies = await Promise.all([register(token), register(token)])
    expect(replies.map(outcome).toSorted()).toEqual(['201', '404 invite-not-found'])
    expect(outcome(await register(token))).toBe('404 invite-not-found')
  })

  it('takes an invite into a group, which is joined', async () => {
    const { id } = (await root.send('POST', '/groups', { name: 'Flat' })).json()
    const invite = await root.send('POST', `/groups/${id}/invites`, { mostUses: 1 })
    const { token } = invite.json()
    const reply = await register(token)
    expect(outcome(reply)).toBe('201')
    const { members } = (await root.send('GET', `/groups/${id}`)).json()
    expect(members.at(-1)).toMatchObject({ userId: reply.json().user.id, role: 'member' })
    expect(outcome(await register(token))).toBe('404 invite-not-found')
  })

  it('refuses an expired invite', async () => {
    const { token } = (await root.send('POST', '/admin/invites')).json()
    await api.sql(`update account_tokens set expires_at = now() where used_at is null`)
    expect(outcome(await register(token))).toBe('404 invite-not-found')
  })
})

it('a closed registration takes no invite', async () => {
  const registration = { mode: 'closed', firstUserAdmin: true } as const
  const closed = await startTestApi({ config: { ...testApiConfig, registration } })
  const admin = await closed.person('admin')
  const { token } = (await admin.send('POST', '/admin/invites')).json()
  const body = { username: 'late', email: 'late@example.com', password: testPassword }
  const reply = await closed.send('POST', '/auth/register', { ...body, inviteToken: token })
  expect(outcome(reply)).toBe('422 registration-closed')
  await closed.close()
})
