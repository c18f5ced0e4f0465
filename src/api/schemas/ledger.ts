import { type Static, Type } from 'typebox'
import { closed, id, nullable, oneOf } from './fields.ts'

export const VerifyQuery = Type.Object(
  { groupId: Type.Optional(id('Only this group; else all of them.')) },
  closed,
)

const Difference = Type.Object(
  {
    groupId: id('Of the group.'),
    userId: id('Whose balance it is; of sums, who wrote the expense.'),
    currency: Type.String({ examples: ['EUR'] }),
    what: oneOf(['amount', 'odd-units', 'expense-sums', 'event-numbers'], 'What differs.'),
    kept: Type.String({ description: 'As it is kept.', examples: ['12.50'] }),
    computed: Type.String({ description: 'As it comes out of the rows.', examples: ['12.51'] }),
    expenseId: nullable(id('The expense whose sums differ.')),
  },
  { title: 'LedgerDifference' },
)

export const LedgerCheckSchema = Type.Object(
  {
    ok: Type.Boolean({ description: 'Everything adds up.' }),
    differences: Type.Array(Difference, { description: 'The first hundred of them.' }),
  },
  { title: 'LedgerCheck' },
)
export type LedgerCheckResource = Static<typeof LedgerCheckSchema>
