import { assertNever, invalid } from '../errors.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import { divideHalfAwayFromZero, parseRatio, parseScaled, ratioDecimals } from '../money/decimal.ts'
import {
  absolute,
  add,
  isZero,
  type Money,
  money,
  negate,
  requireNonZero,
  requireWithinLimit,
  sum,
  zero,
} from '../money/money.ts'
import { requireText } from '../text.ts'
import {
  apportion,
  type Carried,
  mergeShares,
  requireSign,
  requireSum,
  type Share,
  type Weighted,
} from './apportion.ts'
import { requireParticipants } from './participants.ts'

export const extraKinds = ['tax', 'tip', 'service', 'discount'] as const
export type ExtraKind = (typeof extraKinds)[number]

export const extraDistributions = ['proportional', 'equal'] as const
export type ExtraDistribution = (typeof extraDistributions)[number]

export const maxItems = 200
export const maxExtras = 20
export const quantityDecimals = 3

export type Item = {
  readonly name: string
  /** Decimal text of up to three places; one when left out. */
  readonly quantity?: string
  readonly unitPrice: Money
  readonly participants: readonly { readonly userId: string; readonly shares?: string }[]
}

export type Extra = {
  readonly kind: ExtraKind
  /** As printed on the receipt: a discount too has the sign of the items, and is then subtracted. */
  readonly amount?: Money
  /** Of the sum of the items. */
  readonly percentage?: string
  readonly distribution: ExtraDistribution
}

export type ItemizedInput = {
  readonly method: 'itemized'
  readonly items: readonly Item[]
  readonly extras: readonly Extra[]
}

export type ItemizedResult = { readonly total: Money; readonly shares: readonly Share[] }

/**
 * Shares of a receipt. Each line and each extra is divided on its own, and an odd unit of one counts
 * at once for the next, so a long receipt doesn't burden one person with all of them.
 * `amount` is what the person says it comes to, or null.
 */
export function splitItems(
  amount: Money | null,
  input: ItemizedInput,
  carried: Carried,
): ItemizedResult {
  const { items, extras } = input
  requireCount(items.length, maxItems, 'item', '/split/items')
  requireCount(extras.length, maxExtras, 'extra', '/split/extras')
  const currency = requireItems(items)
  const lines = items.map((item, i) => lineTotal(item, `/split/items/${i}`))
  const itemsSum = sum(currency, lines)
  const firstLine = lines.find((line) => !isZero(line)) ?? itemsSum
  lines.forEach((line, i) => {
    requireSign(line, firstLine, `/split/items/${i}/unitPrice`)
  })
  const extraTotals = extras.map((extra, i) => extraTotal(extra, itemsSum, `/split/extras/${i}`))
  const total = sum(currency, [itemsSum, ...extraTotals])
  requireTotal(total, amount, itemsSum)

  const parts = lines.map((line, i) => ({ total: line, weights: itemWeights(items, i) }))
  const ofItems = apportionInTurn(parts, carried, '/split/items')
  const extraParts = extras.map(({ distribution }, i) => ({
    total: extraTotals[i] ?? zero(currency),
    weights: ofItems.map((share) => ({
      userId: share.userId,
      weight: distribution === 'equal' ? 1n : absolute(share.amount).minor,
    })),
  }))
  const afterItems = withOddUnits(carried, ofItems)
  const ofExtras = apportionInTurn(extraParts, afterItems, '/split/extras')
  const shares = mergeShares([ofItems, ofExtras])
  if (shares.some((share) => share.amount.minor * total.minor < 0n)) throw discountTooLarge()
  return { total, shares }
}

/** What stands on the lines of a receipt, as it may be shown. */
export function requireItemNames(input: ItemizedInput): ItemizedInput {
  const items = input.items.map((item, i) => ({
    ...item,
    name: requireText(item.name, { pointer: `/split/items/${i}/name`, most: 200, least: 0 }),
  }))
  return { ...input, items }
}

function requireItems(items: readonly Item[]): CurrencyCode {
  const [first] = items
  if (first === undefined) {
    throw invalid('no-items', 'Name at least one item.', {}, '/split/items')
  }
  items.forEach((item, i) => {
    requireParticipants(item.participants, `/split/items/${i}/participants`)
  })
  const everybody = [...new Set(items.flatMap((item) => item.participants.map((p) => p.userId)))]
  requireParticipants(
    everybody.map((userId) => ({ userId })),
    '/split/items',
  )
  return first.unitPrice.currency
}

function requireCount(count: number, limit: number, what: string, pointer: string): void {
  if (count <= limit) return
  throw invalid(`too-many-${what}s`, `There may be at most ${limit} ${what}s.`, { limit }, pointer)
}

function lineTotal(item: Item, pointer: string): Money {
  const quantity = parseScaled(
    item.quantity ?? '1',
    quantityDecimals,
    'quantity',
    `${pointer}/quantity`,
  )
  const scale = 10n ** BigInt(quantityDecimals)
  const minor = divideHalfAwayFromZero(quantity * item.unitPrice.minor, scale)
  return money(minor, item.unitPrice.currency)
}

/** Signed: a discount on a positive bill is negative. */
function extraTotal(extra: Extra, itemsSum: Money, pointer: string): Money {
  const size = extraSize(extra, itemsSum, pointer)
  requireSign(size, itemsSum, `${pointer}/amount`)
  switch (extra.kind) {
    case 'tax':
    case 'tip':
    case 'service':
      return size
    case 'discount':
      return negate(size)
    default:
      return assertNever(extra.kind)
  }
}

function extraSize(extra: Extra, itemsSum: Money, pointer: string): Money {
  const { amount, percentage } = extra
  if (amount !== undefined && percentage === undefined) return add(amount, zero(itemsSum.currency))
  if (percentage !== undefined && amount === undefined) {
    const ratio = parseRatio(percentage, 'percentage', `${pointer}/percentage`)
    const hundred = 100n * 10n ** BigInt(ratioDecimals)
    return money(divideHalfAwayFromZero(itemsSum.minor * ratio, hundred), itemsSum.currency)
  }
  const detail = 'Give each extra either an amount or a percentage.'
  throw invalid('extra-needs-one-figure', detail, {}, pointer)
}

function requireTotal(total: Money, amount: Money | null, itemsSum: Money): void {
  if (amount !== null) {
    requireSum('items-do-not-add-up', 'items and extras', [total], amount, '/amount')
  }
  requireNonZero(total, '/split/items')
  requireWithinLimit(total, '/split/items')
  if (total.minor * itemsSum.minor < 0n) throw discountTooLarge()
}

function itemWeights(items: readonly Item[], position: number): readonly Weighted[] {
  const participants = items[position]?.participants ?? []
  return participants.map(({ userId, shares }, i) => {
    const pointer = `/split/items/${position}/participants/${i}/shares`
    return { userId, weight: parseRatio(shares ?? '1', 'shares', pointer) }
  })
}

type PartOfBill = { readonly total: Money; readonly weights: readonly Weighted[] }

function apportionInTurn(
  parts: readonly PartOfBill[],
  carried: Carried,
  pointer: string,
): readonly Share[] {
  let soFar = carried
  const lists = parts.map(({ total, weights }, i) => {
    const shares = apportion(total, weights, soFar, `${pointer}/${i}`)
    soFar = withOddUnits(soFar, shares)
    return shares
  })
  return mergeShares(lists)
}

function withOddUnits(carried: Carried, shares: readonly Share[]): Carried {
  const counts = new Map(carried)
  for (const { userId, oddUnits } of shares) {
    counts.set(userId, (counts.get(userId) ?? 0n) + oddUnits)
  }
  return counts
}

function discountTooLarge(): Error {
  const detail = 'A discount takes off more than somebody has to pay.'
  return invalid('discount-too-large', detail, {}, '/split/extras')
}
