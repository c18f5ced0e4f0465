import { type Static, Type } from 'typebox'
import { userRoles } from '../../domain/accounts/user.ts'
import { Currency, closed, id, instant, nullable, oneOf, TimeZoneName, text } from './fields.ts'
import { amount } from './money.ts'

export const UserSchema = Type.Object(
  {
    id: id('Of the user.'),
    username: nullable(Type.String({ description: 'Null for people born in a chat.' })),
    email: nullable(Type.String({ description: 'Null for people born in a chat.' })),
    emailVerifiedAt: nullable(instant('When it was found that mail to the address arrives.')),
    displayName: Type.String({ examples: ['Ann'] }),
    role: oneOf(userRoles, 'On this installation.'),
    locale: Type.String({ description: 'BCP 47 tag.', examples: ['en-GB'] }),
    timeZone: TimeZoneName,
    defaultCurrency: Currency,
    personalGroupId: nullable(id('The group that holds expenses without a `groupId`.')),
    createdAt: instant('When the account was made.'),
    updatedAt: instant('When it last changed.'),
  },
  { title: 'User', description: 'The signed-in person.' },
)
export type UserResource = Static<typeof UserSchema>

export const username = text('2 to 30 letters, digits, dots, dashes or underscores.', 'ann', {
  most: 60,
})
export const email = text('E-mail address.', 'ann@example.com', { most: 254 })
export const displayName = text('How others see this person.', 'Ann', { most: 100 })
export const locale = text('BCP 47 tag.', 'en-GB', { most: 35 })

export function password(description: string) {
  return Type.String({
    format: 'password',
    minLength: 1,
    maxLength: 1024,
    description,
    examples: ['correct horse battery'],
  })
}

export const EditUserBody = Type.Object(
  {
    username: Type.Optional(username),
    email: Type.Optional(email),
    displayName: Type.Optional(displayName),
    locale: Type.Optional(locale),
    timeZone: Type.Optional(TimeZoneName),
    defaultCurrency: Type.Optional(Currency),
    currentPassword: Type.Optional(password('Needed together with `newPassword`.')),
    newPassword: Type.Optional(
      password('8 to 256 characters. Ends every session, this one as well.'),
    ),
  },
  {
    ...closed,
    title: 'EditUser',
    description: 'Only what is sent changes.',
    minProperties: 1,
    dependentRequired: { newPassword: ['currentPassword'], currentPassword: ['newPassword'] },
    examples: [{ displayName: 'Ann', timeZone: 'Europe/Berlin' }],
  },
)

const signedAmount = amount('Positive: you are owed. Negative: you owe.', '-12.50')

export const PersonalBalancesSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          userId: id('The other person.'),
          displayName: Type.String({ examples: ['Bob'] }),
          currency: Currency,
          amount: signedAmount,
        },
        { title: 'PersonalDebt' },
      ),
      { description: 'With each person, over all your groups.' },
    ),
    groups: Type.Array(
      Type.Object(
        {
          groupId: id('Of the group.'),
          groupName: Type.String({ examples: ['Flat 12'] }),
          currency: Currency,
          amount: signedAmount,
        },
        { title: 'PersonalBalance' },
      ),
      { description: 'In each group. Per currency it adds up to the same as `items`.' },
    ),
  },
  { title: 'PersonalBalances' },
)
export type PersonalBalancesResource = Static<typeof PersonalBalancesSchema>
