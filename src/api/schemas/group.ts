import { type Static, Type } from 'typebox'
import { maxParticipants } from '../../domain/expenses/participants.ts'
import { type DefaultSplit, groupKinds, groupRoles } from '../../domain/groups/group.ts'
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
import { amount, ratio } from './money.ts'
import { PageQuery, pageOf } from './page.ts'

export const MemberSchema = Type.Object(
  {
    userId: id('Of the member.'),
    displayName: Type.String({ examples: ['Bob'] }),
    username: nullable(Type.String({ description: 'Null for guests and people from a chat.' })),
    isGuest: Type.Boolean({ description: 'A name without an account.' }),
    role: oneOf(groupRoles, 'In this group.'),
    weight: ratio('How much they bear where the group splits by shares.', '1'),
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

const method = <const Method extends DefaultSplit['method']>(name: Method) =>
  Type.Unsafe<Method>({ type: 'string', const: name })

const EqualDefault = Type.Object(
  { method: method('equal') },
  { ...closed, title: 'EqualDefault', description: 'Everybody bears the same.' },
)
const SharesDefault = Type.Object(
  { method: method('shares') },
  { ...closed, title: 'SharesDefault', description: 'In proportion to the weights of members.' },
)
const PercentageDefault = Type.Object(
  {
    method: method('percentage'),
    participants: Type.Array(
      Type.Object(
        {
          userId: id('Of the member.'),
          percentage: ratio('Up to four decimals.', '60'),
        },
        closed,
      ),
      { minItems: 1, maxItems: maxParticipants },
    ),
  },
  { ...closed, title: 'PercentageDefault', description: 'Percentages that add up to 100.' },
)

export const DefaultSplitSchema = Type.Unsafe<
  Static<typeof EqualDefault> | Static<typeof SharesDefault> | Static<typeof PercentageDefault>
>({
  title: 'DefaultSplit',
  type: 'object',
  description: 'How expenses are divided that do not say.',
  required: ['method'],
  discriminator: { propertyName: 'method' },
  oneOf: [EqualDefault, SharesDefault, PercentageDefault],
})

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
    defaultSplit: DefaultSplitSchema,
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

export const DefaultSplitBody = Type.Object(
  { split: DefaultSplitSchema },
  {
    ...closed,
    title: 'EditDefaultSplit',
    examples: [
      { split: { method: 'shares' } },
      {
        split: {
          method: 'percentage',
          participants: [{ userId: exampleId, percentage: '100' }],
        },
      },
    ],
  },
)

export const MemberParams = Type.Object({
  id: id('Of the group.'),
  userId: id('Of the member.'),
})

export const EditMemberBody = Type.Object(
  {
    role: Type.Optional(oneOf(groupRoles, 'Only owners make and unmake owners.')),
    weight: Type.Optional(
      ratio('How much they bear where the group splits by shares; 0 is allowed.', '2'),
    ),
    displayName: Type.Optional(text('Of a guest.', 'Bob', { most: 100 })),
  },
  {
    ...closed,
    title: 'EditMember',
    description: 'Only what is sent changes.',
    minProperties: 1,
    examples: [{ role: 'admin' }],
  },
)

export const LeavingQuery = Type.Object(
  {
    force: Type.Optional(
      Type.Boolean({
        description: 'In spite of a balance, which then stays; for owners.',
        examples: [false],
      }),
    ),
  },
  closed,
)

export const MergeGuestBody = Type.Object(
  { intoUserId: id('The member who the guest is.') },
  { ...closed, title: 'MergeGuest', examples: [{ intoUserId: exampleId }] },
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
