import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { type EditExpense, editExpense } from '../../src/domain/expenses/edit-expense.ts'
import type { Expense } from '../../src/domain/expenses/expense.ts'
import { quoteChange, quoteOriginal } from '../../src/domain/expenses/quote-original.ts'
import { readExpense } from '../../src/domain/expenses/read-expenses.ts'
import { type RecordExpense, recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { replaceExpense } from '../../src/domain/expenses/replace-expense.ts'
import type { Group } from '../../src/domain/groups/group.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { toDecimal } from '../../src/domain/money/money.ts'
import type { CalendarDate } from '../../src/domain/time/calendar-date.ts'
import { eventualRefusalOf } from '../support/laws.ts'
import { eur, inCurrency, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let ann: Actor
let bob: Actor
let group: Group

const on = '2026-11-19' as CalendarDate
const rate = { rate: '0.9235', on, source: 'ecb' }

beforeAll(async () => {
  workspace = await openWorkspace()
  const people = [await workspace.person('Ann'), await workspace.person('Bob')]
  ;[ann, bob] = people.map(({ actor }) => actor) as [Actor, Actor]
  group = await workspace.group(people)
})

afterAll(() => workspace.close())

const record = (input: Partial<RecordExpense>): Promise<Expense> =>
  workspace.unitOfWork.run((tx) =>
    recordExpense(tx, ann, { groupId: group.id, amount: null, description: 'Hotel', ...input }),
  )
const edit = (id: string, changes: EditExpense): Promise<Expense> =>
  workspace.unitOfWork.run((tx) => editExpense(tx, ann, id, null, changes))
const hotel = (): Promise<Expense> =>
  record({ original: { amount: inCurrency('100.01', 'USD'), rate } })
const inShort = ({ amount, conversion }: Expense): string => {
  const booked = `${toDecimal(amount)} ${amount.currency}`
  if (!conversion) return booked
  const { original, rate, rateOn, rateSource } = conversion
  return `${booked} = ${toDecimal(original)} ${original.currency} at ${rate} ${rateOn} ${rateSource}`
}

describe('an expense in another currency', () => {
  it('is converted once and then split, and keeps how', async () => {
    const flat = await workspace.group([{ actor: ann }, { actor: bob }])
    const { id } = await record({
      groupId: flat.id,
      original: { amount: inCurrency('100.01', 'USD'), rate },
    })
    const expense = await readExpense(workspace.reads, bob, id)
    expect(inShort(expense)).toBe('92.36 EUR = 100.01 USD at 0.9235 2026-11-19 ecb')
    expect(expense.splits.map(({ amount }) => toDecimal(amount))).toEqual(['46.18', '46.18'])
    expect(await workspace.balances(flat.id)).toEqual({
      [ann.userId]: '46.18',
      [bob.userId]: '-46.18',
    })
  })

  it('may state both amounts, which make the rate of its day', async () => {
    const original = { amount: inCurrency('15000', 'JPY') }
    const expense = await record({ amount: eur('91.70'), original, spentOn: on })
    expect(inShort(expense)).toBe('91.70 EUR = 15000 JPY at 0.00611333 2026-11-19 typed')
  })

  it('is booked in a named currency instead of the group’s', async () => {
    const original = { amount: inCurrency('100', 'JPY'), into: parseCurrency('KWD') }
    const expense = await record({ original: { ...original, rate: { ...rate, rate: '0.002' } } })
    expect(inShort(expense)).toContain('0.200 KWD = 100 JPY')
  })

  it('takes shares in the booked currency', async () => {
    const exact = (a: string, b: string) => ({
      method: 'exact' as const,
      participants: [
        { userId: ann.userId, amount: eur(a) },
        { userId: bob.userId, amount: eur(b) },
      ],
    })
    const original = { amount: inCurrency('100.00', 'USD'), rate }
    const expense = await record({ original, split: exact('90.00', '2.35') })
    expect(inShort(expense)).toContain('92.35 EUR')
    const refused = await eventualRefusalOf(() =>
      record({ original, split: exact('90.00', '10.00') }),
    )
    expect(refused.faults[0]?.pointer).toBe('/split/participants')
  })

  it('is refused without a rate and without the booked amount', async () => {
    const refused = await eventualRefusalOf(() =>
      record({ original: { amount: inCurrency('5.00', 'USD') }, spentOn: on }),
    )
    expect(refused).toMatchObject({
      code: 'rate-missing',
      facts: { from: 'USD', to: 'EUR', date: on },
    })
  })
})

describe('changing an expense in another currency', () => {
  const kept = '92.36 EUR = 100.01 USD at 0.9235 2026-11-19 ecb'

  it.each<[string, EditExpense, string]>([
    ['words and date', { description: 'Inn', spentOn: '2026-11-01' as CalendarDate }, kept],
    ['the same amount', { amount: eur('92.36') }, kept],
    ['another amount', { amount: eur('90.00') }, '90.00 EUR'],
    ['the amount in yet another currency', { amount: inCurrency('9', 'JPY') }, '9 JPY'],
    ['no original any more', { original: null }, '92.36 EUR'],
    [
      'another original at the same rate',
      { original: { amount: inCurrency('10.00', 'USD') } },
      '9.24 EUR = 10.00 USD at 0.9235 2026-11-19 ecb',
    ],
    [
      'another rate',
      { original: { rate: { rate: '0.9', on, source: 'bank' } } },
      '90.01 EUR = 100.01 USD at 0.9 2026-11-19 bank',
    ],
    [
      'both amounts',
      { amount: eur('50.00'), original: { amount: inCurrency('55.00', 'USD') }, spentOn: on },
      '50.00 EUR = 55.00 USD at 0.909091 2026-11-19 typed',
    ],
  ])('%s', async (_, changes, expected) => {
    const { id } = await hotel()
    const changed = await edit(id, changes)
    expect(inShort(changed)).toBe(expected)
    expect(await readExpense(workspace.reads, ann, id)).toEqual(changed)
  })

  it('keeps fixed shares while the booked amount stays', async () => {
    const { id } = await record({
      original: { amount: inCurrency('100.00', 'USD'), rate },
      split: { method: 'exact', participants: [{ userId: bob.userId, amount: eur('92.35') }] },
    })
    const changed = await edit(id, {
      amount: eur('92.35'),
      original: { amount: inCurrency('101.00', 'USD') },
    })
    expect(changed.terms.split.method).toBe('exact')
  })

  it('books an expense that was in a foreign currency', async () => {
    const { id } = await record({ amount: inCurrency('20.00', 'USD') })
    const original = { amount: inCurrency('20.00', 'USD'), into: parseCurrency('EUR'), rate }
    expect(inShort(await edit(id, { original }))).toContain('18.47 EUR = 20.00 USD')
  })

  it('needs an original before it can have a rate', async () => {
    const { id } = await record({ amount: eur('20.00') })
    const refused = await eventualRefusalOf(() => edit(id, { original: { rate } }))
    expect(refused.code).toBe('no-original')
  })

  it('goes into the history field by field', async () => {
    const { id } = await hotel()
    await edit(id, { original: null })
    const [last] = await workspace.unitOfWork.run((tx) => tx.events.ofSubject(group.id, id, 1))
    expect(last?.data.changes.map(({ field }) => field)).toEqual(['conversion'])
  })

  it('is stated anew with or without a conversion', async () => {
    const { id } = await hotel()
    const replace = (input: Partial<RecordExpense>) =>
      workspace.unitOfWork.run((tx) =>
        replaceExpense(tx, ann, id, null, { amount: null, description: 'Inn', ...input }),
      )
    const original = { amount: inCurrency('10.00', 'USD'), rate }
    expect(inShort(await replace({ original }))).toContain('9.24 EUR = 10.00 USD')
    expect(inShort(await replace({ amount: eur('8.00') }))).toBe('8.00 EUR')
  })
})

describe('a rate from elsewhere', () => {
  const services = () => ({ ...workspace, rateSource: null })
  const original = { amount: inCurrency('10.00', 'GBP') }

  beforeAll(async () => {
    await workspace.unitOfWork.run((tx) =>
      tx.rates.save([
        {
          id: tx.ids.next(),
          base: parseCurrency('EUR'),
          quote: parseCurrency('GBP'),
          rate: '0.8',
          on: '2026-11-18' as CalendarDate,
          source: 'ecb',
          ownerId: null,
          createdAt: tx.clock.now(),
        },
      ]),
    )
  })

  it('completes what is recorded, for today in the person’s zone', async () => {
    const input = { groupId: group.id, amount: null, description: 'Tea', original }
    const quoted = await quoteOriginal(services(), ann, input)
    expect(inShort(await record(quoted))).toBe('12.50 EUR = 10.00 GBP at 1.25 2026-11-18 ecb')
  })

  it('is not looked for where both amounts or a rate are stated', async () => {
    const unknown = { amount: inCurrency('10.00', 'SEK') }
    for (const input of [
      { amount: eur('1.00'), original: unknown },
      { amount: null, original: { ...unknown, rate } },
      { amount: eur('1.00') },
    ]) {
      expect(await quoteOriginal(services(), ann, input)).toBe(input)
    }
  })

  it('tells a stranger nothing of the group', async () => {
    const { actor: stranger } = await workspace.person('Eve')
    const input = { groupId: group.id, amount: null, original: { amount: inCurrency('1', 'XAF') } }
    expect(await quoteOriginal(services(), stranger, input)).toEqual(input)
  })

  it('completes a change of the original’s currency, and leaves a known rate alone', async () => {
    const before = await hotel()
    const changed = await quoteChange(services(), ann, before, { original, spentOn: on })
    expect(inShort(await edit(before.id, changed))).toContain('12.50 EUR = 10.00 GBP at 1.25')
    const same = { original: { amount: inCurrency('10.00', 'USD') } }
    expect(await quoteChange(services(), ann, before, same)).toBe(same)
  })
})
