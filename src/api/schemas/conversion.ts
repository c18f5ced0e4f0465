import { Type } from 'typebox'
import { Currency, calendarDate } from './fields.ts'
import { amount } from './money.ts'

/** Beside an amount that was another one on the receipt. */
export const conversionFields = {
  original: Type.Optional(
    Type.Object(
      { amount: amount('On the receipt.', '100.00'), currency: Currency },
      { title: 'OriginalAmount' },
    ),
  ),
  rate: Type.Optional(amount('Booked units for one original unit.', '1.0837')),
  rateDate: Type.Optional(calendarDate('Of the rate.')),
  rateSource: Type.Optional(Type.String({ examples: ['ecb'] })),
}
