import { parseRatio, ratioDecimals, ratioLimit, ratioToText } from '../money/decimal.ts'
import { add, type Money } from '../money/money.ts'
import { mergeShares } from './apportion.ts'
import type { Expense, ExpenseTerms } from './expense.ts'
import type { Item } from './itemized-split.ts'
import type { PayerInput, SplitInput } from './split.ts'

/** `fromUserId` turned out to be the same person as `intoUserId`. */
export type MergedPeople = { readonly fromUserId: string; readonly intoUserId: string }

/**
 * The expense with one person in the place of two: where both stand on it their parts are added up,
 * so nothing is computed anew and no other share moves.
 */
export function withMergedPeople<Shared extends Pick<Expense, 'payers' | 'splits' | 'terms'>>(
  expense: Shared,
  people: MergedPeople,
): Shared {
  const paid = expense.payers.map((share) => ({ ...rename(share, people), oddUnits: 0n }))
  const owed = expense.splits.map((share) => rename(share, people))
  const payers = mergeShares([paid]).map(({ userId, amount }) => ({ userId, amount }))
  const splits = mergeShares([owed])
  const terms = mergedTerms({ payers, splits, terms: expense.terms }, people)
  return { ...expense, payers, splits, terms }
}

/** Whether the person paid or bears a part, be it of nothing. */
export function isOn(expense: Expense, userId: string): boolean {
  return [...expense.payers, ...expense.splits].some((share) => share.userId === userId)
}

/**
 * Terms that say the same of the merged person, so that an edit can still compute from them. Where no
 * terms of that kind can (somebody's adjustment of two equal parts), they name the amounts instead.
 */
function mergedTerms(
  merged: Pick<Expense, 'payers' | 'splits' | 'terms'>,
  people: MergedPeople,
): ExpenseTerms {
  const { payers, splits, terms } = merged
  const fixed = splits.map(({ userId, amount }) => ({ userId, amount }))
  return {
    payers: mergedPayers(terms.payers, people) ?? payers,
    split: mergedSplit(terms.split, people) ?? { method: 'exact', participants: fixed },
  }
}

function mergedPayers(
  payers: readonly PayerInput[],
  people: MergedPeople,
): readonly PayerInput[] | null {
  return joined(payers, people, (one, other) => {
    if ('amount' in one && 'amount' in other) {
      return { userId: one.userId, amount: add(one.amount, other.amount) }
    }
    if ('percentage' in one && 'percentage' in other) {
      return withRatio(one.percentage, other.percentage, (percentage) => ({
        userId: one.userId,
        percentage,
      }))
    }
    if ('shares' in one && 'shares' in other) {
      return withRatio(one.shares, other.shares, (shares) => ({ userId: one.userId, shares }))
    }
    return null
  })
}

function mergedSplit(split: SplitInput, people: MergedPeople): SplitInput | null {
  switch (split.method) {
    case 'equal':
      return mergedEqually(split.participants, people)
    case 'exact':
      return withParticipants(
        split.method,
        joined(split.participants, people, (one, other) => ({
          userId: one.userId,
          amount: add(one.amount, other.amount),
        })),
      )
    case 'percentage':
      return withParticipants(split.method, mergedPercentages(split.participants, people))
    case 'shares':
      return withParticipants(split.method, joinedShares(split.participants, people))
    case 'adjustment':
      return withParticipants(
        split.method,
        joined<{ userId: string; adjustment: Money }>(split.participants, people, () => null),
      )
    default:
      return mergedItems(split, people)
  }
}

/** Two equal parts are one of weight two. */
function mergedEqually(
  participants: readonly { readonly userId: string }[],
  people: MergedPeople,
): SplitInput | null {
  const weighted = participants.map(({ userId }) => ({ userId, shares: '1' }))
  const joinedWeights = joinedShares(weighted, people)
  if (!joinedWeights) return null
  const isEqual = joinedWeights.length === participants.length || joinedWeights.length === 1
  if (!isEqual) return { method: 'shares', participants: joinedWeights }
  return { method: 'equal', participants: joinedWeights.map(({ userId }) => ({ userId })) }
}

function mergedItems(
  split: SplitInput & { method: 'itemized' },
  people: MergedPeople,
): SplitInput | null {
  const items: Item[] = []
  for (const item of split.items) {
    const participants = joined(item.participants, people, (one, other) =>
      withRatio(one.shares ?? '1', other.shares ?? '1', (shares) => ({ ...one, shares })),
    )
    if (!participants) return null
    items.push({ ...item, participants })
  }
  return { ...split, items }
}

export const mergedPercentages = (
  participants: readonly { readonly userId: string; readonly percentage: string }[],
  people: MergedPeople,
) =>
  joined(participants, people, (one, other) =>
    withRatio(one.percentage, other.percentage, (percentage) => ({
      userId: one.userId,
      percentage,
    })),
  )

const joinedShares = (
  participants: readonly { readonly userId: string; readonly shares: string }[],
  people: MergedPeople,
) =>
  joined(participants, people, (one, other) =>
    withRatio(one.shares, other.shares, (shares) => ({ userId: one.userId, shares })),
  )

function withParticipants<Method extends SplitInput['method'], Participant>(
  method: Method,
  participants: readonly Participant[] | null,
) {
  return participants && { method, participants }
}

/** The list with one entry for both, in the place of the first; null where they do not join. */
function joined<Entry extends { readonly userId: string }>(
  entries: readonly Entry[],
  people: MergedPeople,
  join: (one: Entry, other: Entry) => Entry | null,
): readonly Entry[] | null {
  const result: Entry[] = []
  for (const entry of entries.map((original) => rename(original, people))) {
    const place = result.findIndex(({ userId }) => userId === entry.userId)
    if (place === -1) result.push(entry)
    else {
      const both = join(result[place]!, entry)
      if (!both) return null
      result[place] = both
    }
  }
  return result
}

const rename = <Entry extends { readonly userId: string }>(
  entry: Entry,
  { fromUserId, intoUserId }: MergedPeople,
): Entry => (entry.userId === fromUserId ? { ...entry, userId: intoUserId } : entry)

/** Null when the sum is larger than a ratio may be. */
function withRatio<Entry>(one: string, other: string, make: (sum: string) => Entry): Entry | null {
  const sum = parseRatio(one, 'number') + parseRatio(other, 'number')
  return sum > ratioLimit * 10n ** BigInt(ratioDecimals) ? null : make(ratioToText(sum))
}
