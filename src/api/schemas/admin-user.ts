import { type Static, Type } from 'typebox'
import { userRoles } from '../../domain/accounts/user.ts'
import { closed, instant, nullable, oneOf } from './fields.ts'
import { PageQuery, pageOf } from './page.ts'
import { displayName, UserSchema } from './user.ts'

export const ManagedUserSchema = Type.Object(
  {
    ...UserSchema.properties,
    disabledAt: nullable(instant('Since when the account is disabled.')),
  },
  { title: 'ManagedUser', description: 'A person as admins see them.' },
)
export type ManagedUserResource = Static<typeof ManagedUserSchema>
export const ManagedUserPage = pageOf(ManagedUserSchema, 'ManagedUserPage')

export const FindUsersQuery = Type.Object(
  {
    ...PageQuery.properties,
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'How the username, the address or the shown name begins.',
        examples: ['ann'],
      }),
    ),
  },
  closed,
)

export const ManageUserBody = Type.Object(
  {
    role: Type.Optional(oneOf(userRoles, 'On this installation.')),
    isDisabled: Type.Optional(
      Type.Boolean({ description: 'Whether the account is locked out.', examples: [true] }),
    ),
    displayName: Type.Optional(displayName),
  },
  {
    ...closed,
    title: 'ManageUser',
    description: 'Only what is sent changes.',
    minProperties: 1,
    examples: [{ role: 'admin' }],
  },
)

export const AccountTokenSchema = Type.Object(
  {
    token: nullable(
      Type.String({
        description: 'Good once, shown this once. Null in a repeated answer.',
        examples: ['kJ3x0bq0i1vQ2mX9o8yQmQ7mW1dG6o1r0m3l4c5b6a7'],
      }),
    ),
    expiresAt: instant('Until when it is good.'),
  },
  { title: 'OneTimeToken' },
)

const count = (description: string) => Type.Integer({ description, examples: [42] })

export const FiguresSchema = Type.Object(
  {
    users: count('People with a login.'),
    groups: count('Shared groups that are not archived.'),
    expenses: count('Of all groups, voided ones too; from 100,000 on an estimate.'),
    last24Hours: Type.Object(
      {
        users: count('Who registered.'),
        groups: count('Shared groups made.'),
        expenses: count('Recorded.'),
        sessions: count('Log-ins.'),
      },
      { title: 'RecentFigures' },
    ),
  },
  { title: 'Figures', description: 'How much there is. Nothing about anybody.' },
)
