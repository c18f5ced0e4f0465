import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Identity } from '../../src/domain/accounts/identity.ts'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

let api: TestApi
let ann: TestPerson
let bob: TestPerson
let eve: TestPerson

beforeAll(async () => {
  api = await startTestApi()
  ann = await api.person('ann')
  bob = await api.person('bob')
  eve = await api.person('eve')
})
afterAll(() => api.close())

const noId = '019a8d2e-7c40-7b11-9e52-3f6d1a2b4c5d'

async function flat(): Promise<string> {
  const { id } = (await ann.send('POST', '/groups', { name: 'Flat' })).json()
  await ann.send('POST', `/groups/${id}/members`, { userId: bob.id })
  return id
}

async function guestIn(groupId: string, author = ann): Promise<string> {
  const reply = await author.send('POST', `/groups/${groupId}/members`, { guestName: 'Kim' })
  return reply.json().userId
}

async function dinner(groupId: string, amount = '90.00'): Promise<void> {
  const body = { amount, currency: 'EUR', description: 'Dinner' }
  expect(outcome(await ann.send('POST', `/groups/${groupId}/splits`, body))).toBe('201')
}

describe('invites', () => {
  const invite = async (groupId: string, body: object = {}, person = ann) =>
    (await person.send('POST', `/groups/${groupId}/invites`, body)).json()

  it('show their token once, lead into the group, and count', async () => {
    const id = await flat()
    const made = await ann.send('POST', `/groups/${id}/invites`, { role: 'viewer', mostUses: 2 })
    expect(made.statusCode).toBe(201)
    const { token, ...shown } = made.json()
    expect(shown).toMatchObject({ groupId: id, role: 'viewer', mostUses: 2, uses: 0 })
    const preview = await api.send('GET', `/invites/${token}`)
    expect(preview.json()).toEqual({
      groupName: 'Flat',
      inviterName: 'ann',
      role: 'viewer',
      guestName: null,
      expiresAt: shown.expiresAt,
    })
    const joined = await eve.send('POST', `/invites/${token}/accept`)
    expect(joined.statusCode).toBe(201)
    expect(joined.json().members.at(-1)).toMatchObject({ userId: eve.id, role: 'viewer' })
    const list = (await ann.send('GET', `/groups/${id}/invites`)).json()
    expect(list.items).toEqual([{ ...shown, uses: 1 }])
  })

  it('are made once under an Idempotency-Key, the secret left out of the repeated answer', async () => {
    const id = await flat()
    const headers = { 'idempotency-key': 'link' }
    const make = () => ann.send('POST', `/groups/${id}/invites`, {}, headers)
    const first = (await make()).json()
    const second = await make()
    expect(second.json()).toEqual({ ...first, token: null })
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(first.token).toEqual(expect.any(String))
  })

  it('are followed once under an Idempotency-Key, without keeping the token', async () => {
    const id = await flat()
    const { token } = await invite(id, { mostUses: 1 })
    const accept = () =>
      eve.send('POST', `/invites/${token}/accept`, undefined, { 'idempotency-key': 'join' })
    const first = await accept()
    const second = await accept()
    expect([second.statusCode, second.body]).toEqual([201, first.body])
    const { rows } = await api.sql(`select path from idempotency_keys where key = 'join'`)
    expect(rows[0]?.path).toMatch(/^\/api\/v1\/invites\/[0-9a-f]{64}\/accept$/)
    const other = await (await api.person('dan')).send('POST', `/invites/${token}/accept`)
    expect(outcome(other)).toBe('404 invite-not-found')
  })

  it('are taken back', async () => {
    const id = await flat()
    const { token, id: inviteId } = await invite(id)
    const gone = await ann.send('DELETE', `/groups/${id}/invites/${inviteId}`)
    expect(gone.json().revokedAt).toEqual(expect.any(String))
    expect(outcome(await api.send('GET', `/invites/${token}`))).toBe('404 invite-not-found')
    expect(outcome(await eve.send('POST', `/invites/${token}/accept`))).toBe('404 invite-not-found')
    expect((await ann.send('GET', `/groups/${id}/invites`)).json().items).toEqual([])
    const never = await ann.send('DELETE', `/groups/${id}/invites/${noId}`)
    expect(outcome(never)).toBe('404 invite-not-found')
  })

  it('bring a guest and all that is the guest’s to whoever follows them', async () => {
    const id = await flat()
    const guestUserId = await guestIn(id)
    await dinner(id)
    const { token, mostUses } = await invite(id, { guestUserId })
    expect(mostUses).toBe(1)
    expect((await api.send('GET', `/invites/${token}`)).json().guestName).toBe('Kim')
    const dan = await api.person('dan')
    expect(outcome(await dan.send('POST', `/invites/${token}/accept`))).toBe('201')
    const { items } = (await dan.send('GET', `/groups/${id}/balances`)).json()
    expect(items).toContainEqual({ userId: dan.id, currency: 'EUR', amount: '-30.00' })
  })

  it.each([
    [{ role: 'owner' }, '400 malformed-request'],
    [{ mostUses: 0 }, '400 malformed-request'],
    [{ expiresInHours: 9999 }, '400 malformed-request'],
    [{ token: 'x' }, '400 malformed-request'],
    [{ guestUserId: noId }, '404 member-not-found'],
  ])('cannot be %j', async (body, expected) => {
    const reply = await ann.send('POST', `/groups/${await flat()}/invites`, body)
    expect(outcome(reply)).toBe(expected)
  })

  it('hide from outsiders, are not for viewers, and above member for admins only', async () => {
    const id = await flat()
    const { id: inviteId } = await invite(id)
    expect(outcome(await eve.send('GET', `/groups/${id}/invites`))).toBe('404 group-not-found')
    expect(outcome(await eve.send('POST', `/groups/${id}/invites`, {}))).toBe('404 group-not-found')
    const revoked = await eve.send('DELETE', `/groups/${id}/invites/${inviteId}`)
    expect(outcome(revoked)).toBe('404 group-not-found')
    const admin = { role: 'admin' }
    expect(outcome(await bob.send('POST', `/groups/${id}/invites`, admin))).toBe('403 role-too-low')
    await ann.send('POST', `/groups/${id}/members`, { userId: eve.id, role: 'viewer' })
    expect(outcome(await eve.send('POST', `/groups/${id}/invites`, {}))).toBe('403 role-too-low')
    expect(outcome(await api.send('GET', '/invites/short'))).toBe('400 malformed-request')
  })
})

describe('a member', () => {
  const member = (groupId: string, userId: string) => `/groups/${groupId}/members/${userId}`

  it('gets another role and weight, and a guest another name', async () => {
    const id = await flat()
    const guest = await guestIn(id)
    const raised = await ann.send('PATCH', member(id, bob.id), { role: 'admin', weight: '2.5' })
    expect(raised.json()).toMatchObject({ userId: bob.id, role: 'admin', weight: '2.5' })
    const named = await bob.send('PATCH', member(id, guest), { displayName: 'Kim B.' })
    expect(named.json()).toMatchObject({ displayName: 'Kim B.', isGuest: true })
  })

  it('is changed as a whole or not at all', async () => {
    const id = await flat()
    const reply = await ann.send('PATCH', member(id, bob.id), { role: 'admin', displayName: 'B' })
    expect(outcome(reply)).toBe('409 not-a-guest')
    const { members } = (await ann.send('GET', `/groups/${id}`)).json()
    expect(members[1]).toMatchObject({ userId: bob.id, role: 'member' })
  })

  it('is not changed by plain members, outsiders, or into nonsense', async () => {
    const id = await flat()
    const change = async (person: TestPerson, userId: string, body: object) =>
      outcome(await person.send('PATCH', member(id, userId), body))
    expect(await change(bob, bob.id, { role: 'owner' })).toBe('403 role-too-low')
    expect(await change(eve, bob.id, { role: 'viewer' })).toBe('404 group-not-found')
    expect(await change(ann, eve.id, { role: 'viewer' })).toBe('404 member-not-found')
    expect(await change(ann, ann.id, { role: 'member' })).toBe('409 last-owner')
    expect(await change(ann, bob.id, {})).toBe('400 malformed-request')
    expect(await change(ann, bob.id, { role: 'king' })).toBe('400 malformed-request')
    expect(await change(ann, bob.id, { weight: 2 })).toBe('400 malformed-request')
    expect(await change(ann, bob.id, { weight: '-1' })).toBe('400 malformed-request')
    expect(await change(ann, bob.id, { weight: '9999999' })).toBe('422 number-too-large')
  })

  it('leaves, or is removed, and is an outsider then', async () => {
    const id = await flat()
    const left = await bob.send('DELETE', member(id, bob.id))
    expect(left.json()).toMatchObject({ userId: bob.id, leftAt: expect.any(String) })
    expect(outcome(await bob.send('GET', `/groups/${id}`))).toBe('404 group-not-found')
    const guest = await guestIn(id)
    expect(outcome(await ann.send('DELETE', member(id, guest)))).toBe('200')
    expect(outcome(await ann.send('DELETE', member(id, guest)))).toBe('404 member-not-found')
    expect(outcome(await eve.send('DELETE', member(id, ann.id)))).toBe('404 group-not-found')
    expect(outcome(await ann.send('DELETE', member(id, ann.id)))).toBe('409 last-owner')
  })

  it('stays while there is a balance, unless an owner forces it', async () => {
    const id = await flat()
    await dinner(id)
    const refused = await bob.send('DELETE', member(id, bob.id))
    expect(outcome(refused)).toBe('409 balance-not-zero')
    expect(refused.json().balances).toEqual([{ currency: 'EUR', amount: '-45.00' }])
    const own = await bob.send('DELETE', `${member(id, bob.id)}?force=true`)
    expect(outcome(own)).toBe('403 role-too-low')
    const forced = await ann.send('DELETE', `${member(id, bob.id)}?force=true`)
    expect(outcome(forced)).toBe('200')
    const { items } = (await ann.send('GET', `/groups/${id}/balances`)).json()
    expect(items).toContainEqual({ userId: bob.id, currency: 'EUR', amount: '-45.00' })
  })
})

describe('a guest', () => {
  it('is claimed by who added them, and said to be another member', async () => {
    const id = await flat()
    const guest = `/groups/${id}/members/${await guestIn(id)}`
    await dinner(id)
    expect(outcome(await bob.send('POST', `${guest}/claim`))).toBe('403 not-your-guest')
    expect(outcome(await eve.send('POST', `${guest}/claim`))).toBe('404 group-not-found')
    const claimed = await ann.send('POST', `${guest}/claim`)
    expect(claimed.json().members.map(({ userId }: { userId: string }) => userId)).toEqual([
      ann.id,
      bob.id,
    ])
    expect(outcome(await ann.send('POST', `${guest}/claim`))).toBe('409 already-claimed')
    const other = `/groups/${id}/members/${await guestIn(id)}`
    const into = (intoUserId: string) => ann.send('POST', `${other}/merge`, { intoUserId })
    expect(outcome(await into(eve.id))).toBe('404 member-not-found')
    expect(outcome(await into('x'))).toBe('400 malformed-request')
    const merged = await into(bob.id)
    expect(merged.json().members).toHaveLength(2)
    expect(merged.headers.etag).toBe(`"${merged.json().version}"`)
  })
})

describe('a group', () => {
  it('comes back from where it was put away', async () => {
    const id = await flat()
    await ann.send('DELETE', `/groups/${id}`)
    expect(outcome(await bob.send('POST', `/groups/${id}/restore`))).toBe('403 role-too-low')
    expect(outcome(await eve.send('POST', `/groups/${id}/restore`))).toBe('404 group-not-found')
    const stale = { 'if-match': '"1"' }
    const late = await ann.send('POST', `/groups/${id}/restore`, undefined, stale)
    expect(outcome(late)).toBe('412 version-changed')
    const back = await ann.send('POST', `/groups/${id}/restore`)
    expect(back.json()).toMatchObject({ archivedAt: null, version: 3 })
    expect(back.headers.etag).toBe('"3"')
  })

  it('divides by its default split what does not say', async () => {
    const id = await flat()
    const put = (body: object, person = ann, headers = {}) =>
      person.send('PUT', `/groups/${id}/default-split`, body, headers)
    const percentages = (...parts: string[]) => ({
      split: {
        method: 'percentage',
        participants: [ann, bob].map(({ id: userId }, i) => ({ userId, percentage: parts[i] })),
      },
    })
    expect((await ann.send('GET', `/groups/${id}`)).json().defaultSplit).toEqual({
      method: 'equal',
    })
    const set = await put(percentages('60', '40'))
    expect(set.json()).toMatchObject({ defaultSplit: percentages('60', '40').split, version: 2 })
    expect(set.headers.etag).toBe('"2"')
    await dinner(id, '10.00')
    const { items } = (await ann.send('GET', `/groups/${id}/balances`)).json()
    expect(items).toContainEqual({ userId: bob.id, currency: 'EUR', amount: '-4.00' })
    const stale = await put({ split: { method: 'shares' } }, ann, { 'if-match': '"1"' })
    expect(outcome(stale)).toBe('412 version-changed')
    expect((await put({ split: { method: 'shares' } })).json().defaultSplit).toEqual({
      method: 'shares',
    })
    const missing = await put(percentages('60', '30'))
    expect(missing.statusCode).toBe(422)
    expect(missing.json().detail).toContain('100')
    expect(outcome(await put({ split: { method: 'exact' } }))).toBe('400 malformed-request')
    expect(outcome(await put({}))).toBe('400 malformed-request')
    const body = { split: { method: 'equal' } }
    expect(outcome(await put(body, bob))).toBe('403 role-too-low')
    expect(outcome(await put(body, eve))).toBe('404 group-not-found')
  })
})

describe('chats of a person', () => {
  async function chatOf(person: TestPerson): Promise<Identity> {
    const identity: Identity = {
      id: api.services.ids.next(),
      userId: person.id,
      platform: 'telegram',
      tenant: '1000',
      externalId: person.id,
      username: 'ann_tg',
      displayName: 'Ann',
      canDm: true,
      createdAt: new Date('2026-11-20T10:00:00Z'),
      lastSeenAt: null,
    }
    await api.services.unitOfWork.run((tx) => tx.identities.insert(identity))
    return identity
  }

  it('are linked by a code that is shown once', async () => {
    const headers = { 'idempotency-key': 'code' }
    const make = () => ann.send('POST', '/users/me/link-codes', undefined, headers)
    const first = await make()
    expect(first.statusCode).toBe(201)
    expect(first.json()).toEqual({
      code: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{8}$/),
      expiresAt: expect.any(String),
    })
    const second = await make()
    expect(second.json()).toEqual({ ...first.json(), code: null })
    const next = await ann.send('POST', '/users/me/link-codes')
    expect(next.json().code).not.toBe(first.json().code)
  })

  it('are listed and unlinked, those of others are nobody’s business', async () => {
    const dan = await api.person('dan')
    const { id } = await chatOf(dan)
    const { items } = (await dan.send('GET', '/users/me/identities')).json()
    expect(items).toMatchObject([{ id, platform: 'telegram', username: 'ann_tg' }])
    const path = `/users/me/identities/${id}`
    expect(outcome(await eve.send('DELETE', path))).toBe('404 identity-not-found')
    expect((await dan.send('DELETE', path)).statusCode).toBe(204)
    expect((await dan.send('GET', '/users/me/identities')).json().items).toEqual([])
    expect(outcome(await dan.send('DELETE', path))).toBe('404 identity-not-found')
  })
})

describe('DELETE /users/me', () => {
  it('ends the account at once and leaves its entries to others without a name', async () => {
    const dan = await api.person('dan')
    const id = await flat()
    await ann.send('POST', `/groups/${id}/members`, { userId: dan.id })
    expect((await dan.send('DELETE', '/users/me')).statusCode).toBe(204)
    expect(outcome(await dan.send('GET', '/users/me'))).toBe('401 not-signed-in')
    const { members } = (await ann.send('GET', `/groups/${id}`)).json()
    expect(members.at(-1)).toMatchObject({ displayName: 'Deleted user', username: null })
  })

  it('is refused while there is a balance, naming it', async () => {
    const id = await flat()
    const dan = await api.person('dan')
    await ann.send('POST', `/groups/${id}/members`, { userId: dan.id })
    await dinner(id)
    const reply = await dan.send('DELETE', '/users/me')
    expect(outcome(reply)).toBe('409 balance-not-zero')
    expect(reply.json().balances).toEqual([
      { groupId: id, groupName: 'Flat', currency: 'EUR', amount: '-30.00' },
    ])
    expect(outcome(await dan.send('GET', '/users/me'))).toBe('200')
  })
})
