import { type Static, Type } from 'typebox'
import { parseCurrency } from '../../domain/money/currencies.ts'
import type { StatedRate } from '../../domain/money/rates.ts'
import { parseCalendarDate } from '../../domain/time/calendar-date.ts'
import { Currency, calendarDate, closed, nullable, text } from './fields.ts'
import { amount, nonZeroAmount, positiveAmount, readAmount } from './money.ts'

const rate = positiveAmount('Booked units for one original unit.', '1.0837')
const rateDate = calendarDate('The day the rate is of.')
const rateSource = text('Who says so.', 'ecb', { most: 50 })

/** Beside an amount that was another one on the receipt. */
export const conversionFields = {
  original: Type.Optional(
    Type.Object(
      { amount: amount('On the receipt.', '100.00'), currency: Currency },
      { title: 'OriginalAmount' },
    ),
  ),
  rate: Type.Optional(rate),
  rateDate: Type.Optional(rateDate),
  rateSource: Type.Optional(rateSource),
}

/** What somebody may state of it; a rate that is not stated is looked up. */
export const statedRateFields = {
  rate: Type.Optional(rate),
  rateDate: Type.Optional(rateDate),
  rateSource: Type.Optional(rateSource),
}

export const OriginalBody = Type.Object(
  { amount: nonZeroAmount('On the receipt.', '100.00'), currency: Currency },
  {
    ...closed,
    title: 'Original',
    description:
      'The amount in another currency. Then `amount` may be left out: it follows from `rate`, or from the rate of the day. With `amount` and no `rate` the two make the rate.',
  },
)

export const ChangedOriginal = nullable(
  Type.Object(OriginalBody.properties, {
    ...closed,
    title: 'ChangedOriginal',
    description: 'Null: the booked amount stays and was never another one.',
  }),
)

/** Day and source belong to a rate, a rate to an original. */
export const rateGoesWithOriginal = {
  dependentRequired: { rate: ['original'], rateDate: ['rate'], rateSource: ['rate'] },
}

type Stated = { rate?: string; rateDate?: string; rateSource?: string }

export function readStatedRate({ rate: text, rateDate: day, rateSource: source }: Stated): {
  readonly rate?: StatedRate
} {
  if (text === undefined) return {}
  return {
    rate: {
      rate: text,
      ...(day === undefined ? {} : { on: parseCalendarDate(day, '/rateDate') }),
      ...(source === undefined ? {} : { source }),
    },
  }
}

export function readOriginalAmount({ amount: text, currency }: Static<typeof OriginalBody>) {
  return readAmount(text, parseCurrency(currency, '/original/currency'), '/original/amount')
}
