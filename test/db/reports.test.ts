import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import type { Expense } from '../../src/domain/expenses/expense.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { voidExpense } from '../../src/domain/expenses/void-expense.ts'
import {
  compareRanges,
  summarize,
  summarizeByCategory,
  summarizeByPeriod,
  summarizeByPerson,
  type Totals,
} from '../../src/domain/reports/report.ts'
import { recordSettlement } from '../../src/domain/settlements/record-settlement.ts'
import { addDays, type CalendarDate } from '../../src/domain/time/calendar-date.ts'
import { type DateRange, periodUnits, rangeBefore } from '../../src/domain/time/period.ts'
import { inCurrency, openWorkspace, type Workspace } from '../support/workspace.ts'

const now = new Date('2026-11-20T12:00:00Z')
const firstDay = '2026-01-20' as CalendarDate

let workspace: Workspace
let people: Actor[]
let groupIds: string[]
let categoryIds: (string | null)[]
let all: readonly Expense[]

/** A ledger from a fixed seed, so that a failure can be looked at again. */
beforeAll(async () => {
  workspace = await openWorkspace()
  const made = []
  for (const name of ['Ann', 'Bob', 'Cem', 'Dan']) made.push(await workspace.person(name))
  people = made.map(({ actor }) => actor)
  groupIds = [
    (await workspace.group(made)).id,
    (await workspace.group(made.slice(0, 2))).id,
    (await workspace.group(made.slice(1))).id,
    made[0]!.user.personalGroupId!,
  ]
  const system = await workspace.reads.categories.visibleTo(people[0]!.userId)
  categoryIds = [null, ...system.slice(0, 3).map(({ id }) => id)]
  for (const plan of fc.sample(expensePlan, { numRuns: 120, seed: 7 })) await write(plan)
  await workspace.unitOfWork.run((tx) =>
    recordSettlement(tx, people[0]!, {
      groupId: groupIds[0]!,
      fromUserId: people[0]!.userId,
      toUserId: people[1]!.userId,
      amount: inCurrency('99.00', 'EUR'),
    }),
  )
  const pages = { limit: 1000, after: null }
  const lists = await Promise.all(
    people.map(({ userId }) => workspace.reads.expenses.list({ visibleTo: userId }, pages)),
  )
  all = [...new Map(lists.flatMap(({ items }) => items).map((one) => [one.id, one])).values()]
  expect(all.length).toBeGreaterThan(80)
})
afterAll(() => workspace.close())

const expensePlan = fc.record({
  group: fc.nat(3),
  units: fc.integer({ min: -5000, max: 50_000 }).filter((units) => units !== 0),
  currency: fc.constantFrom('EUR', 'USD', 'JPY'),
  isIncome: fc.boolean(),
  day: fc.integer({ min: -5, max: 100 }),
  category: fc.nat(3),
  payer: fc.nat(9),
  sharers: fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 4 }),
  isVoided: fc.nat(9),
})

async function write(plan: Parameters<Parameters<typeof expensePlan.map>[0]>[0]): Promise<void> {
  const groupId = groupIds[plan.group]!
  const group = (await workspace.reads.groups.find(groupId))!
  const ids = group.members.map(({ userId }) => userId)
  const pick = (n: number) => ids[n % ids.length]!
  const actor = people.find(({ userId }) => userId === ids[0])!
  await workspace.unitOfWork.run(async (tx) => {
    const expense = await recordExpense(tx, actor, {
      groupId,
      kind: plan.isIncome ? 'income' : 'expense',
      amount: inCurrency(String(plan.units), plan.currency),
      description: 'x',
      spentOn: addDays(firstDay, plan.day),
      categoryId: categoryIds[plan.category]!,
      payers: [{ userId: pick(plan.payer), shares: '1' }],
      split: {
        method: 'equal',
        participants: [...new Set(plan.sharers.map(pick))].map((userId) => ({ userId })),
      },
    })
    if (plan.isVoided === 0) await voidExpense(tx, actor, expense.id)
  })
}

type Question = { who: number; range: DateRange; groupId: string | null; currency: string | null }
const question = fc
  .record({
    who: fc.nat(3),
    start: fc.integer({ min: -10, max: 90 }),
    days: fc.integer({ min: 1, max: 60 }),
    group: fc.option(fc.nat(3)),
    currency: fc.option(fc.constantFrom('EUR', 'JPY')),
  })
  .map(({ who, start, days, group, currency }): Question => {
    const from = addDays(firstDay, start)
    const groupId = group === null ? null : groupIds[group]!
    return { who, range: { from, to: addDays(from, days) }, groupId, currency }
  })

/** The plain recomputation: from every expense, without a database. */
async function naive(asked: Question, range: DateRange, of: (e: Expense) => readonly string[]) {
  const found = new Map<string, { spending: bigint; income: bigint; count: number }>()
  for (const expense of all) {
    const group = await groupOf(expense.groupId)
    const isSeen = group.members.some(({ userId }) => userId === people[asked.who]!.userId)
    const isAsked =
      (!asked.groupId || expense.groupId === asked.groupId) &&
      (!asked.currency || expense.amount.currency === asked.currency) &&
      expense.spentOn >= range.from &&
      expense.spentOn < range.to
    if (!isSeen || !isAsked || expense.voidedAt) continue
    for (const key of of(expense)) {
      const [userId = '', label = ''] = key.split('|')
      const share = expense.splits.find((split) => split.userId === userId)
      if (!share) continue
      const place = `${label} ${expense.amount.currency}`
      const sum = found.get(place) ?? { spending: 0n, income: 0n, count: 0 }
      if (expense.kind === 'income') sum.income += share.amount.minor
      else sum.spending += share.amount.minor
      found.set(place, { ...sum, count: sum.count + 1 })
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const groups = new Map<
  string,
  NonNullable<Awaited<ReturnType<Workspace['reads']['groups']['find']>>>
>()
async function groupOf(id: string) {
  const group = groups.get(id) ?? (await workspace.reads.groups.find(id))!
  groups.set(id, group)
  return group
}

function asRecord<Item extends Totals>(items: readonly Item[], label: (item: Item) => string) {
  const entries = items.map((item): [string, object] => [
    `${label(item)} ${item.spending.currency}`,
    { spending: item.spending.minor, income: item.income.minor, count: item.count },
  ])
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const request = ({ range, groupId, currency }: Question) => ({
  from: range.from,
  to: addDays(range.to, -1),
  ...(groupId ? { groupId } : {}),
  ...(currency ? { currency: inCurrency('1', currency).currency } : {}),
})

async function always(law: (asked: Question, actor: Actor) => Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(question, async (asked) => {
      const actor = people[asked.who]!
      const group = asked.groupId && (await groupOf(asked.groupId))
      fc.pre(!group || group.members.some(({ userId }) => userId === actor.userId))
      await law(asked, actor)
    }),
    { numRuns: 40 },
  )
}

describe('reports agree with a plain recomputation', () => {
  it('in all', () =>
    always(async (asked, actor) => {
      const { items } = await summarize(workspace.reads, actor, request(asked), now)
      expect(asRecord(items, () => '')).toEqual(
        await naive(asked, asked.range, () => [`${actor.userId}|`]),
      )
    }))

  it('by category', () =>
    always(async (asked, actor) => {
      const { items } = await summarizeByCategory(workspace.reads, actor, request(asked), now)
      expect(asRecord(items, ({ categoryId }) => String(categoryId))).toEqual(
        await naive(asked, asked.range, (one) => [`${actor.userId}|${one.categoryId}`]),
      )
    }))

  it('by period, whose units lie side by side and miss no day', () =>
    always(async (asked, actor) => {
      for (const unit of periodUnits) {
        const report = await summarizeByPeriod(workspace.reads, actor, unit, request(asked), now)
        const some = report.items.filter(({ count }) => count > 0)
        const unitOf = (date: CalendarDate) =>
          report.items.find(({ range }) => range.from <= date && date < range.to)?.range.from
        expect(asRecord(some, ({ range }) => range.from)).toEqual(
          await naive(asked, asked.range, (one) => [`${actor.userId}|${unitOf(one.spentOn)}`]),
        )
        const [first] = report.items
        const units = report.items.filter(
          ({ spending }) => spending.currency === first?.spending.currency,
        )
        units.forEach(({ range }, i) => {
          expect(range.from).toBe(units[i - 1]?.range.to ?? asked.range.from)
        })
        if (first) expect(units.at(-1)?.range.to).toBe(asked.range.to)
      }
    }))

  it('by person', () =>
    always(async (asked, actor) => {
      const { items } = await summarizeByPerson(workspace.reads, actor, request(asked), now)
      const onIt = (one: Expense) => [
        ...new Set([...one.splits, ...one.payers].map(({ userId }) => userId)),
      ]
      const expected = asked.groupId
        ? await naive(asked, asked.range, (one) =>
            one.splits.map(({ userId }) => `${userId}|${userId}`),
          )
        : await naive(asked, asked.range, (one) =>
            onIt(one)
              .filter((userId) => userId !== actor.userId)
              .map((userId) => `${actor.userId}|${userId}`),
          )
      expect(asRecord(items, ({ userId }) => userId)).toEqual(expected)
    }))

  it('of two ranges', () =>
    always(async (asked, actor) => {
      const report = await compareRanges(workspace.reads, actor, request(asked), now)
      expect(report.before).toEqual(rangeBefore(asked.range))
      for (const side of ['current', 'before'] as const) {
        const range = side === 'current' ? asked.range : report.before
        const items = report.items.map((item) => item[side]).filter(({ count }) => count > 0)
        expect(asRecord(items, () => '')).toEqual(
          await naive(asked, range, () => [`${actor.userId}|`]),
        )
      }
    }))
})
