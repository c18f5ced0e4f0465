import type { Actor } from '../accounts/user.ts'
import type { FieldChange, NewGroupEvent } from '../groups/event.ts'
import { toDecimal } from '../money/money.ts'
import type { Clock, Ids } from '../ports.ts'
import type { Expense } from './expense.ts'
import { encodeTerms } from './terms.ts'

type Stamp = { readonly ids: Ids; readonly clock: Clock }

export function expenseRecorded(expense: Expense, actor: Actor, stamp: Stamp): NewGroupEvent {
  return expenseEvent('expense.recorded', null, expense, actor, stamp)
}

export function expenseEdited(
  before: Expense,
  after: Expense,
  actor: Actor,
  stamp: Stamp,
): NewGroupEvent {
  return expenseEvent('expense.edited', before, after, actor, stamp)
}

export function expenseVoided(
  before: Expense,
  after: Expense,
  actor: Actor,
  stamp: Stamp,
): NewGroupEvent {
  return expenseEvent('expense.voided', before, after, actor, stamp)
}

export function expenseRestored(
  before: Expense,
  after: Expense,
  actor: Actor,
  stamp: Stamp,
): NewGroupEvent {
  return expenseEvent('expense.restored', before, after, actor, stamp)
}

function expenseEvent(
  type: NewGroupEvent['type'],
  before: Expense | null,
  after: Expense,
  actor: Actor,
  stamp: Stamp,
): NewGroupEvent {
  return {
    id: stamp.ids.next(),
    groupId: after.groupId,
    type,
    actorId: actor.userId,
    source: actor.source,
    subjectType: 'expense',
    subjectId: after.id,
    subjectVersion: after.version,
    data: {
      changes: before ? changedFields(snapshot(before), snapshot(after)) : [],
      after: snapshot(after),
    },
    createdAt: stamp.clock.now(),
  }
}

/** Everything somebody can decide about an expense, as JSON with decimal text for money. */
export type ExpenseSnapshot = ReturnType<typeof snapshot>

function snapshot(expense: Expense) {
  const { conversion } = expense
  return {
    kind: expense.kind,
    amount: toDecimal(expense.amount),
    currency: expense.amount.currency,
    description: expense.description,
    notes: expense.notes,
    date: expense.spentOn,
    categoryId: expense.categoryId,
    tags: expense.tags,
    payers: expense.payers.map((paid) => ({ userId: paid.userId, amount: toDecimal(paid.amount) })),
    splits: expense.splits.map((owed) => ({
      userId: owed.userId,
      amount: toDecimal(owed.amount),
      oddUnits: Number(owed.oddUnits),
    })),
    terms: encodeTerms(expense.terms),
    refundOf: expense.refundOf,
    conversion: conversion && {
      original: { amount: toDecimal(conversion.original), currency: conversion.original.currency },
      rate: conversion.rate,
      rateDate: conversion.rateOn,
      rateSource: conversion.rateSource,
    },
    voided: expense.voidedAt !== null,
  }
}

function changedFields(before: ExpenseSnapshot, after: ExpenseSnapshot): readonly FieldChange[] {
  const fields = Object.keys(after) as (keyof ExpenseSnapshot)[]
  return fields
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ field, from: before[field], to: after[field] }))
}
