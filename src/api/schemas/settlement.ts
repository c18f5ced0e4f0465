import { type Static, Type } from 'typebox'
import { sources } from '../../domain/accounts/user.ts'
import { settleUpStrategies } from '../../domain/ledger/settle-up-plan.ts'
import { conversionFields, rateGoesWithOriginal, statedRateFields } from './conversion.ts'
import {
  Currency,
  calendarDate,
  closed,
  exampleId,
  id,
  instant,
  nullable,
  oneOf,
  otherExampleId,
  text,
} from './fields.ts'
import { amount, positiveAmount } from './money.ts'
import { pageOf } from './page.ts'

export const SettlementParams = Type.Object({
  id: id('Of the group.'),
  settlementId: id('Of the settlement.'),
})

const people = {
  fromUserId: id('Who pays.'),
  toUserId: id('Who is paid.'),
}
const notes = text('Anything else.', 'By bank', { least: 0, most: 5000 })

export const SettlementSchema = Type.Object(
  {
    id: id('Of the settlement.'),
    groupId: id('Of the group it belongs to.'),
    ...people,
    amount: amount('What the debt shrinks by.', '45.00'),
    currency: Currency,
    ...conversionFields,
    date: calendarDate('The day it was paid.'),
    notes,
    expenseId: nullable(
      id('The expense of which it pays one share; null for all between the two.'),
    ),
    source: oneOf(sources, 'Where it came from.'),
    version: Type.Integer({ description: 'Counts changes; also the ETag.', examples: [1] }),
    createdBy: id('Who wrote it.'),
    createdAt: instant('When it was written.'),
    updatedAt: instant('When it last changed.'),
    voidedAt: nullable(instant('When it was taken out of force.')),
  },
  { title: 'Settlement', description: 'A payment between two members that reduces what is owed.' },
)
export type SettlementResource = Static<typeof SettlementSchema>

export const SettlementPage = pageOf(SettlementSchema, 'SettlementPage')

export const SettlementBody = Type.Object(
  {
    ...people,
    amount: Type.Optional(
      positiveAmount('What the debt shrinks by; may follow from `original`.', '45.00'),
    ),
    currency: Currency,
    original: Type.Optional(
      Type.Object(
        { amount: positiveAmount('What was handed over.', '100.00'), currency: Currency },
        {
          ...closed,
          title: 'PaidOriginal',
          description: 'When it was paid in another currency than the debt.',
        },
      ),
    ),
    ...statedRateFields,
    date: Type.Optional(calendarDate('The day it was paid; today when left out.')),
    notes: Type.Optional(notes),
    force: Type.Optional(
      Type.Boolean({
        description:
          'Pays more than is owed on purpose: the rest is then owed the other way round.',
        examples: [false],
      }),
    ),
  },
  {
    ...closed,
    ...rateGoesWithOriginal,
    if: { required: ['original'] },
    else: { required: ['amount'] },
    title: 'NewSettlement',
    examples: [
      { fromUserId: exampleId, toUserId: otherExampleId, amount: '45.00', currency: 'EUR' },
    ],
  },
)

export const SettleUpQuery = Type.Object(
  {
    strategy: Type.Optional(
      oneOf(
        settleUpStrategies,
        'minimal: the fewest payments; pairwise: only along debts that exist; via: all through one person.',
      ),
    ),
    via: Type.Optional(id('The person through whom all is paid.')),
    explain: Type.Optional(
      Type.Boolean({ description: 'Adds to each payment what led to it.', examples: [true] }),
    ),
  },
  closed,
)

const Reason = Type.Object(
  {
    id: id('Of the expense, settlement or conversion.'),
    type: oneOf(['expense', 'settlement', 'conversion'], 'What it is.'),
    date: calendarDate('When it happened.'),
    description: Type.String({ examples: ['Dinner'] }),
    userId: id('Whom of the two it concerns.'),
    amount: amount('Negative: made the payer owe. Positive: made the receiver be owed.', '-45.00'),
  },
  { title: 'Reason' },
)

const SuggestedSettlement = Type.Object(
  {
    ...people,
    amount: amount('What to pay.', '45.00'),
    currency: Currency,
    reasons: Type.Optional(
      Type.Array(Reason, { description: 'With `explain`: the newest causes, of both people.' }),
    ),
  },
  { title: 'SuggestedSettlement' },
)

const SettleUpPlan = Type.Object(
  {
    currency: Currency,
    optimal: Type.Boolean({ description: 'It is proven that no plan has fewer payments.' }),
    payments: Type.Array(SuggestedSettlement),
  },
  { title: 'SettleUpPlan' },
)

export const SettleUpSchema = Type.Object(
  { plans: Type.Array(SettleUpPlan) },
  { title: 'SettleUp', description: 'One plan per currency in which somebody owes something.' },
)
export type SettleUpResource = Static<typeof SettleUpSchema>
