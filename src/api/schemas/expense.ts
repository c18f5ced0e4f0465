import { type Static, Type } from 'typebox'
import { sources } from '../../domain/accounts/user.ts'
import { expenseKinds } from '../../domain/expenses/expense.ts'
import { maxParticipants } from '../../domain/expenses/participants.ts'
import { shareStatuses } from '../../domain/expenses/share-status.ts'
import {
  ChangedOriginal,
  conversionFields,
  OriginalBody,
  rateGoesWithOriginal,
  statedRateFields,
} from './conversion.ts'
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
import { amount, nonZeroAmount } from './money.ts'
import { PayerBody, SplitSchema } from './split.ts'

const decided = {
  kind: oneOf(expenseKinds, 'Income mirrors an expense and never counts as spending.'),
  amount: nonZeroAmount('In major units, below 10^12; negative for a refund.', '90.00'),
  currency: Currency,
  description: text('What it was for.', 'Dinner', { most: 500 }),
  notes: text('Anything else.', '', { least: 0, most: 5000 }),
  date: calendarDate('The day it was spent.'),
  categoryId: nullable(id('Of a category usable in this group.')),
  tags: Type.Array(text('A tag.', 'holiday', { most: 50 }), { maxItems: 20 }),
}

const payers = Type.Array(PayerBody, {
  minItems: 1,
  maxItems: maxParticipants,
  description: 'You pay all when left out.',
})

/** Items make the amount, a rate makes it, and a refund without one gives all back. */
const amountUnlessKnown = {
  if: {
    anyOf: [
      {
        required: ['split'],
        properties: {
          split: {
            type: 'object',
            required: ['method'],
            properties: { method: { const: 'itemized' } },
          },
        },
      },
      { required: ['refundOf'], properties: { refundOf: { type: 'string' } } },
      { required: ['original'] },
    ],
  },
  else: { required: ['amount'] },
}

const newExpense = {
  kind: Type.Optional(decided.kind),
  amount: Type.Optional(decided.amount),
  currency: decided.currency,
  original: Type.Optional(OriginalBody),
  ...statedRateFields,
  description: decided.description,
  notes: Type.Optional(decided.notes),
  date: Type.Optional(decided.date),
  categoryId: Type.Optional(decided.categoryId),
  tags: Type.Optional(decided.tags),
  payers: Type.Optional(payers),
  split: Type.Optional(SplitSchema),
  refundOf: Type.Optional(
    nullable(
      id('The expense of which this gives back all, or a part: payers and shares follow it.'),
    ),
  ),
}
const example = {
  amount: '90.00',
  currency: 'EUR',
  description: 'Dinner',
  date: '2026-11-20',
}

const two = [{ userId: exampleId }, { userId: otherExampleId }] as const
const sharedExamples = [
  example,
  {
    ...example,
    split: {
      method: 'exact',
      participants: [
        { ...two[0], amount: '60.00' },
        { ...two[1], amount: '30.00' },
      ],
    },
  },
  {
    ...example,
    split: {
      method: 'adjustment',
      participants: [
        { ...two[0], adjustment: '10.00' },
        { ...two[1], adjustment: '0' },
      ],
    },
  },
  {
    currency: 'EUR',
    description: 'Dinner with tip',
    split: {
      method: 'itemized',
      items: [
        { name: 'Pizza', quantity: '2', unitPrice: '9.50', participants: two },
        { name: 'Wine', unitPrice: '24.00', participants: [two[0]] },
      ],
      extras: [{ kind: 'tip', percentage: '10', distribution: 'proportional' }],
    },
  },
]

/** What is recorded in a group named by the path. */
export const SharedExpenseBody = Type.Object(newExpense, {
  ...closed,
  ...amountUnlessKnown,
  ...rateGoesWithOriginal,
  title: 'NewGroupExpense',
  description: 'Divided equally among the active members when `split` is left out.',
  examples: sharedExamples,
})
export type SharedExpenseInput = Static<typeof SharedExpenseBody>

export const NewExpenseBody = Type.Object(
  {
    ...newExpense,
    groupId: Type.Optional(nullable(id('Your personal group when left out.'))),
  },
  {
    ...closed,
    ...amountUnlessKnown,
    ...rateGoesWithOriginal,
    title: 'NewExpense',
    examples: [
      example,
      {
        ...example,
        groupId: exampleId,
        payers: [{ userId: exampleId, amount: '90.00' }],
        split: { method: 'percentage', participants: [{ userId: exampleId, percentage: '100' }] },
      },
    ],
  },
)

export const ReplaceExpenseBody = Type.Object(newExpense, {
  ...closed,
  ...amountUnlessKnown,
  ...rateGoesWithOriginal,
  title: 'ReplaceExpense',
  description:
    'All of it: what is left out goes to its default, as when recording, but for the date, which stays.',
  examples: [example],
})

export const EditExpenseBody = Type.Object(
  {
    kind: Type.Optional(decided.kind),
    amount: Type.Optional(decided.amount),
    currency: Type.Optional(decided.currency),
    original: Type.Optional(ChangedOriginal),
    ...statedRateFields,
    description: Type.Optional(decided.description),
    notes: Type.Optional(decided.notes),
    date: Type.Optional(decided.date),
    categoryId: Type.Optional(decided.categoryId),
    tags: Type.Optional(decided.tags),
    payers: Type.Optional(payers),
    split: Type.Optional(SplitSchema),
  },
  {
    ...closed,
    title: 'EditExpense',
    description: 'Only what is sent changes.',
    minProperties: 1,
    dependentRequired: { rateDate: ['rate'], rateSource: ['rate'] },
    if: { not: { required: ['original'], properties: { original: { type: 'null' } } } },
    else: { properties: { rate: false } },
    examples: [{ amount: '84.50' }],
  },
)
export type EditExpenseInput = Static<typeof EditExpenseBody>

const PaidShare = Type.Object(
  { userId: id('Of the payer.'), amount: amount('What they paid.', '90.00') },
  { title: 'PaidShare' },
)
const OwedShare = Type.Object(
  {
    userId: id('Of the participant.'),
    amount: amount('What they bear.', '45.00'),
    status: oneOf(shareStatuses, 'Whether this share was paid back.'),
    oddUnits: Type.Optional(
      Type.Integer({
        description: 'How many minor units of it come from rounding.',
        examples: [1],
      }),
    ),
  },
  { title: 'OwedShare' },
)
const RoundingNote = Type.Object(
  {
    userId: id('Who bears it.'),
    amount: amount('The part that could not be divided.', '0.01'),
    text: Type.String({ examples: ['Bears the 0.01 EUR that could not be divided.'] }),
  },
  { title: 'RoundingNote' },
)

export const ExpenseSchema = Type.Object(
  {
    id: id('Of the expense.'),
    groupId: id('Of the group it belongs to; never changes.'),
    ...decided,
    userId: id('Who paid, or paid most.'),
    payers: Type.Array(PaidShare, { description: 'Add up to the amount.' }),
    split: SplitSchema,
    splits: Type.Array(OwedShare, { description: 'Add up to the amount.' }),
    isShared: Type.Boolean({ description: 'Whether it concerns more than one person.' }),
    roundingNote: nullable(
      Type.Array(RoundingNote, { description: 'Who bears what could not be divided.' }),
    ),
    refundOf: nullable(id('The expense it refunds.')),
    ...conversionFields,
    source: oneOf(sources, 'Where it came from.'),
    version: Type.Integer({ description: 'Counts changes; also the ETag.', examples: [1] }),
    createdBy: id('Who wrote it.'),
    createdAt: instant('When it was written.'),
    updatedAt: instant('When it last changed.'),
    voidedAt: nullable(instant('When it was taken out of force.')),
  },
  { title: 'Expense' },
)
export type ExpenseResource = Static<typeof ExpenseSchema>

export const RevertBody = Type.Object(
  {
    version: Type.Integer({
      minimum: 1,
      maximum: 1_000_000_000,
      description: 'The version to go back to, as the history names it.',
      examples: [1],
    }),
  },
  { ...closed, title: 'RevertExpense', examples: [{ version: 1 }] },
)

export const ShareParams = Type.Object({
  id: id('Of the group.'),
  expenseId: id('Of the expense.'),
  userId: id('Whose share it is.'),
})

export const ShareStatusBody = Type.Object(
  { status: oneOf(shareStatuses, 'Whether this share was paid back.') },
  { ...closed, title: 'ShareStatus', examples: [{ status: 'settled' }] },
)
