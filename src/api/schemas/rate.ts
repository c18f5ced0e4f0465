import { type Static, Type } from 'typebox'
import { Currency, calendarDate, closed, id, instant } from './fields.ts'
import { positiveAmount } from './money.ts'
import { PageQuery, pageOf } from './page.ts'

const pair = {
  base: Currency,
  quote: Currency,
  rate: positiveAmount('Units of `quote` for one unit of `base`.', '1.0837'),
}

export const RateSchema = Type.Object(
  {
    id: id('Of the rate.'),
    ...pair,
    date: calendarDate('The day it is of.'),
    source: Type.String({ description: 'Who says so.', examples: ['ecb'] }),
    isOwn: Type.Boolean({ description: 'You typed it, and it counts for you alone.' }),
    createdAt: instant('When it was written.'),
  },
  { title: 'Rate' },
)
export type RateResource = Static<typeof RateSchema>

export const RatePage = pageOf(RateSchema, 'RatePage')

export const RateQuery = Type.Object(
  {
    ...PageQuery.properties,
    base: Type.Optional(Currency),
    quote: Type.Optional(Currency),
  },
  closed,
)

export const RateBody = Type.Object(
  { ...pair, date: calendarDate('The day it is of.') },
  {
    ...closed,
    title: 'NewRate',
    description: 'Stating the same pair and day again corrects it.',
    examples: [{ base: 'USD', quote: 'EUR', rate: '0.9228', date: '2026-11-20' }],
  },
)
