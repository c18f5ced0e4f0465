import { invalid } from '../errors.ts'
import type { Group } from '../groups/group.ts'
import { entriesOf } from '../ledger/ledger-entry.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import { type Money, requireNonZero } from '../money/money.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import type { Expense } from './expense.ts'
import { requireItemNames } from './itemized-split.ts'
import { refundedExpense, refundShares } from './refund.ts'
import {
  type Carried,
  computePayers,
  computeSplit,
  participantsOf,
  type SplitInput,
} from './split.ts'

/** An expense before its shares are computed; the amount is null where items make it. */
export type Draft = Omit<Expense, 'amount' | 'payers' | 'splits'> & {
  readonly amount: Money | null
}

const mostTags = 20

/**
 * Checks the draft's words and people and computes its shares: the one way by which an expense, new or
 * edited, gets amounts. `before` is what it replaces; people who left may stay on what they were on.
 */
export async function composeExpense(
  tx: Transaction,
  group: Group,
  draft: Draft,
  before?: Expense,
): Promise<Expense> {
  const shares = await composeShares(tx, group, draft, before)
  return {
    ...draft,
    ...shares,
    description: requireText(draft.description, { pointer: '/description', most: 500 }),
    notes: requireText(draft.notes, { pointer: '/notes', most: 5000, least: 0 }),
    tags: requireTags(draft.tags),
  }
}

async function composeShares(
  tx: Transaction,
  group: Group,
  draft: Draft,
  before?: Expense,
): Promise<Pick<Expense, 'amount' | 'payers' | 'splits' | 'terms'>> {
  if (draft.refundOf) {
    const { amount } = await refundedExpense(tx, draft)
    return refundShares(tx, draft, await oddUnitsSoFar(tx, draft, amount.currency, before))
  }
  requireKnownPeople(group, draft, before)
  const split = presentable(draft.terms.split)
  const currency = draft.amount?.currency ?? currencyOfItems(split)
  const carried = await oddUnitsSoFar(tx, draft, currency, before)
  const { total, shares } = computeSplit(draft.amount, split, carried)
  const order = shares.map((share) => share.userId)
  return {
    amount: requireNonZero(total, '/amount'),
    payers: computePayers(total, draft.terms.payers, carried, order),
    splits: shares,
    terms: { ...draft.terms, split },
  }
}

const presentable = (split: SplitInput): SplitInput =>
  split.method === 'itemized' ? requireItemNames(split) : split

/**
 * How often each member was rounded up so far, without what `before` counted. On income a unit more
 * is a gain, so there the counts stand on their head.
 */
async function oddUnitsSoFar(
  tx: Transaction,
  draft: Draft,
  currency: CurrencyCode,
  before?: Expense,
): Promise<Carried> {
  const counts = new Map(await tx.balances.oddUnits(draft.groupId, currency))
  const undone =
    before && !before.voidedAt && before.amount.currency === currency ? entriesOf(before) : []
  for (const { userId, oddUnits } of undone)
    counts.set(userId, (counts.get(userId) ?? 0n) - oddUnits)
  if (draft.kind === 'expense') return counts
  return new Map([...counts].map(([userId, units]) => [userId, -units]))
}

function currencyOfItems(split: SplitInput) {
  const price = split.method === 'itemized' ? split.items[0]?.unitPrice : undefined
  if (!price)
    throw invalid('missing-amount', 'State the amount, or items that make it.', {}, '/amount')
  return price.currency
}

function requireKnownPeople(group: Group, draft: Draft, before?: Expense): void {
  const known = new Set(
    group.members.filter((member) => member.leftAt === null).map((member) => member.userId),
  )
  for (const share of [...(before?.payers ?? []), ...(before?.splits ?? [])])
    known.add(share.userId)
  const check = (userId: string, pointer: string): void => {
    if (known.has(userId)) return
    throw invalid(
      'not-a-member',
      'Everybody on an expense must be a member of its group. Add them first.',
      { userId },
      pointer,
    )
  }
  draft.terms.payers.forEach((payer, index) => {
    check(payer.userId, `/payers/${index}/userId`)
  })
  for (const { userId, pointer } of participantsOf(draft.terms.split)) check(userId, pointer)
}

function requireTags(tags: readonly string[]): readonly string[] {
  if (tags.length > mostTags)
    throw invalid('too-many-tags', `At most ${mostTags} tags.`, { most: mostTags }, '/tags')
  return [
    ...new Set(tags.map((tag, index) => requireText(tag, { pointer: `/tags/${index}`, most: 50 }))),
  ]
}
