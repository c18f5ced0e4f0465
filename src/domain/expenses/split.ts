import assert from 'node:assert/strict'
import { assertNever, invalid } from '../errors.ts'
import { parseRatio, ratioDecimals, ratioToText } from '../money/decimal.ts'
import {
  absolute,
  add,
  compare,
  isZero,
  type Money,
  negate,
  requireNonZero,
  subtract,
  sum,
  toDecimal,
} from '../money/money.ts'
import {
  apportion,
  type Carried,
  requireSign,
  requireSum,
  type Share,
  type Weighted,
} from './apportion.ts'
import { type ItemizedInput, splitItems } from './itemized-split.ts'
import { requireParticipants } from './participants.ts'

export type { Carried, Share } from './apportion.ts'

export const splitMethods = [
  'equal',
  'exact',
  'percentage',
  'shares',
  'adjustment',
  'itemized',
] as const
export type SplitMethod = (typeof splitMethods)[number]

type Of<Detail = unknown> = readonly ({ readonly userId: string } & Detail)[]

/** Percentages and shares are decimal text of up to four places. */
export type SplitInput =
  | { readonly method: 'equal'; readonly participants: Of }
  | { readonly method: 'exact'; readonly participants: Of<{ readonly amount: Money }> }
  | { readonly method: 'percentage'; readonly participants: Of<{ readonly percentage: string }> }
  | { readonly method: 'shares'; readonly participants: Of<{ readonly shares: string }> }
  /** Everybody bears the same, plus or minus their own adjustment. */
  | { readonly method: 'adjustment'; readonly participants: Of<{ readonly adjustment: Money }> }
  | ItemizedInput

/** Who bears the units that could not be divided; negative units for a refund. */
export type RoundingNote = readonly { readonly userId: string; readonly units: bigint }[]

/** The shares add up to the total, to the unit, and none has the opposite sign. */
export type Split = {
  readonly total: Money
  readonly shares: readonly Share[]
  readonly roundingNote: RoundingNote | null
}

/** The payers of an expense all use the same form. */
export type PayerInput =
  | { readonly userId: string; readonly amount: Money }
  | { readonly userId: string; readonly percentage: string }
  | { readonly userId: string; readonly shares: string }

const participantsAt = '/split/participants'

/** Everybody a split names, with the place of the name; of an itemized split once per item. */
export function participantsOf(
  input: SplitInput,
): readonly { readonly userId: string; readonly pointer: string }[] {
  const lists =
    input.method === 'itemized'
      ? input.items.map((item, i) => ({
          people: item.participants,
          at: `/split/items/${i}/participants`,
        }))
      : [{ people: input.participants, at: participantsAt }]
  return lists.flatMap(({ people, at }) =>
    people.map(({ userId }, i) => ({ userId, pointer: `${at}/${i}/userId` })),
  )
}

/**
 * What everybody bears, for every split method. `total` is null only for an itemized split whose
 * amount was left out. Pointers of refusals are into the expense's body.
 */
export function computeSplit(total: Money | null, input: SplitInput, carried: Carried): Split {
  if (total !== null) requireNonZero(total)
  if (input.method === 'itemized') {
    const itemized = splitItems(total, input, carried)
    return splitOf(itemized.total, itemized.shares)
  }
  assert(total !== null, 'only an itemized split may leave the amount out')
  requireParticipants(input.participants, participantsAt)
  return splitOf(total, sharesOf(total, input, carried))
}

/**
 * A refund's shares: those of the refunded expense negated when all of it comes back, otherwise in
 * their proportion. `original` are stored shares, so weights changed since don't matter.
 */
export function splitRefund(total: Money, original: readonly Share[], carried: Carried): Split {
  requireNonZero(total)
  const amounts = original.map(({ amount }) => amount)
  if (isZero(add(total, sum(total.currency, amounts)))) {
    const back = original.map((share) => ({
      userId: share.userId,
      amount: negate(share.amount),
      oddUnits: -share.oddUnits,
    }))
    return splitOf(total, back)
  }
  const weighted = original.map(({ userId, amount }) => ({
    userId,
    weight: absolute(amount).minor,
  }))
  return splitOf(total, apportion(total, weighted, carried, '/amount'))
}

/**
 * What everybody paid. `order` lists the participants of the split: ties follow it on both sides,
 * so two people who pay and share alike end up even.
 */
export function computePayers(
  total: Money,
  payers: readonly PayerInput[],
  carried: Carried,
  order: readonly string[] = [],
): readonly { readonly userId: string; readonly amount: Money }[] {
  requireParticipants(payers, '/payers', 'payer')
  const byAmount = payers.filter((payer) => 'amount' in payer)
  if (byAmount.length === payers.length) {
    requireExact('payers-do-not-add-up', "payers' amounts", byAmount, total, '/payers')
    return byAmount.map(({ userId, amount }) => ({ userId, amount }))
  }
  const ordered = inOrder(payerWeights(payers), order)
  const amounts = new Map(
    apportion(total, ordered, carried, '/payers').map(({ userId, amount }) => [userId, amount]),
  )
  return payers.map(({ userId }) => {
    const amount = amounts.get(userId)
    assert(amount !== undefined, 'a payer has no part')
    return { userId, amount }
  })
}

type SimpleInput = Exclude<SplitInput, ItemizedInput>

function sharesOf(total: Money, input: SimpleInput, carried: Carried): readonly Share[] {
  const byWeight = (weighted: readonly Weighted[]) =>
    apportion(total, weighted, carried, participantsAt)
  switch (input.method) {
    case 'equal':
      return byWeight(input.participants.map(({ userId }) => ({ userId, weight: 1n })))
    case 'exact':
      requireExact('split-does-not-add-up', 'shares', input.participants, total, participantsAt)
      return input.participants.map(({ userId, amount }) => ({ userId, amount, oddUnits: 0n }))
    case 'percentage':
      return byWeight(percentageWeights(input.participants, participantsAt))
    case 'shares':
      return byWeight(shareWeights(input.participants, participantsAt))
    case 'adjustment':
      return adjustedShares(total, input.participants, carried)
    default:
      return assertNever(input)
  }
}

function adjustedShares(
  total: Money,
  participants: Of<{ readonly adjustment: Money }>,
  carried: Carried,
): readonly Share[] {
  const adjustments = participants.map(({ adjustment }) => adjustment)
  const rest = subtract(total, sum(total.currency, adjustments))
  const equally = participants.map(({ userId }) => ({ userId, weight: 1n }))
  const shares = apportion(rest, equally, carried, participantsAt)
  return participants.map(({ userId, adjustment }, i) => {
    const share = shares[i]
    assert(share !== undefined, 'a participant has no share')
    const amount = add(share.amount, adjustment)
    if (amount.minor * total.minor < 0n) {
      const detail = `With these adjustments somebody's share would be ${toDecimal(amount)}.`
      const facts = { userId, share: toDecimal(amount) }
      const pointer = `${participantsAt}/${i}/adjustment`
      throw invalid('adjustment-too-large', detail, facts, pointer)
    }
    return { userId, amount, oddUnits: share.oddUnits }
  })
}

function payerWeights(payers: readonly PayerInput[]): readonly Weighted[] {
  const byPercentage = payers.filter((payer) => 'percentage' in payer)
  if (byPercentage.length === payers.length) return percentageWeights(byPercentage, '/payers')
  const byShares = payers.filter((payer) => 'shares' in payer)
  if (byShares.length === payers.length) return shareWeights(byShares, '/payers')
  const detail = 'Give all payers amounts, or all percentages, or all shares.'
  throw invalid('mixed-payers', detail, {}, '/payers')
}

function percentageWeights(
  people: Of<{ readonly percentage: string }>,
  at: string,
): readonly Weighted[] {
  const weighted = people.map(({ userId, percentage }, i) => ({
    userId,
    weight: parseRatio(percentage, 'percentage', `${at}/${i}/percentage`),
  }))
  const found = weighted.reduce((all, { weight }) => all + weight, 0n)
  const gap = found - 100n * 10n ** BigInt(ratioDecimals)
  if (gap === 0n) return weighted
  const size = ratioToText(gap < 0n ? -gap : gap)
  const detail =
    `The percentages add up to ${ratioToText(found)}, ` +
    `${size} ${gap < 0n ? 'less' : 'more'} than 100.`
  const facts = { sum: ratioToText(found), difference: ratioToText(gap) }
  throw invalid('percentages-do-not-add-up', detail, facts, at)
}

function shareWeights(people: Of<{ readonly shares: string }>, at: string): readonly Weighted[] {
  return people.map(({ userId, shares }, i) => ({
    userId,
    weight: parseRatio(shares, 'shares', `${at}/${i}/shares`),
  }))
}

function requireExact(
  code: string,
  what: string,
  people: Of<{ readonly amount: Money }>,
  total: Money,
  at: string,
): void {
  people.forEach(({ amount }, i) => {
    requireSign(amount, total, `${at}/${i}/amount`)
  })
  const amounts = people.map(({ amount }) => amount)
  requireSum(code, what, amounts, total, at)
}

/** Those in `order` first, as they stand there; the others behind them, as given. */
function inOrder(weighted: readonly Weighted[], order: readonly string[]): readonly Weighted[] {
  const rank = (userId: string) => {
    const position = order.indexOf(userId)
    return position === -1 ? order.length : position
  }
  return [...weighted].sort((a, b) => rank(a.userId) - rank(b.userId))
}

function splitOf(total: Money, shares: readonly Share[]): Split {
  const owed = shares.map(({ amount }) => amount)
  assert.equal(compare(sum(total.currency, owed), total), 0, 'the shares miss the total')
  const odd = shares.filter(({ oddUnits }) => oddUnits !== 0n)
  const roundingNote = odd.map(({ userId, oddUnits }) => ({ userId, units: oddUnits }))
  return { total, shares, roundingNote: roundingNote.length === 0 ? null : roundingNote }
}
