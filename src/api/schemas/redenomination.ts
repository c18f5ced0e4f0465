import { type Static, Type } from 'typebox'
import { sources } from '../../domain/accounts/user.ts'
import { Currency, calendarDate, closed, id, instant, nullable, oneOf, text } from './fields.ts'
import { amount, positiveAmount } from './money.ts'

export const ConversionParams = Type.Object({
  id: id('Of the group.'),
  conversionId: id('Of the conversion.'),
})

const from = Type.String({
  pattern: '^([A-Za-z]{3}|all)$',
  description: 'The currency to convert, or all of them.',
  examples: ['USD', 'all'],
})
const rate = positiveAmount('Units of the new currency for one of the old.', '0.9228')

export const RedenominateBody = Type.Object(
  {
    from,
    to: Currency,
    rates: Type.Optional(
      Type.Array(
        Type.Object(
          {
            currency: Currency,
            rate,
            rateDate: Type.Optional(calendarDate('The day it is of; today when left out.')),
            rateSource: Type.Optional(text('Who says so.', 'ecb', { most: 50 })),
          },
          { ...closed, title: 'StatedRate' },
        ),
        { maxItems: 200, description: 'Those that are not stated are looked up.' },
      ),
    ),
    dryRun: Type.Optional(
      Type.Boolean({ description: 'Shows what would happen.', examples: [true] }),
    ),
  },
  {
    ...closed,
    title: 'Redenominate',
    examples: [{ from: 'USD', to: 'EUR', rates: [{ currency: 'USD', rate: '0.9228' }] }],
  },
)

const UsedRate = Type.Object(
  {
    currency: Currency,
    rate,
    rateDate: calendarDate('The day it is of.'),
    rateSource: Type.String({ examples: ['ecb'] }),
  },
  { title: 'UsedRate' },
)

export const ConversionSchema = Type.Object(
  {
    id: id('Of the conversion.'),
    groupId: id('Of the group.'),
    to: Currency,
    rates: Type.Array(UsedRate),
    entries: Type.Array(
      Type.Object(
        {
          userId: id('Of the member.'),
          amount: amount('Negative takes away from it.', '-12.50'),
          currency: Currency,
        },
        { title: 'ConversionEntry' },
      ),
      { description: 'What it added to each balance; per currency they add up to zero.' },
    ),
    currencyBefore: Type.String({ description: 'Of the group.', examples: ['USD'] }),
    currencyAfter: Type.String({ description: 'Of the group.', examples: ['EUR'] }),
    date: calendarDate('The day it was made.'),
    source: oneOf(sources, 'Where it came from.'),
    version: Type.Integer({ description: 'Counts changes; also the ETag.', examples: [1] }),
    createdBy: id('Who made it.'),
    createdAt: instant('When it was made.'),
    updatedAt: instant('When it last changed.'),
    voidedAt: nullable(instant('When it was taken back.')),
  },
  { title: 'GroupConversion', description: 'Balances of a group moved into another currency.' },
)
export type ConversionResource = Static<typeof ConversionSchema>

export const ConversionsSchema = Type.Object(
  { items: Type.Array(ConversionSchema), nextCursor: Type.Null() },
  { title: 'GroupConversionList', description: 'Voided ones too, newest first.' },
)

const Sum = Type.Object({ amount: amount('Of money.'), currency: Currency }, { title: 'Sum' })

export const RedenominationSchema = Type.Object(
  {
    balances: Type.Array(
      Type.Object(
        {
          userId: id('Of the member.'),
          before: Sum,
          after: Sum,
          exact: amount('What `before` is worth exactly.', '11.5350'),
          difference: amount('`after` less that.', '0.005'),
        },
        { title: 'ConvertedBalance' },
      ),
    ),
    rates: Type.Array(UsedRate),
    currency: Type.String({ description: 'Of the group then.', examples: ['EUR'] }),
    conversionId: nullable(id('Null when nothing was changed.')),
  },
  { title: 'Redenomination' },
)
export type RedenominationResource = Static<typeof RedenominationSchema>
