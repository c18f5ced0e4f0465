import { type Static, type TProperties, Type } from 'typebox'
import {
  extraDistributions,
  extraKinds,
  maxExtras,
  maxItems,
} from '../../domain/expenses/itemized-split.ts'
import { maxParticipants } from '../../domain/expenses/participants.ts'
import type { SplitMethod } from '../../domain/expenses/split.ts'
import { closed, id, oneOf, text } from './fields.ts'
import { amount, ratio } from './money.ts'

function participants<Detail extends TProperties>(detail: Detail) {
  return Type.Array(Type.Object({ userId: id('Of the participant.'), ...detail }, closed), {
    minItems: 1,
    maxItems: maxParticipants,
  })
}

function method<const Method extends SplitMethod>(name: Method) {
  return Type.Unsafe<Method>({ type: 'string', const: name })
}

const EqualSplit = Type.Object(
  { method: method('equal'), participants: participants({}) },
  { ...closed, title: 'EqualSplit', description: 'Everybody bears the same.' },
)
const ExactSplit = Type.Object(
  {
    method: method('exact'),
    participants: participants({ amount: amount('What they bear.', '6.25') }),
  },
  { ...closed, title: 'ExactSplit', description: 'Amounts that add up to the whole.' },
)
const PercentageSplit = Type.Object(
  {
    method: method('percentage'),
    participants: participants({ percentage: ratio('Up to four decimals.', '60') }),
  },
  { ...closed, title: 'PercentageSplit', description: 'Percentages that add up to 100.' },
)
const SharesSplit = Type.Object(
  {
    method: method('shares'),
    participants: participants({ shares: ratio('Weight; zero is allowed.', '2') }),
  },
  { ...closed, title: 'SharesSplit', description: 'In proportion to weights.' },
)
const AdjustmentSplit = Type.Object(
  {
    method: method('adjustment'),
    participants: participants({ adjustment: amount('On top of the equal part.', '-5.00') }),
  },
  { ...closed, title: 'AdjustmentSplit', description: 'Equal, plus or minus an amount each.' },
)

const Item = Type.Object(
  {
    name: text('What stands on the line.', 'Pizza', { least: 0, most: 200 }),
    quantity: Type.Optional(ratio('Up to three decimals; 1 when left out.', '2')),
    unitPrice: amount('Of one.', '9.50'),
    participants: participants({ shares: Type.Optional(ratio('Weight; 1 when left out.', '1')) }),
  },
  { ...closed, title: 'SplitItem' },
)
const Extra = Type.Object(
  {
    kind: oneOf(extraKinds, 'A discount is written as a positive figure and subtracted.'),
    amount: Type.Optional(amount('Either this or a percentage.', '4.00')),
    percentage: Type.Optional(ratio('Of the sum of the items.', '10')),
    distribution: oneOf(extraDistributions, 'In proportion to the items, or equally.'),
  },
  { ...closed, title: 'SplitExtra' },
)
const ItemizedSplit = Type.Object(
  {
    method: method('itemized'),
    items: Type.Array(Item, { minItems: 1, maxItems: maxItems }),
    extras: Type.Optional(Type.Array(Extra, { maxItems: maxExtras })),
  },
  {
    ...closed,
    title: 'ItemizedSplit',
    description: 'Lines of a receipt with their own people. Extras apply in order.',
  },
)

const variants = [
  EqualSplit,
  ExactSplit,
  PercentageSplit,
  SharesSplit,
  AdjustmentSplit,
  ItemizedSplit,
]

/** The discriminator makes faults speak of the one method that was meant, not of all six. */
export const SplitSchema = Type.Unsafe<
  | Static<typeof EqualSplit>
  | Static<typeof ExactSplit>
  | Static<typeof PercentageSplit>
  | Static<typeof SharesSplit>
  | Static<typeof AdjustmentSplit>
  | Static<typeof ItemizedSplit>
>({
  title: 'Split',
  type: 'object',
  description: 'How the amount is divided.',
  required: ['method'],
  discriminator: { propertyName: 'method' },
  oneOf: variants,
})
export type SplitResource = Static<typeof SplitSchema>

export const PayerBody = Type.Object(
  {
    userId: id('Of the payer.'),
    amount: Type.Optional(amount('What they paid.', '90.00')),
    percentage: Type.Optional(ratio('Their part of the amount.', '50')),
    shares: Type.Optional(ratio('Weight.', '1')),
  },
  {
    ...closed,
    title: 'Payer',
    description: 'Give `amount`, `percentage` or `shares`; all payers of an expense the same.',
    oneOf: [{ required: ['amount'] }, { required: ['percentage'] }, { required: ['shares'] }],
  },
)
export type PayerInputResource = Static<typeof PayerBody>
