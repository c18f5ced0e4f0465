import assert from 'node:assert/strict'
import type { Source } from '../accounts/user.ts'
import type { ConvertedBalance } from '../ledger/convert-balances.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import { add, isZero, type Money, negate } from '../money/money.ts'
import type { RateQuote } from '../money/rates.ts'
import type { CalendarDate } from '../time/calendar-date.ts'

export type ConversionRate = RateQuote & {
  /** The currency converted from. */
  readonly currency: CurrencyCode
}

export type ConversionEntry = { readonly userId: string; readonly amount: Money }

/** Balances of a group moved into another currency. Expenses and settlements stay as they were. */
export type GroupConversion = {
  readonly id: string
  readonly groupId: string
  readonly to: CurrencyCode
  readonly rates: readonly ConversionRate[]
  /** Each currency's entries add up to zero. */
  readonly entries: readonly ConversionEntry[]
  /** The default currency of the group, which a conversion may change too. */
  readonly currencyBefore: CurrencyCode
  readonly currencyAfter: CurrencyCode
  readonly convertedOn: CalendarDate
  readonly source: Source
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly voidedAt: Date | null
}

/** What takes the old balances to zero and puts the new ones in their place. */
export function entriesFor(balances: readonly ConvertedBalance[]): readonly ConversionEntry[] {
  const closing = balances.map(({ userId, before }) => ({ userId, amount: negate(before) }))
  const opening = new Map<string, ConversionEntry>()
  for (const { userId, after } of balances) {
    const so = opening.get(userId)
    opening.set(userId, { userId, amount: so ? add(so.amount, after) : after })
  }
  const entries = [...closing, ...opening.values()].filter(({ amount }) => !isZero(amount))
  const sums = new Map<CurrencyCode, bigint>()
  for (const { amount } of entries) {
    sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + amount.minor)
  }
  assert(
    [...sums.values()].every((sum) => sum === 0n),
    'the entries of a conversion do not add up to zero',
  )
  return entries
}

/** Rounding here is shown, not counted: nobody bore it for a shared cost. */
export function ledgerEntriesOf({ entries }: GroupConversion): readonly LedgerEntry[] {
  return entries.map((entry) => ({ ...entry, oddUnits: 0n }))
}
