import { describe, expect, it } from 'vitest'
import type { Extra, Item } from '../../src/domain/expenses/itemized-split.ts'
import { computeSplit } from '../../src/domain/expenses/split.ts'
import { toDecimal } from '../../src/domain/money/money.ts'
import { refusal, refusalOf } from '../support/laws.ts'
import { amount, nobody } from '../support/split-samples.ts'

const item = (price: string, people: string[], quantity?: string): Item => ({
  name: 'thing',
  unitPrice: amount(price),
  participants: people.map((userId) => ({ userId })),
  ...(quantity === undefined ? {} : { quantity }),
})
const extra = (
  kind: Extra['kind'],
  figure: string,
  distribution: Extra['distribution'] = 'proportional',
): Extra =>
  figure.endsWith('%')
    ? { kind, percentage: figure.slice(0, -1), distribution }
    : { kind, amount: amount(figure), distribution }

const receipt = (items: Item[], extras: Extra[] = [], total: string | null = null) =>
  computeSplit(total === null ? null : amount(total), { method: 'itemized', items, extras }, nobody)
const shares = (items: Item[], extras: Extra[] = []) =>
  Object.fromEntries(
    receipt(items, extras).shares.map((share) => [share.userId, toDecimal(share.amount)]),
  )

describe('an itemized split', () => {
  it('gives every line to its own people and makes the total', () => {
    const items = [item('12.00', ['ann']), item('9.00', ['ann', 'bob'], '2')]
    expect(shares(items)).toEqual({ ann: '21.00', bob: '9.00' })
    expect(toDecimal(receipt(items).total)).toBe('30.00')
    expect(toDecimal(receipt(items, [], '30.00').total)).toBe('30.00')
  })

  it.each([
    ['0.335', '1.00', '0.34'],
    ['0.005', '1.00', '0.01'],
    ['0.005', '-1.00', '-0.01'],
    ['1.5', '0.99', '1.49'],
    ['3', '0.33', '0.99'],
  ])('rounds a line of %s times %s once, half away from zero, to %s', (quantity, price, total) => {
    expect(shares([item(price, ['ann'], quantity)])).toEqual({ ann: total })
  })

  it('divides a line by the shares of its people', () => {
    const pizza: Item = {
      name: 'pizza',
      unitPrice: amount('10.00'),
      participants: [
        { userId: 'ann' },
        { userId: 'bob', shares: '2' },
        { userId: 'cem', shares: '0' },
      ],
    }
    expect(shares([pizza])).toEqual({ ann: '3.33', bob: '6.67', cem: '0.00' })
  })

  it('counts an odd unit of one line at once for the next', () => {
    const line = () => item('0.01', ['ann', 'bob'])
    const { roundingNote } = receipt([line(), line(), line(), line()])
    expect(shares([line(), line(), line(), line()])).toEqual({ ann: '0.02', bob: '0.02' })
    expect(roundingNote).toEqual([
      { userId: 'ann', units: 2n },
      { userId: 'bob', units: 2n },
    ])
  })

  it('counts an odd unit of a line for the extras after it', () => {
    const odd = item('0.01', ['ann', 'bob'])
    expect(shares([odd], [extra('tip', '0.01', 'equal')])).toEqual({ ann: '0.01', bob: '0.01' })
  })

  it('spreads extras in proportion to the items, or equally', () => {
    const items = [item('30.00', ['ann']), item('10.00', ['bob'])]
    expect(shares(items, [extra('tax', '10%')])).toEqual({ ann: '33.00', bob: '11.00' })
    expect(shares(items, [extra('tip', '4.00', 'equal')])).toEqual({ ann: '32.00', bob: '12.00' })
    expect(shares(items, [extra('discount', '8.00')])).toEqual({ ann: '24.00', bob: '8.00' })
    expect(shares(items, [extra('service', '12.5%'), extra('discount', '2.00', 'equal')])).toEqual({
      ann: '32.75',
      bob: '10.25',
    })
  })

  it('takes percentages of the items alone, each rounded once', () => {
    const items = [item('0.15', ['ann'])]
    expect(shares(items, [extra('tax', '10%'), extra('tip', '10%')])).toEqual({ ann: '0.19' })
  })

  it('mirrors for a returned receipt', () => {
    const items = [item('-30.00', ['ann']), item('-10.00', ['bob'])]
    expect(shares(items, [extra('tax', '10%'), extra('discount', '-4.00')])).toEqual({
      ann: '-30.00',
      bob: '-10.00',
    })
  })
})

describe('refusals of an itemized split', () => {
  const tea = item('1.00', ['ann'])
  const both = [tea, item('1.00', ['bob'])]
  const crowd = (from: number) => Array.from({ length: 60 }, (_, i) => `u${from + i}`)

  it.each<[string, Item[], Extra[], string | null]>([
    ['no-items /split/items', [], [], null],
    ['too-many-items /split/items', Array.from({ length: 201 }, () => tea), [], null],
    ['too-many-extras /split/extras', [tea], new Array(21).fill(extra('tip', '1%')), null],
    ['no-participants /split/items/1/participants', [tea, item('1.00', [])], [], null],
    [
      'duplicate-participant /split/items/0/participants/1/userId',
      [item('1.00', ['ann', 'ann'])],
      [],
      null,
    ],
    [
      'too-many-participants /split/items',
      [item('1.00', crowd(0)), item('1.00', crowd(60))],
      [],
      null,
    ],
    ['too-many-decimals /split/items/0/quantity', [item('1.00', ['ann'], '1.0001')], [], null],
    ['malformed-number /split/items/0/quantity', [item('1.00', ['ann'], 'two')], [], null],
    ['items-do-not-add-up /amount', both, [], '2.01'],
    ['zero-amount /split/items', [item('0', ['ann'])], [], null],
    ['zero-amount /amount', [tea], [], '0'],
    ['sign-differs /split/items/1/unitPrice', [tea, item('-1.00', ['bob'])], [], null],
    ['sign-differs /split/extras/0/amount', [tea], [extra('discount', '-0.50')], null],
    ['discount-too-large /split/extras', both, [extra('discount', '3.00')], null],
    [
      'discount-too-large /split/extras',
      [tea, item('9.00', ['bob'])],
      [extra('discount', '4.00', 'equal')],
      null,
    ],
    ['amount-too-large /split/items', [item('999999999999', ['ann'], '2')], [], null],
    [
      'no-weight /split/items/0',
      [{ ...tea, participants: [{ userId: 'ann', shares: '0' }] }],
      [],
      null,
    ],
    ['no-weight /split/extras/0', [item('0', ['ann'])], [extra('tip', '1.00')], null],
    [
      'extra-needs-one-figure /split/extras/0',
      [tea],
      [{ kind: 'tip', distribution: 'equal' }],
      null,
    ],
    [
      'extra-needs-one-figure /split/extras/0',
      [tea],
      [{ ...extra('tip', '5%'), amount: amount('1.00') }],
      null,
    ],
    ['negative-number /split/extras/0/percentage', [tea], [extra('tax', '-5%')], null],
  ])('%s', (refused, items, extras, total) => {
    expect(refusal(() => receipt(items, extras, total))).toBe(`invalid ${refused}`)
  })

  it('names both figures when the amount does not match', () => {
    expect(refusalOf(() => receipt(both, [], '2.50')).facts).toEqual({
      currency: 'USD',
      amount: '2.50',
      sum: '2.00',
      difference: '-0.50',
    })
  })
})
