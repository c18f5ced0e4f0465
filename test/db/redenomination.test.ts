import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import type { Group } from '../../src/domain/groups/group.ts'
import { quoteRedenomination } from '../../src/domain/groups/quote-redenomination.ts'
import { listConversions } from '../../src/domain/groups/read-conversions.ts'
import { type Redenominate, redenominate } from '../../src/domain/groups/redenominate.ts'
import {
  restoreRedenomination,
  voidRedenomination,
} from '../../src/domain/groups/void-redenomination.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { recordRate } from '../../src/domain/money/record-rate.ts'
import type { Transaction } from '../../src/domain/ports.ts'
import type { CalendarDate } from '../../src/domain/time/calendar-date.ts'
import { eventualRefusalOf } from '../support/laws.ts'
import { inCurrency, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let ann: Actor
let bob: Actor
let cem: Actor

beforeAll(async () => {
  workspace = await openWorkspace()
  const people = []
  for (const name of ['Ann', 'Bob', 'Cem']) people.push((await workspace.person(name)).actor)
  ;[ann, bob, cem] = people as [Actor, Actor, Actor]
})

afterAll(() => workspace.close())

const on = '2026-11-20' as CalendarDate
const run = <Result>(work: (tx: Transaction) => Promise<Result>) => workspace.unitOfWork.run(work)
const spend = (group: Group, who: Actor, amount: string, currency: string) =>
  run((tx) =>
    recordExpense(tx, who, {
      groupId: group.id,
      amount: inCurrency(amount, currency),
      description: 'Dinner',
    }),
  )

/** Three people in euros, of whom Ann paid 100.00, with 1000 yen that Bob paid beside it. */
async function holiday(): Promise<Group> {
  const group = await workspace.group([{ actor: ann }, { actor: bob }, { actor: cem }])
  await spend(group, ann, '100.00', 'EUR')
  await spend(group, bob, '1000', 'JPY')
  return group
}

/** "JPY 0.00611" for each rate. */
const change = (from: string, to: string, rates: string[], dryRun = false): Redenominate => ({
  from: from === 'all' ? 'all' : parseCurrency(from),
  to: parseCurrency(to),
  rates: rates.map((text) => {
    const [currency = '', rate = ''] = text.split(' ')
    return { currency: parseCurrency(currency), rate, on, source: 'ecb' }
  }),
  dryRun,
})
const convert = (group: Group, input: Redenominate, actor = ann) =>
  run((tx) => redenominate(tx, actor, group.id, input))

const names = () => ({ [ann.userId]: 'ann', [bob.userId]: 'bob', [cem.userId]: 'cem' })
const balances = async (group: Group): Promise<string> => {
  const all = await workspace.reads.balances.of(group.id)
  const texts = await Promise.all(
    [...new Set(all.map(({ amount }) => amount.currency))].map(async (currency) => {
      const of = Object.entries(await workspace.balances(group.id, currency))
      return `${currency}: ${of.map(([id, amount]) => `${names()[id]} ${amount}`).join(', ')}`
    }),
  )
  return texts.join('; ')
}
const before = 'EUR: ann 66.66, bob -33.33, cem -33.33; JPY: ann -334, bob 667, cem -333'
const currencyOf = async (group: Group) => (await workspace.reads.groups.find(group.id))?.currency
const faults = () => workspace.reads.ledger.differences(null, 10)
const code = async (work: () => Promise<unknown>) => (await eventualRefusalOf(work)).code

describe('converting the balances of a group', () => {
  it('shows what would happen, with what rounding does, and changes nothing', async () => {
    const group = await holiday()
    const shown = await convert(group, change('JPY', 'EUR', ['JPY 0.00611'], true))
    expect(shown.conversion).toBeNull()
    expect(
      shown.balances.map(({ userId, exact, difference }) => [names()[userId], exact, difference]),
    ).toEqual([
      ['bob', '4.07537', '0.00463'],
      ['ann', '-2.04074', '0.00074'],
      ['cem', '-2.03463', '-0.00537'],
    ])
    expect(await balances(group)).toBe(before)
    expect(await listConversions(workspace.reads, bob, group.id)).toEqual([])
  })

  it('moves one currency into another and keeps every expense', async () => {
    const group = await holiday()
    const done = await convert(group, change('JPY', 'EUR', ['JPY 0.00611']))
    expect(await balances(group)).toBe('EUR: ann 64.62, bob -29.25, cem -35.37')
    expect(await currencyOf(group)).toBe('EUR')
    expect(await listConversions(workspace.reads, cem, group.id)).toEqual([
      { ...done.conversion, entries: expect.arrayContaining([...done.conversion!.entries]) },
    ])
    const rows = await workspace.knex('expenses').where({ group_id: group.id }).select('currency')
    expect(rows.map(({ currency }) => currency).sort()).toEqual(['EUR', 'JPY'])
    expect(await faults()).toEqual([])
  })

  it('moves all currencies, and the group’s default with them', async () => {
    const group = await holiday()
    await convert(group, change('all', 'USD', ['EUR 1.1', 'JPY 0.0065', 'GBP 1.3']))
    expect(await balances(group)).toBe('USD: ann 71.16, bob -32.33, cem -38.83')
    expect(await currencyOf(group)).toBe('USD')
    const rows = await workspace.knex('events').where({ group_id: group.id }).orderBy('seq', 'desc')
    expect(rows[0]).toMatchObject({
      type: 'group.redenominated',
      subject_type: 'conversion',
      data: { changes: [{ field: 'currency', from: 'EUR', to: 'USD' }] },
    })
    expect(await faults()).toEqual([])
  })

  it('is taken back and put back, from the last to the first', async () => {
    const group = await holiday()
    const first = (await convert(group, change('all', 'USD', ['EUR 1.1', 'JPY 0.0065'])))
      .conversion!
    await spend(group, cem, '3.00', 'USD')
    const second = (await convert(group, change('USD', 'GBP', ['USD 0.8']))).conversion!
    const undo = (id: string) => run((tx) => voidRedenomination(tx, ann, group.id, id))
    expect(await code(() => undo(first.id))).toBe('later-conversion')
    await undo(second.id)
    await undo(second.id)
    await undo(first.id)
    expect(await balances(group)).toBe(`${before}; USD: ann -1.00, bob -1.00, cem 2.00`)
    expect(await currencyOf(group)).toBe('EUR')
    expect(await faults()).toEqual([])
    const again = await run((tx) => restoreRedenomination(tx, ann, group.id, first.id, 2))
    expect(again).toMatchObject({ version: 3, voidedAt: null })
    expect(await balances(group)).toBe('USD: ann 70.16, bob -33.33, cem -36.83')
    expect(await currencyOf(group)).toBe('USD')
    expect(await code(() => run((tx) => voidRedenomination(tx, ann, group.id, first.id, 2)))).toBe(
      'version-changed',
    )
    expect(await faults()).toEqual([])
  })

  it('leaves a default currency alone that was chosen since', async () => {
    const group = await holiday()
    const { conversion } = await convert(group, change('all', 'USD', ['EUR 1.1', 'JPY 0.0065']))
    await workspace.knex('groups').where({ id: group.id }).update({ currency: 'CHF' })
    await run((tx) => voidRedenomination(tx, ann, group.id, conversion!.id))
    expect(await currencyOf(group)).toBe('CHF')
  })

  it('changes only the default where nobody owes anything, and refuses to do nothing', async () => {
    const group = await workspace.group([{ actor: ann }])
    await convert(group, change('EUR', 'USD', []))
    expect(await currencyOf(group)).toBe('USD')
    expect(await code(() => convert(group, change('all', 'USD', [])))).toBe('nothing-to-convert')
    expect(await code(() => convert(group, change('EUR', 'CHF', [])))).toBe('nothing-to-convert')
  })

  it('refuses a missing rate, two rates, a false rate and the same currency', async () => {
    const group = await holiday()
    const refused = (input: Redenominate) => eventualRefusalOf(() => convert(group, input))
    expect(await refused(change('all', 'USD', ['EUR 1.1']))).toMatchObject({
      code: 'rate-missing',
      facts: { from: 'JPY', to: 'USD' },
    })
    expect(await refused(change('EUR', 'USD', ['EUR 1.1', 'EUR 1.2']))).toMatchObject({
      code: 'duplicate-rate',
      faults: [{ pointer: '/rates/1' }],
    })
    expect(await refused(change('EUR', 'USD', ['JPY 1', 'EUR 0']))).toMatchObject({
      code: 'rate-out-of-range',
      faults: [{ pointer: '/rates/1/rate' }],
    })
    expect(await refused(change('EUR', 'EUR', ['EUR 1']))).toMatchObject({ code: 'same-currency' })
    expect(await balances(group)).toBe(before)
  })

  it('is for owners and admins', async () => {
    const group = await holiday()
    const input = change('JPY', 'EUR', ['JPY 0.00611'], true)
    expect(await code(() => convert(group, input, bob))).toBe('role-too-low')
    const { actor: stranger } = await workspace.person('Eve')
    expect(await code(() => convert(group, input, stranger))).toBe('group-not-found')
    expect(await code(() => listConversions(workspace.reads, stranger, group.id))).toBe(
      'group-not-found',
    )
  })

  it('finds the rates that were not stated', async () => {
    const group = await holiday()
    const jpy = parseCurrency('JPY')
    await run((tx) =>
      recordRate(tx, ann, { base: parseCurrency('USD'), quote: jpy, rate: '160', on }),
    )
    const quoted = await quoteRedenomination(
      { ...workspace, rateSource: null },
      ann,
      group.id,
      change('all', 'USD', ['EUR 1.1']),
    )
    expect(quoted.rates.map(({ currency, rate, source }) => [currency, rate, source])).toEqual([
      ['EUR', '1.1', 'ecb'],
      ['JPY', '0.00625', 'manual'],
    ])
  })

  it('adds up to zero at every moment while people spend', async () => {
    const group = await holiday()
    let isDone = false
    const spending = Promise.all(
      Array.from({ length: 12 }, (_, i) => spend(group, i % 2 ? ann : cem, `${i + 1}.01`, 'EUR')),
    ).finally(() => {
      isDone = true
    })
    const converting = convert(group, change('EUR', 'USD', ['EUR 1.1']))
    while (!isDone) {
      const sums = new Map<string, bigint>()
      for (const { amount } of await workspace.reads.balances.of(group.id)) {
        sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + amount.minor)
      }
      expect([...sums.values()].every((sum) => sum === 0n)).toBe(true)
    }
    await Promise.all([spending, converting])
    expect(await faults()).toEqual([])
  })
})

describe('the entries of a conversion', () => {
  it('are held together by the database', async () => {
    const group = await holiday()
    await convert(group, change('JPY', 'EUR', ['JPY 0.00611']))
    const rows = () => workspace.knex('conversion_entries').where({ group_id: group.id })
    const own = { user_id: bob.userId }
    await expect(rows().where(own).update({ amount: '1' })).rejects.toThrow('add up to zero')
    await expect(rows().where(own).delete()).rejects.toThrow('add up to zero')
    await expect(rows().update({ amount: 0 })).rejects.toThrow('conversion_entries_amount_check')
  })
})
