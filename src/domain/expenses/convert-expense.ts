import { invalid } from '../errors.ts'
import { bookOriginal, type Conversion } from '../money/convert.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import type { Money } from '../money/money.ts'
import type { RateQuote, StatedRate } from '../money/rates.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import type { Expense } from './expense.ts'

/** The part of a conversion that changes. */
export type OriginalChange = {
  readonly amount?: Money
  readonly rate?: StatedRate
  /** The currency to book in when no booked amount is stated; the one booked so far when left out. */
  readonly into?: CurrencyCode
}

/**
 * What is booked after a change to the receipt's amount or its rate. The rate stays while both
 * currencies stay and no booked amount is stated. Throws what `bookOriginal` throws, and `no-original`.
 */
export function bookChanged(
  before: Expense,
  changes: { readonly amount?: Money | null; readonly spentOn?: CalendarDate },
  original: OriginalChange,
): { readonly amount: Money; readonly conversion: Conversion } {
  const stated = changes.amount ?? null
  const amount = original.amount ?? before.conversion?.original
  if (!amount) {
    const detail = 'This expense has no amount in another currency yet. State it with the rate.'
    throw invalid('no-original', detail, {}, '/original')
  }
  const context = {
    into: original.into ?? before.amount.currency,
    on: changes.spentOn ?? before.spentOn,
  }
  const rate = original.rate ?? (stated ? undefined : formerRate(before, amount, context.into))
  return bookOriginal({ amount, ...(rate ? { rate } : {}) }, stated, context)
}

/** Whether a changed original needs a rate from elsewhere. */
export function lacksRate(
  before: Expense,
  changes: { readonly amount?: Money | null },
  { amount, rate, into = before.amount.currency }: OriginalChange,
): boolean {
  return !rate && !changes.amount && amount !== undefined && !formerRate(before, amount, into)
}

/** A conversion stays while the booked amount does: it would say of another amount what nobody said. */
export function keptConversion(
  before: Expense,
  amount: Money,
  original: OriginalChange | null | undefined,
): Conversion | null {
  return original === undefined && isSame(amount, before.amount) ? before.conversion : null
}

export function isSame(left: Money, right: Money): boolean {
  return left.currency === right.currency && left.minor === right.minor
}

function formerRate(before: Expense, original: Money, into: CurrencyCode): RateQuote | undefined {
  const { conversion } = before
  if (conversion?.original.currency !== original.currency || before.amount.currency !== into) {
    return undefined
  }
  return { rate: conversion.rate, on: conversion.rateOn, source: conversion.rateSource }
}
