import { type Static, Type } from 'typebox'
import { groupRoles } from '../../domain/groups/group.ts'
import type { InviteRole } from '../../domain/groups/invite.ts'
import { closed, id, instant, nullable, oneOf } from './fields.ts'

export const InviteParams = Type.Object({
  id: id('Of the group.'),
  inviteId: id('Of the invite.'),
})

export const TokenParams = Type.Object({
  token: Type.String({
    pattern: '^[A-Za-z0-9_-]{16,90}$',
    description: 'From the answer to who made the invite.',
    examples: ['kJ3x0bq0i1vQ2mX9o8yQmQ7mW1dG6o1r0m3l4c5b6a7'],
  }),
})

const inviteRoles = groupRoles.filter((role): role is InviteRole => role !== 'owner')
const role = oneOf(inviteRoles, 'Of whoever follows it.')
const guestUserId = id('The guest whose place the invited person takes over.')
const mostUses = Type.Integer({
  minimum: 1,
  maximum: 1000,
  description: 'How many people may follow it.',
  examples: [1],
})

const shown = {
  id: id('Of the invite.'),
  groupId: id('Of the group it leads into.'),
  role,
  guestUserId: nullable(guestUserId),
  mostUses: nullable(mostUses),
  uses: Type.Integer({ description: 'How many followed it.', examples: [0] }),
  createdBy: id('Who made it.'),
  createdAt: instant('When it was made.'),
  expiresAt: instant('Until when it is good.'),
  revokedAt: nullable(instant('When it was taken back.')),
}

export const InviteSchema = Type.Object(shown, { title: 'Invite' })
export type InviteResource = Static<typeof InviteSchema>

export const NewInviteSchema = Type.Object(
  {
    ...shown,
    token: nullable(
      Type.String({
        description: 'The secret part of the link; in no other answer, and null in a repeated one.',
      }),
    ),
  },
  { title: 'NewInvite' },
)

export const InvitesSchema = Type.Object(
  { items: Type.Array(InviteSchema), nextCursor: Type.Null() },
  { title: 'InviteList', description: 'Those in force, newest first.' },
)

export const InviteBody = Type.Object(
  {
    role: Type.Optional(oneOf(inviteRoles, 'member when left out.')),
    guestUserId: Type.Optional(nullable(guestUserId)),
    expiresInHours: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 2160,
        description: 'A week when left out.',
        examples: [48],
      }),
    ),
    mostUses: Type.Optional(nullable(mostUses)),
  },
  {
    ...closed,
    title: 'CreateInvite',
    description: 'For a guest it can be used once; else any number of times until it expires.',
    examples: [{ role: 'member', expiresInHours: 48 }, {}],
  },
)

export const InvitePreviewSchema = Type.Object(
  {
    groupName: Type.String({ examples: ['Flat 12'] }),
    inviterName: Type.String({ examples: ['Ann'] }),
    role,
    guestName: nullable(
      Type.String({ description: 'Under which the group keeps what you take over.' }),
    ),
    expiresAt: instant('Until when it is good.'),
  },
  { title: 'InvitePreview' },
)
