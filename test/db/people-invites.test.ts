import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { addMember } from '../../src/domain/groups/add-member.ts'
import { changeRole } from '../../src/domain/groups/change-role.ts'
import { directGroup } from '../../src/domain/groups/chat-groups.ts'
import { archiveGroup } from '../../src/domain/groups/edit-group.ts'
import { activeMember, type Group } from '../../src/domain/groups/group.ts'
import { leaveGroup } from '../../src/domain/groups/leave-group.ts'
import {
  type CreateInvite,
  createInvite,
  listInvites,
  previewInvite,
  revokeInvite,
} from '../../src/domain/groups/manage-invites.ts'
import { acceptInvite, claimGuest, mergeGuest } from '../../src/domain/people/claim-guest.ts'
import type { Transaction } from '../../src/domain/ports.ts'
import { eventualRefusalOf } from '../support/laws.ts'
import { eur, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let ann: Actor
let bob: Actor
let cem: Actor
let group: Group

beforeAll(async () => {
  workspace = await openWorkspace()
  const people = ['Ann', 'Bob', 'Cem'].map((name) => workspace.person(name))
  ;[ann, bob, cem] = (await Promise.all(people)).map(({ actor }) => actor) as [Actor, Actor, Actor]
  group = await flat()
})

afterAll(() => workspace.close())

const run = <Result>(work: (tx: Transaction) => Promise<Result>) => workspace.unitOfWork.run(work)
const refusalOf = (work: (tx: Transaction) => Promise<unknown>) =>
  eventualRefusalOf(() => run(work))
const flat = () => workspace.group([{ actor: ann }, { actor: bob }, { actor: cem }])
const outsider = async () => (await workspace.person('Eve')).actor
const invite = (actor: Actor, input: CreateInvite = {}, groupId = group.id) =>
  run((tx) => createInvite(tx, actor, groupId, input))
const accept = (actor: Actor, token: string) => run((tx) => acceptInvite(tx, actor, token))
const roleOf = async ({ userId }: Actor, groupId = group.id) =>
  activeMember((await workspace.reads.groups.find(groupId))!, userId)?.role ?? null

describe('an invite link', () => {
  it('lets somebody in with its role', async () => {
    const eve = await outsider()
    const { token } = await invite(bob, { role: 'viewer' })
    const joined = await accept(eve, token)
    expect(joined.id).toBe(group.id)
    expect(await roleOf(eve)).toBe('viewer')
  })

  it('tells an outsider the names and the role, and nothing else', async () => {
    const { token, invite: made } = await invite(bob)
    expect(await run((tx) => previewInvite(tx, token))).toEqual({
      groupName: 'Flat',
      inviterName: 'Bob',
      role: 'member',
      guestName: null,
      expiresAt: made.expiresAt,
    })
  })

  it('is kept as a hash only', async () => {
    const { token, invite: made } = await invite(bob)
    expect(token).toMatch(/^[\w-]{43}$/)
    const row = await workspace.knex('group_invites').where({ id: made.id }).first()
    expect(JSON.stringify(row)).not.toContain(token)
    expect(row.token_hash).toHaveLength(32)
  })

  it('for admins is made by admins only', async () => {
    expect(await eventualRefusalOf(() => invite(bob, { role: 'admin' }))).toMatchObject({
      kind: 'forbidden',
    })
    const eve = await outsider()
    await accept(eve, (await invite(ann, { role: 'admin' })).token)
    expect(await roleOf(eve)).toBe('admin')
  })

  it('with one use left lets one of two in who follow it at once', async () => {
    const { token } = await invite(ann, { mostUses: 1 })
    const people = [await outsider(), await outsider()]
    const outcomes = await Promise.allSettled(people.map((actor) => accept(actor, token)))
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const lost = outcomes.find((outcome) => outcome.status === 'rejected')
    expect(lost?.reason).toMatchObject({ kind: 'not-found', code: 'invite-not-found' })
  })

  it('is not used up by somebody who is in already', async () => {
    const { token } = await invite(ann, { mostUses: 1 })
    await accept(bob, token)
    const eve = await outsider()
    await accept(eve, token)
    expect(await roleOf(eve)).toBe('member')
    expect(await roleOf(bob)).toBe('member')
  })

  it.each(['expired', 'revoked', 'invented', 'of an archived group'])(
    'that is %s leads nowhere',
    async (fate) => {
      const own = await flat()
      const { token, invite: made } = await invite(ann, { expiresInHours: 1 }, own.id)
      const now = workspace.clock.now()
      if (fate === 'expired') {
        workspace.clock.set(new Date(now.getTime() + 3_600_000).toISOString())
      }
      if (fate === 'revoked') await run((tx) => revokeInvite(tx, ann, own.id, made.id))
      if (fate === 'of an archived group') await run((tx) => archiveGroup(tx, ann, own.id, null))
      const followed = fate === 'invented' ? `${token.slice(1)}x` : token
      const eve = await outsider()
      for (const follow of [
        () => accept(eve, followed),
        () => run((tx) => previewInvite(tx, followed)),
      ]) {
        expect(await eventualRefusalOf(follow)).toMatchObject({ code: 'invite-not-found' })
      }
      workspace.clock.set(now.toISOString())
    },
  )

  it('is listed and revoked by who made it and by admins', async () => {
    const own = await flat()
    const { invite: made } = await invite(bob, {}, own.id)
    const list = (actor: Actor) => run((tx) => listInvites(tx, actor, own.id))
    expect(await list(cem)).toEqual([])
    expect(await list(ann)).toEqual([made])
    const revoke = (actor: Actor) => (tx: Transaction) => revokeInvite(tx, actor, own.id, made.id)
    expect(await refusalOf(revoke(cem))).toMatchObject({ kind: 'forbidden' })
    await run(revoke(bob))
    expect(await list(bob)).toEqual([])
  })

  it('is refused without an end, with a use too many, and for groups nobody can join', async () => {
    for (const [input, code] of [
      [{ expiresInHours: 0 }, 'invite-expiry'],
      [{ expiresInHours: 24 * 91 }, 'invite-expiry'],
      [{ mostUses: 0 }, 'invite-uses'],
      [{ mostUses: 1.5 }, 'invite-uses'],
    ] as const) {
      expect(await eventualRefusalOf(() => invite(ann, input))).toMatchObject({ code })
    }
    const direct = await run((tx) => directGroup(tx, ann, [{ userId: bob.userId }]))
    expect(await eventualRefusalOf(() => invite(ann, {}, direct.id))).toMatchObject({
      code: 'fixed-people',
    })
  })

  it('brings back somebody who left, to their place', async () => {
    const own = await flat()
    await run((tx) => leaveGroup(tx, bob, own.id))
    await accept(bob, (await invite(ann, {}, own.id)).token)
    const { members } = (await workspace.reads.groups.find(own.id))!
    expect(members.map(({ userId, leftAt }) => [userId, leftAt])).toEqual(
      [ann, bob, cem].map(({ userId }) => [userId, null]),
    )
  })
})

describe('claiming a guest', () => {
  type Scene = { readonly own: Group; readonly guestId: string }

  /** Bob added Zed, who owes Ann 22.50. */
  async function withGuest(): Promise<Scene> {
    const own = await flat()
    const zed = await run((tx) => addMember(tx, bob, own.id, { guestName: 'Zed', handle: 'zed' }))
    await run((tx) =>
      recordExpense(tx, ann, { groupId: own.id, amount: eur('90.00'), description: 'Dinner' }),
    )
    return { own, guestId: zed.userId }
  }

  const claim = ({ own, guestId }: Scene, actor: Actor, confirmedBy: Actor) =>
    run((tx) => claimGuest(tx, actor, own.id, guestId, confirmedBy))
  const join = async ({ own }: Scene) => {
    const eve = await outsider()
    await run((tx) => addMember(tx, ann, own.id, { userId: eve.userId }))
    return eve
  }

  it('moves what the guest owes to who says "That\'s me"', async () => {
    const scene = await withGuest()
    const eve = await join(scene)
    await claim(scene, eve, bob)
    expect((await workspace.balances(scene.own.id))[eve.userId]).toBe('-22.50')
    const { members } = (await workspace.reads.groups.find(scene.own.id))!
    expect(members.map(({ userId }) => userId)).toEqual(
      [ann, bob, cem, eve].map(({ userId }) => userId),
    )
    expect(members.at(-1)).toMatchObject({ handle: 'zed', isGuest: false, displayName: 'Eve' })
  })

  it('takes the word of who added the guest or of an admin, of nobody else', async () => {
    const scene = await withGuest()
    const eve = await join(scene)
    for (const confirmer of [eve, cem]) {
      expect(await eventualRefusalOf(() => claim(scene, eve, confirmer))).toMatchObject({
        code: 'not-your-guest',
      })
    }
    await run((tx) => changeRole(tx, ann, scene.own.id, cem.userId, 'admin'))
    await claim(scene, eve, cem)
  })

  it('is not open to outsiders', async () => {
    const scene = await withGuest()
    const eve = await outsider()
    expect(await eventualRefusalOf(() => claim(scene, eve, bob))).toMatchObject({
      kind: 'not-found',
    })
  })

  it('succeeds for one of two who claim at once', async () => {
    const scene = await withGuest()
    const people = [await join(scene), await join(scene)]
    const outcomes = await Promise.allSettled(people.map((actor) => claim(scene, actor, bob)))
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const lost = outcomes.find((outcome) => outcome.status === 'rejected')
    expect(lost?.reason).toMatchObject({ code: 'already-claimed' })
    const balances = Object.values(await workspace.balances(scene.own.id))
    expect(balances.sort()).toEqual(['-22.50', '-22.50', '-22.50', '67.50'])
  })

  it('loses nothing when an expense with the guest is recorded at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const scene = await withGuest()
      const eve = await join(scene)
      const split = {
        method: 'equal' as const,
        participants: [{ userId: ann.userId }, { userId: scene.guestId }],
      }
      const [recorded, claimed] = await Promise.allSettled([
        run((tx) =>
          recordExpense(tx, ann, {
            groupId: scene.own.id,
            amount: eur('10.00'),
            description: 'Tea',
            split,
          }),
        ),
        claim(scene, eve, bob),
      ])
      expect(claimed.status).toBe('fulfilled')
      const expected = recorded.status === 'fulfilled' ? '-27.50' : '-22.50'
      expect((await workspace.balances(scene.own.id))[eve.userId]).toBe(expected)
      expect(await workspace.reads.ledger.differences(scene.own.id, 10)).toEqual([])
    }
  })

  it('works by a link made for the guest, once, for somebody from outside', async () => {
    const scene = await withGuest()
    const { token } = await invite(bob, { guestUserId: scene.guestId }, scene.own.id)
    expect(await run((tx) => previewInvite(tx, token))).toMatchObject({ guestName: 'Zed' })
    const people = [await outsider(), await outsider()]
    const outcomes = await Promise.allSettled(people.map((actor) => accept(actor, token)))
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const winner = people[outcomes.findIndex(({ status }) => status === 'fulfilled')]!
    expect((await workspace.balances(scene.own.id))[winner.userId]).toBe('-22.50')
    expect(await roleOf(winner, scene.own.id)).toBe('member')
  })

  it('by a link is offered by those only who may confirm the claim', async () => {
    const { own, guestId } = await withGuest()
    expect(
      await eventualRefusalOf(() => invite(cem, { guestUserId: guestId }, own.id)),
    ).toMatchObject({ code: 'not-your-guest' })
  })

  it('ends the links for that guest', async () => {
    const scene = await withGuest()
    const { token } = await invite(bob, { guestUserId: scene.guestId }, scene.own.id)
    await claim(scene, await join(scene), bob)
    expect(await eventualRefusalOf(async () => accept(await outsider(), token))).toMatchObject({
      code: 'invite-not-found',
    })
  })

  it('is done by an admin who says which member the guest is', async () => {
    const { own, guestId } = await withGuest()
    await run((tx) => mergeGuest(tx, ann, own.id, guestId, cem.userId))
    expect((await workspace.balances(own.id))[cem.userId]).toBe('-45.00')
    expect(
      await refusalOf((tx) => mergeGuest(tx, ann, own.id, bob.userId, cem.userId)),
    ).toMatchObject({ code: 'not-a-guest' })
  })

  it('of a direct group makes it the group of the two', async () => {
    const own = await run((tx) => directGroup(tx, ann, [{ handle: 'yves' }]))
    const guestId = own.members.find(({ isGuest }) => isGuest)!.userId
    const eve = await outsider()
    await accept(eve, (await invite(ann, { guestUserId: guestId }, own.id)).token)
    const found = (person: Parameters<typeof directGroup>[2][number]) =>
      run((tx) => directGroup(tx, ann, [person]))
    expect((await found({ userId: eve.userId })).id).toBe(own.id)
    expect((await found({ handle: 'yves' })).id).toBe(own.id)
  })
})
