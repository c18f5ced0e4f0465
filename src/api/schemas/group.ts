import { type Static, Type } from 'typebox'
import { groupKinds, groupRoles } from '../../domain/groups/group.ts'
import {
  Currency,
  closed,
  exampleId,
  id,
  instant,
  nullable,
  oneOf,
  TimeZoneName,
  text,
} from './fields.ts'
import { amount } from './money.ts'
import { PageQuery, pageOf } from './page.ts'

export const MemberSchema = Type.Object(
  {
    userId: id('Of the member.'),
    displayName: Type.String({ examples: ['Bob'] }),
    username: nullable(Type.String({ description: 'Null for guests and people from a chat.' })),
    isGuest: Type.Boolean({ description: 'A name without an account.' }),
    role: oneOf(groupRoles, 'In this group.'),
    joinedAt: instant('When they came.'),
    leftAt: nullable(instant('When they left; their entries stay.')),
  },
  { title: 'Member' },
)
export type MemberResource = Static<typeof MemberSchema>

export const MembersSchema = Type.Object(
  { items: Type.Array(MemberSchema), nextCursor: Type.Null() },
  { title: 'MemberList' },
)

export const GroupSchema = Type.Object(
  {
    id: id('Of the group.'),
    kind: oneOf(
      groupKinds,
      'personal: one person; direct: a fixed set of people; shared: all others.',
    ),
    name: Type.String({ examples: ['Flat 12'] }),
    currency: Currency,
    timeZone: TimeZoneName,
    members: Type.Array(MemberSchema),
    version: Type.Integer({ description: 'Counts changes; also the ETag.', examples: [1] }),
    createdBy: id('Who made it.'),
    createdAt: instant('When it was made.'),
    updatedAt: instant('When it last changed.'),
    archivedAt: nullable(instant('When it was put away.')),
  },
  { title: 'Group' },
)
export type GroupResource = Static<typeof GroupSchema>

export const GroupPage = pageOf(GroupSchema, 'GroupPage')

export const GroupQuery = Type.Object(
  {
    ...PageQuery.properties,
    kind: Type.Optional(
      oneOf(groupKinds, 'Only groups of this kind; else shared and direct ones.'),
    ),
  },
  closed,
)

const name = text('Up to 100 characters.', 'Flat 12', { most: 100 })

export const GroupBody = Type.Object(
  {
    name,
    currency: Type.Optional(Currency),
    timeZone: Type.Optional(TimeZoneName),
  },
  {
    ...closed,
    title: 'NewGroup',
    description: 'Currency and time zone are your own when left out.',
    examples: [{ name: 'Flat 12', currency: 'EUR', timeZone: 'Europe/Berlin' }],
  },
)

export const EditGroupBody = Type.Object(
  {
    name: Type.Optional(name),
    currency: Type.Optional(Currency),
    timeZone: Type.Optional(TimeZoneName),
  },
  {
    ...closed,
    title: 'EditGroup',
    description: 'Only what is sent changes. Expenses already recorded keep their currency.',
    minProperties: 1,
    examples: [{ name: 'Flat 14' }],
  },
)

const role = Type.Optional(oneOf(['admin', 'member', 'viewer'], 'member when left out.'))

export const MemberBody = Type.Unsafe<
  { role?: 'admin' | 'member' | 'viewer' } & ({ userId: string } | { guestName: string })
>(
  Type.Object(
    {
      userId: Type.Optional(id('Of somebody who has an account.')),
      guestName: Type.Optional(
        text('A name for somebody without an account.', 'Bob', { most: 100 }),
      ),
      role,
    },
    {
      ...closed,
      title: 'NewMember',
      description: 'Give either `userId` or `guestName`.',
      oneOf: [{ required: ['userId'] }, { required: ['guestName'] }],
      examples: [{ guestName: 'Bob' }, { userId: exampleId, role: 'admin' }],
    },
  ),
)

export const BalancesSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          userId: id('Of the member.'),
          currency: Currency,
          amount: amount('Positive: is owed. Negative: owes.', '-12.50'),
        },
        { title: 'Balance' },
      ),
    ),
  },
  { title: 'Balances', description: 'Per currency they add up to zero.' },
)
export type BalancesResource = Static<typeof BalancesSchema>
