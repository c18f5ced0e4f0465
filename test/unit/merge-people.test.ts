import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Expense } from '../../src/domain/expenses/expense.ts'
import { withMergedPeople } from '../../src/domain/expenses/merge-people.ts'
import {
  computePayers,
  computeSplit,
  type PayerInput,
  type SplitInput,
} from '../../src/domain/expenses/split.ts'
import { type Money, money } from '../../src/domain/money/money.ts'
import { law } from '../support/laws.ts'
import { amount, nobody, usd } from '../support/split-samples.ts'

const people = { fromUserId: 'guest', intoUserId: 'bob' }

function expenseOf(total: Money, split: SplitInput, payers: readonly PayerInput[]): Expense {
  const { total: computed, shares } = computeSplit(total, split, nobody)
  return {
    amount: computed,
    payers: computePayers(computed, payers, nobody),
    splits: shares,
    terms: { payers, split },
  } as Expense
}

const merged = (
  split: SplitInput,
  payers: readonly PayerInput[] = [{ userId: 'ann', shares: '1' }],
) => withMergedPeople(expenseOf(amount('90.00'), split, payers), people)

describe('merging two people on one expense', () => {
  it('adds up what each of them bears, in the place of the first', () => {
    const { splits } = merged({
      method: 'equal',
      participants: [{ userId: 'guest' }, { userId: 'ann' }, { userId: 'bob' }],
    })
    expect(splits).toEqual([
      { userId: 'bob', amount: amount('60.00'), oddUnits: 0n },
      { userId: 'ann', amount: amount('30.00'), oddUnits: 0n },
    ])
  })

  it('adds up what each of them paid', () => {
    const { payers, terms } = merged({ method: 'equal', participants: [{ userId: 'ann' }] }, [
      { userId: 'bob', percentage: '25' },
      { userId: 'guest', percentage: '75' },
    ])
    expect(payers).toEqual([{ userId: 'bob', amount: amount('90.00') }])
    expect(terms.payers).toEqual([{ userId: 'bob', percentage: '100' }])
  })

  it('makes two equal parts one of weight two', () => {
    const participants = [{ userId: 'ann' }, { userId: 'bob' }, { userId: 'guest' }]
    expect(merged({ method: 'equal', participants }).terms.split).toEqual({
      method: 'shares',
      participants: [
        { userId: 'ann', shares: '1' },
        { userId: 'bob', shares: '2' },
      ],
    })
  })

  it('keeps equal parts where only one of the two stands', () => {
    const participants = [{ userId: 'ann' }, { userId: 'guest' }]
    expect(merged({ method: 'equal', participants }).terms.split).toEqual({
      method: 'equal',
      participants: [{ userId: 'ann' }, { userId: 'bob' }],
    })
  })

  it('names the amounts where two adjusted parts cannot be one', () => {
    const { terms } = merged({
      method: 'adjustment',
      participants: [
        { userId: 'ann', adjustment: amount('0.00') },
        { userId: 'bob', adjustment: amount('3.00') },
        { userId: 'guest', adjustment: amount('0.00') },
      ],
    })
    expect(terms.split).toEqual({
      method: 'exact',
      participants: [
        { userId: 'ann', amount: amount('29.00') },
        { userId: 'bob', amount: amount('61.00') },
      ],
    })
  })

  it('joins their shares of each item', () => {
    const { terms } = merged({
      method: 'itemized',
      items: [
        {
          name: 'Pizza',
          unitPrice: amount('60.00'),
          participants: [{ userId: 'guest', shares: '2' }, { userId: 'bob' }, { userId: 'ann' }],
        },
        { name: 'Wine', unitPrice: amount('30.00'), participants: [{ userId: 'guest' }] },
      ],
      extras: [],
    })
    expect(terms.split).toMatchObject({
      items: [
        { participants: [{ userId: 'bob', shares: '3' }, { userId: 'ann' }] },
        { participants: [{ userId: 'bob' }] },
      ],
    })
  })

  it('leaves terms from which the same total can be computed again', () => {
    const names = ['ann', 'bob', 'cem', 'guest']
    const some = fc.shuffledSubarray(names, { minLength: 1 })
    const weight = fc.nat(9).map(String)
    const split = some.chain(
      (userIds): fc.Arbitrary<SplitInput> =>
        fc.oneof(
          fc.constant<SplitInput>({
            method: 'equal',
            participants: userIds.map((userId) => ({ userId })),
          }),
          fc.array(weight, { minLength: userIds.length, maxLength: userIds.length }).map(
            (weights): SplitInput => ({
              method: 'shares',
              participants: userIds.map((userId, i) => ({
                userId,
                shares: i === 0 ? '1' : weights[i]!,
              })),
            }),
          ),
          fc.constant<SplitInput>({
            method: 'adjustment',
            participants: userIds.map((userId, i) => ({
              userId,
              adjustment: money(BigInt(i), usd),
            })),
          }),
        ),
    )
    const payers = some.map((ids) => ids.map((userId) => ({ userId, shares: '1' })))
    const total = fc.bigInt({ min: 1_000n, max: 10n ** 9n }).map((minor) => money(minor, usd))
    fc.assert(
      fc.property(total, split, payers, (sum, terms, paying) => {
        const before = expenseOf(sum, terms, paying)
        const after = withMergedPeople(before, people)
        const owed = (expense: Expense, ids: readonly string[]) =>
          expense.splits
            .filter(({ userId }) => ids.includes(userId))
            .reduce((all, share) => all + share.amount.minor, 0n)
        expect(owed(after, ['bob'])).toBe(owed(before, ['bob', 'guest']))
        expect(owed(after, ['ann', 'cem'])).toBe(owed(before, ['ann', 'cem']))
        expect(owed(after, ['guest'])).toBe(0n)
        const again = expenseOf(sum, after.terms.split, after.terms.payers)
        expect(again.splits.map(({ userId }) => userId)).toEqual(
          after.splits.map(({ userId }) => userId),
        )
      }),
      law,
    )
  })
})
