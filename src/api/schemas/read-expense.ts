import type { EditExpense } from '../../domain/expenses/edit-expense.ts'
import type { RecordExpense } from '../../domain/expenses/record-expense.ts'
import type { PayerInput, SplitInput } from '../../domain/expenses/split.ts'
import { type CurrencyCode, parseCurrency } from '../../domain/money/currencies.ts'
import { type Money, toDecimal } from '../../domain/money/money.ts'
import { parseCalendarDate } from '../../domain/time/calendar-date.ts'
import { readOriginalAmount, readStatedRate } from './conversion.ts'
import type { EditExpenseInput, SharedExpenseInput } from './expense.ts'
import { readAmount } from './money.ts'
import type { PayerInputResource, SplitResource } from './split.ts'

/** A body as the domain takes it. Absent fields stay absent: their defaults are the domain's. */
export function readNewExpense(body: SharedExpenseInput): RecordExpense {
  const currency = parseCurrency(body.currency)
  return {
    ...readWords(body),
    amount: body.amount === undefined ? null : readAmount(body.amount, currency, '/amount'),
    ...(body.amount === undefined ? { currency } : {}),
    ...(body.original === undefined ? {} : { original: readOriginal(body.original, body) }),
    description: body.description,
    ...(body.refundOf === undefined ? {} : { refundOf: body.refundOf }),
    ...readTerms(body, currency),
  }
}

/** `before` is the amount that a body without one refers to. */
export function readExpenseChanges(body: EditExpenseInput, before: Money): EditExpense {
  const currency = body.currency === undefined ? before.currency : parseCurrency(body.currency)
  const isItemized = body.split?.method === 'itemized'
  const original = readOriginalChange(body)
  const amount =
    body.amount === undefined && (currency === before.currency || original.original)
      ? {}
      : { amount: readAmount(body.amount ?? toDecimal(before), currency, '/amount') }
  return {
    ...readWords(body),
    ...(body.description === undefined ? {} : { description: body.description }),
    ...original,
    ...(isItemized && body.amount === undefined ? { amount: null } : amount),
    ...readTerms(body, currency),
  }
}

type Stated = Parameters<typeof readStatedRate>[0] & { currency?: string }

/** `into` is the currency to book in, when the rate makes the booked amount. */
export function readOriginal(original: { amount: string; currency: string }, stated: Stated) {
  const { currency } = stated
  return {
    amount: readOriginalAmount(original),
    ...readStatedRate(stated),
    ...(currency === undefined ? {} : { into: parseCurrency(currency) }),
  }
}

function readOriginalChange(body: EditExpenseInput): Pick<EditExpense, 'original'> {
  const { original, rate, currency } = body
  if (original === null) return { original }
  if (original) return { original: readOriginal(original, body) }
  if (rate === undefined) return {}
  const into = currency === undefined ? {} : { into: parseCurrency(currency) }
  return { original: { ...readStatedRate(body), ...into } }
}

function readWords(body: EditExpenseInput) {
  const { kind, notes, date, categoryId, tags } = body
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(notes === undefined ? {} : { notes }),
    ...(date === undefined ? {} : { spentOn: parseCalendarDate(date) }),
    ...(categoryId === undefined ? {} : { categoryId }),
    ...(tags === undefined ? {} : { tags }),
  }
}

function readTerms(body: EditExpenseInput, currency: CurrencyCode) {
  return {
    ...(body.payers === undefined ? {} : { payers: readPayers(body.payers, currency) }),
    ...(body.split === undefined ? {} : { split: readSplit(body.split, currency) }),
  }
}

function readPayers(payers: readonly PayerInputResource[], currency: CurrencyCode): PayerInput[] {
  return payers.map(({ userId, amount, percentage, shares }, i) => {
    if (amount !== undefined) {
      return { userId, amount: readAmount(amount, currency, `/payers/${i}/amount`) }
    }
    return percentage === undefined ? { userId, shares: shares ?? '1' } : { userId, percentage }
  })
}

function readSplit(split: SplitResource, currency: CurrencyCode): SplitInput {
  switch (split.method) {
    case 'exact':
      return {
        method: 'exact',
        participants: split.participants.map(({ userId, amount }, i) => ({
          userId,
          amount: readAmount(amount, currency, `/split/participants/${i}/amount`),
        })),
      }
    case 'adjustment':
      return {
        method: 'adjustment',
        participants: split.participants.map(({ userId, adjustment }, i) => ({
          userId,
          adjustment: readAmount(adjustment, currency, `/split/participants/${i}/adjustment`),
        })),
      }
    case 'itemized':
      return {
        method: 'itemized',
        items: split.items.map((item, i) => ({
          ...item,
          unitPrice: readAmount(item.unitPrice, currency, `/split/items/${i}/unitPrice`),
        })),
        extras: (split.extras ?? []).map(({ amount, ...extra }, i) => ({
          ...extra,
          ...(amount === undefined
            ? {}
            : { amount: readAmount(amount, currency, `/split/extras/${i}/amount`) }),
        })),
      }
    default:
      return split
  }
}
