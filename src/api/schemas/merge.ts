import { type Static, Type } from 'typebox'
import { Currency, closed, exampleId, id, otherExampleId } from './fields.ts'
import { amount } from './money.ts'

const people = {
  fromUserId: id('Who is to become the other one. Without a login.'),
  intoUserId: id('Who remains.'),
}

export const MergeQuery = Type.Object(people, closed)

export const MergeBody = Type.Object(people, {
  ...closed,
  title: 'MergeUsers',
  examples: [{ fromUserId: exampleId, intoUserId: otherExampleId }],
})

const Person = Type.Object(
  { userId: id('Of the person.'), displayName: Type.String({ examples: ['Bob'] }) },
  { title: 'Person' },
)
const count = (description: string) => Type.Integer({ description, examples: [3] })

export const MergePreviewSchema = Type.Object(
  {
    from: Person,
    into: Person,
    groups: Type.Array(
      Type.Object(
        {
          groupId: id('Of the group.'),
          groupName: Type.String({ examples: ['Flat 12'] }),
          expenses: count('That change hands.'),
          joinedExpenses: count('Of those, on which both stand: their shares are added.'),
          settlements: count('That change hands.'),
          voidedSettlements: count('Payments between the two, which go out of force.'),
          balances: Type.Array(
            Type.Object(
              {
                currency: Currency,
                amount: amount('Of who remains. Positive: is owed. Negative: owes.'),
              },
              { title: 'CurrencyAmount' },
            ),
          ),
        },
        { title: 'GroupMerge' },
      ),
    ),
  },
  { title: 'MergePreview', description: 'What a merge would do. Nothing changed yet.' },
)
export type MergePreviewResource = Static<typeof MergePreviewSchema>
