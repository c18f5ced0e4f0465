import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recognizePerson } from '../../src/domain/accounts/chat-people.ts'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { editDefaultSplit } from '../../src/domain/expenses/default-split.ts'
import type { Expense } from '../../src/domain/expenses/expense.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { voidExpense } from '../../src/domain/expenses/void-expense.ts'
import { addMember } from '../../src/domain/groups/add-member.ts'
import { changeRole, transferOwnership } from '../../src/domain/groups/change-role.ts'
import { directGroup } from '../../src/domain/groups/chat-groups.ts'
import { archiveGroup, restoreGroup } from '../../src/domain/groups/edit-group.ts'
import { editMemberWeight, renameGuest } from '../../src/domain/groups/edit-member.ts'
import { activeMember, type DefaultSplit, type Group } from '../../src/domain/groups/group.ts'
import { leaveGroup, removeMember } from '../../src/domain/groups/leave-group.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { toDecimal } from '../../src/domain/money/money.ts'
import { deleteAccount } from '../../src/domain/people/delete-account.ts'
import type { Transaction } from '../../src/domain/ports.ts'
import { parseTimeZone } from '../../src/domain/time/zone.ts'
import { eventualRefusalOf } from '../support/laws.ts'
import { eur, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let ann: Actor
let bob: Actor
let cem: Actor

beforeAll(async () => {
  workspace = await openWorkspace()
  const people = ['Ann', 'Bob', 'Cem'].map((name) => workspace.person(name))
  ;[ann, bob, cem] = (await Promise.all(people)).map(({ actor }) => actor) as [Actor, Actor, Actor]
})

afterAll(() => workspace.close())

const run = <Result>(work: (tx: Transaction) => Promise<Result>) => workspace.unitOfWork.run(work)
const refusalOf = (work: (tx: Transaction) => Promise<unknown>) =>
  eventualRefusalOf(() => run(work))
const flat = () => workspace.group([{ actor: ann }, { actor: bob }, { actor: cem }])
const dinner = (groupId: string, actor = ann): Promise<Expense> =>
  run((tx) => recordExpense(tx, actor, { groupId, amount: eur('90.00'), description: 'Dinner' }))
const parts = (expense: Expense) => expense.splits.map(({ amount }) => toDecimal(amount))
const fresh = async (group: Group) => (await workspace.reads.groups.find(group.id))!
const roleOf = async (group: Group, { userId }: Actor) =>
  activeMember(await fresh(group), userId)?.role ?? null
const typesOf = (group: Group): Promise<readonly string[]> =>
  workspace.knex('events').where({ group_id: group.id }).orderBy('seq').pluck('type')

describe('roles', () => {
  it('change below owner by an admin, with a line in the history', async () => {
    const group = await flat()
    await run((tx) => changeRole(tx, ann, group.id, bob.userId, 'admin'))
    await run((tx) => changeRole(tx, bob, group.id, cem.userId, 'viewer'))
    expect(await roleOf(group, cem)).toBe('viewer')
    expect((await typesOf(group)).slice(-2)).toEqual(['member.role-changed', 'member.role-changed'])
  })

  it('of owners are made and unmade by owners only', async () => {
    const group = await flat()
    await run((tx) => changeRole(tx, ann, group.id, bob.userId, 'admin'))
    for (const [userId, role] of [
      [ann.userId, 'member'],
      [bob.userId, 'owner'],
    ] as const) {
      expect(await refusalOf((tx) => changeRole(tx, bob, group.id, userId, role))).toMatchObject({
        kind: 'forbidden',
      })
    }
  })

  it('leave an owner in the group, even if two step down at once', async () => {
    const group = await flat()
    await run((tx) => changeRole(tx, ann, group.id, bob.userId, 'owner'))
    const outcomes = await Promise.allSettled(
      [ann, bob].map((actor) =>
        run((tx) => changeRole(tx, actor, group.id, actor.userId, 'member')),
      ),
    )
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const { members } = await fresh(group)
    expect(members.filter(({ role }) => role === 'owner')).toHaveLength(1)
  })

  it('pass the ownership on', async () => {
    const group = await flat()
    await run((tx) => transferOwnership(tx, ann, group.id, bob.userId))
    expect([await roleOf(group, ann), await roleOf(group, bob)]).toEqual(['admin', 'owner'])
  })

  it('above member are not for guests, whoever adds them', async () => {
    const group = await flat()
    const add = (role: 'admin' | 'viewer') => (tx: Transaction) =>
      addMember(tx, ann, group.id, { guestName: 'Zed', role })
    expect(await refusalOf(add('admin'))).toMatchObject({ code: 'guest-role' })
    const zed = await run(add('viewer'))
    const promote = (tx: Transaction) => changeRole(tx, ann, group.id, zed.userId, 'owner')
    expect(await refusalOf(promote)).toMatchObject({ code: 'guest-role' })
  })
})

describe('leaving', () => {
  it('makes an outsider of the member and keeps the place for a return', async () => {
    const group = await flat()
    await run((tx) => leaveGroup(tx, bob, group.id))
    expect(await refusalOf((tx) => leaveGroup(tx, bob, group.id))).toMatchObject({
      kind: 'not-found',
    })
    await run((tx) => addMember(tx, ann, group.id, { userId: bob.userId }))
    const { members } = await fresh(group)
    expect(members.map(({ userId }) => userId)).toEqual([ann.userId, bob.userId, cem.userId])
    expect((await typesOf(group)).slice(-2)).toEqual(['member.left', 'member.joined'])
  })

  it('is refused with a balance, which is named', async () => {
    const group = await flat()
    await dinner(group.id)
    expect(await refusalOf((tx) => leaveGroup(tx, bob, group.id))).toMatchObject({
      kind: 'conflict',
      code: 'balance-not-zero',
      facts: { balances: [{ currency: 'EUR', amount: '-30.00' }] },
    })
  })

  it('with a balance can be forced by an owner only, and the entries stay', async () => {
    const group = await flat()
    await dinner(group.id)
    await run((tx) => changeRole(tx, ann, group.id, bob.userId, 'admin'))
    const force = (actor: Actor) => (tx: Transaction) =>
      removeMember(tx, actor, group.id, cem.userId, { force: true })
    expect(await refusalOf(force(bob))).toMatchObject({ kind: 'forbidden' })
    const out = await run(force(ann))
    expect(out.leftAt).not.toBeNull()
    expect((await workspace.balances(group.id))[cem.userId]).toBe('-30.00')
    const [removed] = (await workspace.knex('events').where({ type: 'member.removed' })) as {
      data: unknown
    }[]
    expect(removed?.data).toMatchObject({
      after: { forced: true, balances: [{ currency: 'EUR', amount: '-30.00' }] },
    })
  })

  it('of the last owner needs another owner', async () => {
    const group = await flat()
    const leave = (tx: Transaction) => leaveGroup(tx, ann, group.id)
    expect(await refusalOf(leave)).toMatchObject({ code: 'last-owner' })
    await run((tx) => changeRole(tx, ann, group.id, bob.userId, 'owner'))
    await run(leave)
    expect(await roleOf(group, ann)).toBeNull()
  })

  it('never happens with a balance, however it races with an expense', async () => {
    for (let round = 0; round < 10; round += 1) {
      const group = await flat()
      const [recorded, left] = await Promise.allSettled([
        dinner(group.id),
        run((tx) => leaveGroup(tx, bob, group.id)),
      ])
      expect(recorded.status).toBe('fulfilled')
      const isOut = (await roleOf(group, bob)) === null
      expect(isOut).toBe(left.status === 'fulfilled')
      expect((await workspace.balances(group.id))[bob.userId]).toBe(isOut ? undefined : '-30.00')
    }
  })

  it('or coming is not for direct groups: their people are fixed', async () => {
    const direct = await run((tx) => directGroup(tx, ann, [{ userId: bob.userId }]))
    const add = (tx: Transaction) => addMember(tx, ann, direct.id, { userId: cem.userId })
    expect(await refusalOf(add)).toMatchObject({ code: 'fixed-people' })
  })

  it('is not for direct groups and not for the personal one', async () => {
    const direct = await run((tx) => directGroup(tx, ann, [{ userId: bob.userId }]))
    expect(await refusalOf((tx) => leaveGroup(tx, bob, direct.id))).toMatchObject({
      code: 'fixed-people',
    })
    const personal = (await workspace.reads.users.find(ann.userId))!.personalGroupId!
    expect(await refusalOf((tx) => leaveGroup(tx, ann, personal))).toMatchObject({
      code: 'fixed-people',
    })
  })

  it('works in an archived group', async () => {
    const group = await flat()
    await run((tx) => archiveGroup(tx, ann, group.id, null))
    await run((tx) => leaveGroup(tx, bob, group.id))
    expect(await roleOf(group, bob)).toBeNull()
  })
})

describe('an archived group', () => {
  it('takes expenses again after its owner has restored it', async () => {
    const group = await flat()
    await run((tx) => archiveGroup(tx, ann, group.id, null))
    expect(await eventualRefusalOf(() => dinner(group.id))).toMatchObject({
      code: 'group-archived',
    })
    const restored = await run((tx) => restoreGroup(tx, ann, group.id, 2))
    expect(restored).toMatchObject({ archivedAt: null, version: 3 })
    await dinner(group.id)
    expect(await typesOf(group)).toContain('group.restored')
  })
})

describe('guests', () => {
  it('can be renamed by any member, people with an account cannot', async () => {
    const group = await flat()
    const zed = await run((tx) => addMember(tx, ann, group.id, { guestName: 'Zed' }))
    const renamed = await run((tx) => renameGuest(tx, bob, group.id, zed.userId, ' Zedd '))
    expect(renamed.displayName).toBe('Zedd')
    const { members } = await fresh(group)
    expect(members.at(-1)).toMatchObject({ userId: zed.userId, displayName: 'Zedd' })
    expect(
      await refusalOf((tx) => renameGuest(tx, ann, group.id, bob.userId, 'Robert')),
    ).toMatchObject({ code: 'not-a-guest' })
  })
})

describe('the default split', () => {
  const setDefault = (group: Group, split: DefaultSplit | null) =>
    run((tx) => editDefaultSplit(tx, ann, group.id, null, split))
  const percentages = (...parts: readonly (readonly [Actor, string])[]): DefaultSplit => ({
    method: 'percentage',
    participants: parts.map(([{ userId }, percentage]) => ({ userId, percentage })),
  })

  it('gives each what their weight says, and changes nothing that is written', async () => {
    const group = await flat()
    const old = await dinner(group.id)
    await setDefault(group, { method: 'shares' })
    await run((tx) => editMemberWeight(tx, ann, group.id, bob.userId, '2.50'))
    await run((tx) => editMemberWeight(tx, ann, group.id, cem.userId, '1'))
    expect(parts(await dinner(group.id))).toEqual(['20.00', '50.00', '20.00'])
    expect(await workspace.reads.expenses.find(old.id)).toEqual(old)
    const weights = (await fresh(group)).members.map(({ weight }) => weight)
    expect(weights).toEqual(['1', '2.5', '1'])
  })

  it('gives each their percentage', async () => {
    const group = await flat()
    await setDefault(group, percentages([ann, '60'], [bob, '40']))
    expect(parts(await dinner(group.id))).toEqual(['54.00', '36.00'])
  })

  it('goes back to equal parts when somebody in it leaves', async () => {
    const group = await flat()
    await setDefault(group, percentages([ann, '60'], [bob, '40']))
    await run((tx) => leaveGroup(tx, bob, group.id))
    expect((await fresh(group)).defaultSplit).toBeNull()
    expect(parts(await dinner(group.id))).toEqual(['45.00', '45.00'])
  })

  it('is refused when the percentages miss 100 or name somebody else', async () => {
    const group = await flat()
    expect(
      await eventualRefusalOf(() => setDefault(group, percentages([ann, '60'], [bob, '30']))),
    ).toMatchObject({ code: 'percentages-do-not-add-up' })
    const { actor: stranger } = await workspace.person('Eve')
    expect(
      await eventualRefusalOf(() => setDefault(group, percentages([ann, '60'], [stranger, '40']))),
    ).toMatchObject({
      code: 'not-a-member',
      faults: [{ pointer: '/split/participants/1/userId' }],
    })
  })

  it('refuses weights that are no plain numbers or too large', async () => {
    const group = await flat()
    const weigh = (weight: string) =>
      refusalOf((tx) => editMemberWeight(tx, ann, group.id, bob.userId, weight))
    expect(await weigh('1000000.0001')).toMatchObject({ code: 'number-too-large' })
    expect(await weigh('-1')).toMatchObject({ code: 'negative-number' })
    expect(await weigh('1,5')).toMatchObject({ code: 'malformed-number' })
  })
})

describe('deleting an account', () => {
  const leaver = async () => (await workspace.person('Lea Leaver')).actor
  const remove = (actor: Actor) => run((tx) => deleteAccount(tx, actor))

  it('is refused with the balances, group by group', async () => {
    const lea = await leaver()
    const group = await workspace.group([{ actor: ann }, { actor: lea }])
    await dinner(group.id)
    expect(await eventualRefusalOf(() => remove(lea))).toMatchObject({
      kind: 'conflict',
      code: 'balance-not-zero',
      facts: {
        balances: [{ groupId: group.id, groupName: 'Flat', currency: 'EUR', amount: '-45.00' }],
      },
    })
  })

  it('is refused with a balance in a group that was left by force', async () => {
    const lea = await leaver()
    const group = await workspace.group([{ actor: ann }, { actor: lea }])
    await dinner(group.id)
    await run((tx) => removeMember(tx, ann, group.id, lea.userId, { force: true }))
    expect(await eventualRefusalOf(() => remove(lea))).toMatchObject({ code: 'balance-not-zero' })
  })

  it('is refused to the last owner of a group with others', async () => {
    const lea = await leaver()
    const group = await workspace.group([{ actor: lea }, { actor: ann }])
    expect(await eventualRefusalOf(() => remove(lea))).toMatchObject({
      code: 'last-owner',
      facts: { groups: [{ groupId: group.id }] },
    })
  })

  it('leaves a nameless person in the history of others, and nothing to log in with', async () => {
    const lea = await leaver()
    await workspace.knex('users').where({ id: lea.userId }).update({
      username: 'lea',
      username_key: 'lea',
      email: 'lea@example.org',
      email_key: 'lea@example.org',
      password_hash: 'x',
    })
    const group = await workspace.group([{ actor: ann }, { actor: lea }])
    const expense = await dinner(group.id, lea)
    await run((tx) => voidExpense(tx, ann, expense.id))
    await remove(lea)
    const row = await workspace.knex('users').where({ id: lea.userId }).first()
    expect(row).toMatchObject({
      display_name: 'Deleted user',
      username: null,
      email: null,
      password_hash: null,
      deleted_at: expect.any(Date),
    })
    expect(await roleOf(group, lea)).toBeNull()
    expect((await workspace.reads.expenses.find(expense.id))?.payers).toMatchObject([
      { userId: lea.userId },
    ])
    const events = await workspace.knex('events').where({ group_id: group.id })
    expect(JSON.stringify(events)).not.toContain('Lea')
    expect(await workspace.reads.users.findByLogin({ username: 'lea' })).toBeNull()
  })

  it('archives groups in which nobody else is, and takes chat identities away', async () => {
    const profile = {
      platform: 'telegram',
      tenant: 'bot',
      externalId: 'lea-1',
      displayName: 'Lea',
      username: null,
      locale: null,
      timeZone: null,
    } as const
    const defaults = {
      locale: 'en',
      timeZone: parseTimeZone('UTC'),
      currency: parseCurrency('EUR'),
    }
    const recognize = () => run((tx) => recognizePerson(tx, profile, defaults, 'spoke'))
    const user = await recognize()
    const lea: Actor = { userId: user.id, role: 'user', source: 'telegram' }
    const alone = await workspace.group([{ actor: lea }])
    await remove(lea)
    expect((await fresh(alone)).archivedAt).not.toBeNull()
    expect((await recognize()).id).not.toBe(lea.userId)
  })

  it('never goes through with a balance, however it races with an expense', async () => {
    for (let round = 0; round < 5; round += 1) {
      const lea = await leaver()
      const group = await workspace.group([{ actor: ann }, { actor: lea }])
      const [, removed] = await Promise.allSettled([dinner(group.id), remove(lea)])
      const isGone = removed.status === 'fulfilled'
      expect((await roleOf(group, lea)) === null).toBe(isGone)
      expect((await workspace.balances(group.id))[lea.userId]).toBe(isGone ? undefined : '-45.00')
    }
  })
})
