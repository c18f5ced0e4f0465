import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recognizePerson } from '../../src/domain/accounts/chat-people.ts'
import { openSession } from '../../src/domain/accounts/log-in.ts'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { createCategory } from '../../src/domain/expenses/categories.ts'
import { editExpense } from '../../src/domain/expenses/edit-expense.ts'
import type { Expense } from '../../src/domain/expenses/expense.ts'
import { type RecordExpense, recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { revertExpense } from '../../src/domain/expenses/revert-expense.ts'
import type { PayerInput, SplitInput } from '../../src/domain/expenses/split.ts'
import { restoreExpense, voidExpense } from '../../src/domain/expenses/void-expense.ts'
import { addMember } from '../../src/domain/groups/add-member.ts'
import { changeRole } from '../../src/domain/groups/change-role.ts'
import { directGroup } from '../../src/domain/groups/chat-groups.ts'
import { createGroup } from '../../src/domain/groups/create-group.ts'
import type { Group } from '../../src/domain/groups/group.ts'
import { redenominate } from '../../src/domain/groups/redenominate.ts'
import { voidRedenomination } from '../../src/domain/groups/void-redenomination.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { money, toDecimal } from '../../src/domain/money/money.ts'
import { mergeUsers } from '../../src/domain/people/merge-users.ts'
import { previewMerge } from '../../src/domain/people/preview-merge.ts'
import { recordSettlement } from '../../src/domain/settlements/record-settlement.ts'
import { parseCalendarDate } from '../../src/domain/time/calendar-date.ts'
import { parseTimeZone } from '../../src/domain/time/zone.ts'
import { eventualRefusalOf } from '../support/laws.ts'
import { eur, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let operator: Actor

beforeAll(async () => {
  workspace = await openWorkspace()
  operator = { ...(await workspace.person('Operator')).actor, role: 'admin' }
})

afterAll(() => workspace.close())

type Flat = { readonly group: Group; readonly people: readonly Actor[] }

async function flat(...names: readonly string[]): Promise<Flat> {
  const people = []
  for (const name of names) people.push((await workspace.person(name)).actor)
  return { group: await workspace.group(people.map((actor) => ({ actor }))), people }
}

const record = (actor: Actor, input: RecordExpense): Promise<Expense> =>
  workspace.unitOfWork.run((tx) => recordExpense(tx, actor, input))

const dinner = (actor: Actor, groupId: string, amount = '90.00', split?: SplitInput) =>
  record(actor, {
    groupId,
    amount: eur(amount),
    description: 'Dinner',
    ...(split ? { split } : {}),
  })

const merge = (from: Actor, into: Actor) =>
  workspace.unitOfWork.run((tx) =>
    mergeUsers(tx, operator, { fromUserId: from.userId, intoUserId: into.userId }),
  )

const pay = (from: Actor, to: Actor, groupId: string, amount: string) =>
  workspace.unitOfWork.run((tx) =>
    recordSettlement(tx, from, {
      groupId,
      fromUserId: from.userId,
      toUserId: to.userId,
      amount: eur(amount),
      force: true,
    }),
  )

const eventsOf = async (groupId: string): Promise<readonly Record<string, unknown>[]> =>
  workspace.knex('events').where({ group_id: groupId }).orderBy('seq')

const typesOf = async (groupId: string) => (await eventsOf(groupId)).map(({ type }) => type)

const expectSoundBooks = async (groupId: string) =>
  expect(await workspace.reads.ledger.differences(groupId, 10)).toEqual([])

describe('merging two people', () => {
  it('adds up their parts of an expense and their balances, and moves nobody else', async () => {
    const { group, people } = await flat('Ann', 'Bob', 'Bobby')
    const [ann, bob, bobby] = people as [Actor, Actor, Actor]
    const expense = await dinner(ann, group.id)
    await merge(bobby, bob)
    expect(await workspace.balances(group.id)).toEqual({
      [ann.userId]: '60.00',
      [bob.userId]: '-60.00',
    })
    const after = (await workspace.reads.expenses.find(expense.id))!
    expect(after.splits.map(({ userId, amount }) => [userId, toDecimal(amount)])).toEqual([
      [ann.userId, '30.00'],
      [bob.userId, '60.00'],
    ])
    await expectSoundBooks(group.id)
  })

  it('keeps the history and adds what the merge changed, naming both', async () => {
    const { group, people } = await flat('Ann', 'Bob', 'Bobby')
    const [ann, bob, bobby] = people as [Actor, Actor, Actor]
    const expense = await dinner(bobby, group.id)
    const before = await eventsOf(group.id)
    await merge(bobby, bob)
    const after = await eventsOf(group.id)
    expect(after.slice(0, before.length)).toEqual(before)
    expect(after.slice(before.length)).toMatchObject([
      {
        type: 'expense.edited',
        subject_id: expense.id,
        subject_version: 2,
        data: { changes: [{ field: 'userId', from: bobby.userId, to: bob.userId }, {}, {}, {}] },
      },
      {
        type: 'member.merged',
        subject_id: bob.userId,
        data: {
          changes: [{ field: 'userId', from: bobby.userId, to: bob.userId }],
          after: { expenses: 1, joinedExpenses: 1 },
        },
      },
    ])
    expect(ann.userId).not.toBe(bob.userId)
  })

  it('shows the old person under the name of the new one', async () => {
    const { people } = await flat('Bob', 'Bobby')
    const [bob, bobby] = people as [Actor, Actor]
    await merge(bobby, bob)
    const [shown] = await workspace.reads.users.findMany([bobby.userId])
    expect(shown).toMatchObject({ id: bobby.userId, displayName: 'Bob', mergedIntoId: bob.userId })
  })

  it('follows a chain of merges to its end', async () => {
    const { people } = await flat('Robert', 'Bob', 'Bobby')
    const [robert, bob, bobby] = people as [Actor, Actor, Actor]
    await merge(bobby, bob)
    await merge(bob, robert)
    const shown = await workspace.reads.users.findMany([bobby.userId])
    expect(shown).toMatchObject([{ mergedIntoId: robert.userId, displayName: 'Robert' }])
  })

  it('lets the one who remains change what the other wrote', async () => {
    const { group, people } = await flat('Ann', 'Bob', 'Bobby')
    const [, bob, bobby] = people as [Actor, Actor, Actor]
    const expense = await dinner(bobby, group.id)
    await merge(bobby, bob)
    const edited = await workspace.unitOfWork.run((tx) =>
      editExpense(tx, bob, expense.id, 2, { amount: eur('30.00') }),
    )
    expect(edited.splits.map(({ amount }) => toDecimal(amount))).toEqual(['10.00', '20.00'])
    await expectSoundBooks(group.id)
  })

  it('voids payments between the two and keeps payments to others', async () => {
    const { group, people } = await flat('Ann', 'Bob', 'Bobby')
    const [ann, bob, bobby] = people as [Actor, Actor, Actor]
    await dinner(ann, group.id)
    const between = await pay(bobby, bob, group.id, '7.00')
    const other = await pay(bobby, ann, group.id, '5.00')
    await merge(bobby, bob)
    expect(await workspace.reads.settlements.find(group.id, between.id)).toMatchObject({
      voidedAt: expect.any(Date),
      fromUserId: bobby.userId,
    })
    expect(await workspace.reads.settlements.find(group.id, other.id)).toMatchObject({
      voidedAt: null,
      fromUserId: bob.userId,
    })
    expect(await workspace.balances(group.id)).toEqual({
      [ann.userId]: '55.00',
      [bob.userId]: '-55.00',
    })
    const types = await typesOf(group.id)
    expect(types).toContain('settlement.voided')
    expect(types).toContain('settlement.edited')
    await expectSoundBooks(group.id)
  })

  it('puts voided expenses under the new person too, so that they can be restored', async () => {
    const { group, people } = await flat('Ann', 'Bob', 'Bobby')
    const [ann, bob, bobby] = people as [Actor, Actor, Actor]
    const expense = await dinner(ann, group.id)
    await workspace.unitOfWork.run((tx) => voidExpense(tx, ann, expense.id))
    await merge(bobby, bob)
    expect(await workspace.balances(group.id)).toEqual({})
    await workspace.unitOfWork.run((tx) => restoreExpense(tx, ann, expense.id))
    expect((await workspace.balances(group.id))[bob.userId]).toBe('-60.00')
    await expectSoundBooks(group.id)
  })

  it('gives the higher role and the earlier place', async () => {
    const { group, people } = await flat('Ann', 'Bobby', 'Bob')
    const [ann, bobby, bob] = people as [Actor, Actor, Actor]
    await workspace.unitOfWork.run((tx) => changeRole(tx, ann, group.id, bobby.userId, 'admin'))
    await merge(bobby, bob)
    const { members } = (await workspace.reads.groups.find(group.id))!
    expect(members.map(({ userId, role, position }) => [userId, role, position])).toEqual([
      [ann.userId, 'owner', 0],
      [bob.userId, 'admin', 1],
    ])
  })

  it('does not bring back the role of somebody who had left', async () => {
    const { group, people } = await flat('Ann', 'Bobby', 'Bob')
    const [ann, bobby, bob] = people as [Actor, Actor, Actor]
    await workspace.unitOfWork.run((tx) => changeRole(tx, ann, group.id, bobby.userId, 'owner'))
    await workspace
      .knex('group_members')
      .where({ group_id: group.id, user_id: bobby.userId })
      .update({ left_at: workspace.clock.now() })
    await merge(bobby, bob)
    const { members } = (await workspace.reads.groups.find(group.id))!
    expect(members.find(({ userId }) => userId === bob.userId)).toMatchObject({
      role: 'member',
      leftAt: null,
    })
  })

  it('hands over the personal group as a second one', async () => {
    const { people } = await flat('Bob', 'Bobby')
    const [bob, bobby] = people as [Actor, Actor]
    const lunch = await record(bobby, { amount: eur('12.00'), description: 'Lunch' })
    await merge(bobby, bob)
    const page = { limit: 10, after: null }
    const personal = await workspace.reads.groups.listOf(bob.userId, ['personal'], page)
    expect(personal.items.map(({ id }) => id)).toContain(lunch.groupId)
    expect((await workspace.reads.users.find(bob.userId))?.personalGroupId).not.toBe(lunch.groupId)
    const edited = await workspace.unitOfWork.run((tx) =>
      editExpense(tx, bob, lunch.id, null, { amount: eur('13.00') }),
    )
    expect(edited.payers).toMatchObject([{ userId: bob.userId }])
  })

  it('keeps own categories, with a number where both had the name', async () => {
    const { people } = await flat('Bob', 'Bobby')
    const [bob, bobby] = people as [Actor, Actor]
    const category = (actor: Actor, name: string) =>
      workspace.unitOfWork.run((tx) => createCategory(tx, actor, { name }))
    await category(bob, 'Bikes')
    const same = await category(bobby, 'bikes')
    const lunch = await record(bobby, {
      amount: eur('12.00'),
      description: 'Tube',
      categoryId: same.id,
    })
    await merge(bobby, bob)
    const own = (await workspace.reads.categories.visibleTo(bob.userId)).filter(
      ({ userId }) => userId === bob.userId,
    )
    expect(own.map(({ name }) => name).sort()).toEqual(['Bikes', 'bikes 2'])
    const edited = await workspace.unitOfWork.run((tx) =>
      editExpense(tx, bob, lunch.id, null, { categoryId: same.id, notes: 'red' }),
    )
    expect(edited.categoryId).toBe(same.id)
  })

  it('moves chat identities and ends the sessions of the old person', async () => {
    const { people } = await flat('Bob')
    const [bob] = people as [Actor]
    const profile = {
      platform: 'telegram',
      tenant: 'bot',
      externalId: 'bobby-1',
      displayName: 'Bobby',
      username: null,
      locale: null,
      timeZone: null,
    } as const
    const defaults = {
      locale: 'en',
      timeZone: parseTimeZone('UTC'),
      currency: parseCurrency('EUR'),
    }
    const recognize = () =>
      workspace.unitOfWork.run((tx) => recognizePerson(tx, profile, defaults, 'spoke'))
    const bobby = await recognize()
    const { session } = await workspace.unitOfWork.run((tx) => openSession(tx, bobby, 'page'))
    await merge({ ...bob, userId: bobby.id }, bob)
    expect((await recognize()).id).toBe(bob.userId)
    expect((await workspace.reads.sessions.find(session.id))?.revokedAt).not.toBeNull()
  })

  it('finds a direct group under the people it has now', async () => {
    const { people } = await flat('Ann', 'Bob', 'Bobby')
    const [ann, bob, bobby] = people as [Actor, Actor, Actor]
    const direct = (other: Actor) =>
      workspace.unitOfWork.run((tx) => directGroup(tx, ann, [{ userId: other.userId }]))
    const group = await direct(bobby)
    await merge(bobby, bob)
    expect((await direct(bob)).id).toBe(group.id)
  })

  it('keeps both of two direct groups that fall together and finds the older one', async () => {
    const { people } = await flat('Ann', 'Bob', 'Bobby')
    const [ann, bob, bobby] = people as [Actor, Actor, Actor]
    const direct = (other: Actor) =>
      workspace.unitOfWork.run((tx) => directGroup(tx, ann, [{ userId: other.userId }]))
    const older = await direct(bobby)
    const newer = await direct(bob)
    await merge(bobby, bob)
    expect((await direct(bob)).id).toBe(older.id)
    expect(await workspace.reads.groups.find(newer.id)).not.toBeNull()
  })

  it('adds up what conversions of the group did to the two', async () => {
    const { group, people } = await flat('Ann', 'Bob', 'Bobby')
    const [ann, bob, bobby] = people as [Actor, Actor, Actor]
    await dinner(ann, group.id)
    await dinner(bobby, group.id, '60.00', {
      method: 'equal',
      participants: [{ userId: bob.userId }],
    })
    const rates = [
      {
        currency: parseCurrency('EUR'),
        rate: '1.5',
        on: parseCalendarDate('2026-11-20'),
        source: 'typed',
      },
    ]
    const { conversion } = await workspace.unitOfWork.run((tx) =>
      redenominate(tx, ann, group.id, {
        from: 'all',
        to: parseCurrency('USD'),
        rates,
        dryRun: false,
      }),
    )
    await merge(bobby, bob)
    expect(await workspace.balances(group.id, 'USD')).toEqual({
      [ann.userId]: '90.00',
      [bob.userId]: '-90.00',
    })
    await expectSoundBooks(group.id)
    await workspace.unitOfWork.run((tx) => voidRedenomination(tx, ann, group.id, conversion!.id))
    expect(await workspace.balances(group.id)).toEqual({
      [ann.userId]: '60.00',
      [bob.userId]: '-60.00',
    })
    await expectSoundBooks(group.id)
  })

  it('lets an expense go back to a version that names the old person', async () => {
    const { group, people } = await flat('Ann', 'Bob', 'Bobby')
    const [ann, bob, bobby] = people as [Actor, Actor, Actor]
    const expense = await dinner(ann, group.id)
    await workspace.unitOfWork.run((tx) =>
      editExpense(tx, ann, expense.id, null, { amount: eur('30.00') }),
    )
    await merge(bobby, bob)
    const reverted = await workspace.unitOfWork.run((tx) => revertExpense(tx, ann, expense.id, 1))
    expect(reverted.splits.map(({ userId, amount }) => [userId, toDecimal(amount)])).toEqual([
      [ann.userId, '30.00'],
      [bob.userId, '60.00'],
    ])
    await expectSoundBooks(group.id)
  })

  it('leaves nobody behind in a group that is joined or made at the same time', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { group, people } = await flat('Ann')
      const [ann] = people as [Actor]
      const [bob, bobby] = (await flat('Bob', 'Bobby')).people as [Actor, Actor]
      await Promise.allSettled([
        merge(bobby, bob),
        workspace.unitOfWork.run((tx) => addMember(tx, ann, group.id, { userId: bobby.userId })),
        workspace.unitOfWork.run((tx) => createGroup(tx, bobby, { name: 'Late' })),
      ])
      const left = await workspace
        .knex('group_members')
        .where({ user_id: bobby.userId })
        .whereNull('left_at')
      expect(left).toEqual([])
    }
  })

  it('tells before what it will do', async () => {
    const { group, people } = await flat('Ann', 'Bob', 'Bobby')
    const [ann, bob, bobby] = people as [Actor, Actor, Actor]
    await dinner(ann, group.id)
    await pay(bobby, bob, group.id, '7.00')
    const preview = await workspace.unitOfWork.run((tx) =>
      previewMerge(tx, operator, { fromUserId: bobby.userId, intoUserId: bob.userId }),
    )
    expect(preview.groups.find(({ groupId }) => groupId === group.id)).toMatchObject({
      expenses: 1,
      joinedExpenses: 1,
      settlements: 0,
      voidedSettlements: 1,
      balances: [eur('-60.00')],
    })
    await merge(bobby, bob)
    expect((await workspace.balances(group.id))[bob.userId]).toBe('-60.00')
  })
})

describe('a merge is refused', () => {
  it('for anybody but an admin of the installation', async () => {
    const { people } = await flat('Bob', 'Bobby')
    const [bob, bobby] = people as [Actor, Actor]
    const refused = workspace.unitOfWork.run((tx) =>
      mergeUsers(tx, bob, { fromUserId: bobby.userId, intoUserId: bob.userId }),
    )
    expect(await eventualRefusalOf(() => refused)).toMatchObject({ code: 'admins-only' })
  })

  it('when both have a login, or only the one who would go', async () => {
    const { people } = await flat('Bob', 'Bobby')
    const [bob, bobby] = people as [Actor, Actor]
    const giveLogin = ({ userId }: Actor, name: string) =>
      workspace.knex('users').where({ id: userId }).update({ username: name, username_key: name })
    await giveLogin(bobby, 'merge-bobby')
    expect(await eventualRefusalOf(() => merge(bobby, bob))).toMatchObject({
      code: 'merge-other-way',
    })
    await giveLogin(bob, 'merge-bob')
    expect(await eventualRefusalOf(() => merge(bobby, bob))).toMatchObject({
      code: 'both-have-logins',
    })
  })

  it('of a person with themself, and of one who was merged already', async () => {
    const { people } = await flat('Bob', 'Bobby', 'Robert')
    const [bob, bobby, robert] = people as [Actor, Actor, Actor]
    expect(await eventualRefusalOf(() => merge(bob, bob))).toMatchObject({ code: 'same-person' })
    await merge(bobby, bob)
    expect(await eventualRefusalOf(() => merge(bobby, robert))).toMatchObject({
      code: 'already-merged',
    })
  })
})

/** Whoever adds a table with people in it decides what a merge does with them, and adds it here. */
describe('every column that names people', () => {
  const goesOver = [
    'balances.user_id',
    'categories.user_id',
    'conversion_entries.user_id',
    'expense_comments.user_id',
    'expense_payers.user_id',
    'expense_splits.user_id',
    'expenses.created_by',
    'group_conversions.created_by',
    'group_members.user_id',
    'groups.created_by',
    'identities.user_id',
    'rates.owner_id',
    'settlements.created_by',
    'settlements.from_user_id',
    'settlements.to_user_id',
    'users.merged_into_id',
  ]
  const endsWithThePerson = [
    'access_tokens.user_id',
    'account_tokens.user_id',
    'group_invites.guest_user_id',
    'link_attempts.user_id',
    'link_codes.entered_by',
    'link_codes.user_id',
    'sessions.user_id',
  ]
  const tellsWhoItWas = ['events.actor_id', 'group_invites.created_by', 'idempotency_keys.user_id']

  it('is known to the merge', async () => {
    const { rows } = await workspace.knex.raw(
      `select distinct c.conrelid::regclass || '.' || a.attname as name
       from pg_constraint c
       cross join unnest(c.conkey, c.confkey) as pair (own, theirs)
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = pair.own
       join pg_attribute t on t.attrelid = c.confrelid and t.attnum = pair.theirs
       where c.contype = 'f'
         and (c.confrelid::regclass::text, t.attname) in (('users', 'id'), ('group_members', 'user_id'))`,
    )
    expect((rows as { name: string }[]).map(({ name }) => name).sort()).toEqual(
      [...goesOver, ...endsWithThePerson, ...tellsWhoItWas].sort(),
    )
  })
})

describe('merges of random groups', () => {
  it('lose no amount, no balance and no line of the history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const { group, people } = await flat('Ann', 'Bob', 'Bobby', 'Cem')
        for (const one of steps) await take(group.id, people, one)
        const before = await stateOf(group.id)
        const [ann, bob, bobby] = people as [Actor, Actor, Actor]
        await merge(bobby, bob)
        const after = await stateOf(group.id)

        expect(after.events.slice(0, before.events.length)).toEqual(before.events)
        expect(after.amounts).toEqual(before.amounts)
        for (const { userId } of people) {
          const own = before.balances.get(userId) ?? 0n
          const expected =
            userId === bob.userId ? own + (before.balances.get(bobby.userId) ?? 0n) : own
          const now = after.balances.get(userId) ?? 0n
          expect(now).toBe(userId === bobby.userId ? 0n : expected)
        }
        await expectSoundBooks(group.id)
        for (const expense of after.expenses.filter(({ voidedAt }) => !voidedAt)) {
          await workspace.unitOfWork.run((tx) =>
            editExpense(tx, ann, expense.id, null, { description: 'Still editable' }),
          )
        }
        await expectSoundBooks(group.id)
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 1000) / 50 },
    )
  }, 120_000)
})

type Step =
  | {
      readonly kind: 'expense'
      readonly cents: number
      readonly method: 'equal' | 'shares' | 'adjustment' | 'exact'
      readonly sharers: readonly number[]
      readonly payers: readonly number[]
      readonly isVoided: boolean
      readonly isIncome: boolean
    }
  | {
      readonly kind: 'payment'
      readonly cents: number
      readonly from: number
      readonly by: number
    }

const somebody = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('expense' as const),
    cents: fc.integer({ min: 100, max: 1_000_000 }),
    method: fc.constantFrom('equal', 'shares', 'adjustment', 'exact'),
    sharers: somebody,
    payers: somebody,
    isVoided: fc.boolean(),
    isIncome: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('payment' as const),
    cents: fc.integer({ min: 1, max: 10_000 }),
    from: fc.nat(3),
    by: fc.integer({ min: 1, max: 3 }),
  }),
)

async function take(groupId: string, people: readonly Actor[], one: Step): Promise<void> {
  const inCents = (cents: number) => money(BigInt(cents), parseCurrency('EUR'))
  if (one.kind === 'payment') {
    const [from, to] = [people[one.from]!, people[(one.from + one.by) % 4]!]
    await pay(from, to, groupId, toDecimal(inCents(one.cents)))
    return
  }
  const idOf = (index: number) => people[index]!.userId
  const payers: PayerInput[] = one.payers.map((index) => ({ userId: idOf(index), shares: '1' }))
  const ids = one.sharers.map(idOf)
  const rest = one.cents - (ids.length - 1)
  const split: SplitInput = {
    equal: { method: 'equal' as const, participants: ids.map((userId) => ({ userId })) },
    shares: {
      method: 'shares' as const,
      participants: ids.map((userId, i) => ({ userId, shares: String(i + 0.5) })),
    },
    adjustment: {
      method: 'adjustment' as const,
      participants: ids.map((userId, i) => ({ userId, adjustment: inCents(i) })),
    },
    exact: {
      method: 'exact' as const,
      participants: ids.map((userId, i) => ({ userId, amount: inCents(i === 0 ? rest : 1) })),
    },
  }[one.method]
  const expense = await record(people[0]!, {
    groupId,
    kind: one.isIncome ? 'income' : 'expense',
    amount: inCents(one.cents),
    description: 'Something',
    payers,
    split,
  })
  if (!one.isVoided) return
  await workspace.unitOfWork.run((tx) => voidExpense(tx, people[0]!, expense.id))
}

async function stateOf(groupId: string) {
  const rows = await workspace.knex('expenses').where({ group_id: groupId }).orderBy('id')
  const expenses = await Promise.all(
    rows.map(async ({ id }) => (await workspace.reads.expenses.find(id))!),
  )
  const balances = await workspace.reads.balances.of(groupId)
  return {
    expenses,
    amounts: expenses.map(({ id, amount, voidedAt }) => [id, toDecimal(amount), voidedAt]),
    balances: new Map(balances.map(({ userId, amount }) => [userId, amount.minor])),
    events: await eventsOf(groupId),
  }
}
