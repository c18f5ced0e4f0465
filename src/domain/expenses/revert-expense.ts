import type { Actor } from '../accounts/user.ts'
import { notFound } from '../errors.ts'
import { type CurrencyCode, parseCurrency } from '../money/currencies.ts'
import { parseDecimal } from '../money/money.ts'
import type { Transaction } from '../ports.ts'
import { parseCalendarDate } from '../time/calendar-date.ts'
import { type ExpectedVersion, lockExpense, requireInForce, writeEdited } from './edit-expense.ts'
import type { Expense } from './expense.ts'
import type { ExpenseSnapshot } from './expense-events.ts'
import { withMergedPeople } from './merge-people.ts'
import { requireNoRefunds } from './refund.ts'
import { decodeTerms } from './terms.ts'

/** Events that carry what the expense was like after them. */
const carriesSnapshot: ReadonlySet<string> = new Set(['expense.recorded', 'expense.edited'])

/**
 * Puts an expense back to what an earlier version of it said, shares to the unit, as a new version:
 * the history goes on.
 */
export async function revertExpense(
  tx: Transaction,
  actor: Actor,
  id: string,
  version: number,
  expected: ExpectedVersion = null,
): Promise<Expense> {
  const { group, expense: before } = await lockExpense(tx, actor, id, expected)
  requireInForce(before)
  await requireNoRefunds(tx, before)
  const events = await tx.events.ofSubject(group.id, id, mostVersions)
  const event = events.find(
    (one) => one.subjectVersion === version && carriesSnapshot.has(one.type),
  )
  if (!event) throw notFound('version')
  const earlier = await asMergedSince(tx, readSnapshot(event.data.after as ExpenseSnapshot))
  const isCategoryThere = earlier.categoryId && (await tx.categories.find(earlier.categoryId))
  const categoryId = isCategoryThere ? earlier.categoryId : null
  return writeEdited(tx, actor, before, { ...before, ...earlier, categoryId })
}

const mostVersions = 10_000

/** People who were merged since stand on it as whom they are now. */
async function asMergedSince(tx: Transaction, earlier: Earlier): Promise<Earlier> {
  const ids = [...earlier.payers, ...earlier.splits].map(({ userId }) => userId)
  const people = await tx.users.findMany([...new Set(ids)])
  return people.reduce(
    (expense, { id, mergedIntoId }) =>
      mergedIntoId
        ? withMergedPeople(expense, { fromUserId: id, intoUserId: mergedIntoId })
        : expense,
    earlier,
  )
}

/** What an event keeps of an expense. */
type Earlier = Omit<
  Expense,
  | 'id'
  | 'groupId'
  | 'source'
  | 'version'
  | 'createdBy'
  | 'createdAt'
  | 'updatedAt'
  | 'voidedAt'
  | 'settledBy'
>

function readSnapshot(snapshot: ExpenseSnapshot): Earlier {
  const currency: CurrencyCode = parseCurrency(snapshot.currency)
  const money = (text: string) => parseDecimal(text, currency)
  const { conversion } = snapshot
  return {
    kind: snapshot.kind,
    amount: money(snapshot.amount),
    description: snapshot.description,
    notes: snapshot.notes,
    spentOn: parseCalendarDate(snapshot.date),
    categoryId: snapshot.categoryId,
    tags: snapshot.tags,
    payers: snapshot.payers.map(({ userId, amount }) => ({ userId, amount: money(amount) })),
    splits: snapshot.splits.map(({ userId, amount, oddUnits }) => ({
      userId,
      amount: money(amount),
      oddUnits: BigInt(oddUnits),
    })),
    terms: decodeTerms(snapshot.terms, currency),
    refundOf: snapshot.refundOf,
    conversion: conversion && {
      original: parseDecimal(
        conversion.original.amount,
        parseCurrency(conversion.original.currency),
      ),
      rate: conversion.rate,
      rateOn: parseCalendarDate(conversion.rateDate),
      rateSource: conversion.rateSource,
    },
  }
}
