import { type Static, Type } from 'typebox'
import { platforms } from '../../domain/accounts/identity.ts'
import { id, instant, nullable, oneOf } from './fields.ts'

export const IdentitySchema = Type.Object(
  {
    id: id('Of the identity.'),
    platform: oneOf(platforms, 'Where it is.'),
    tenant: Type.String({ description: 'The bot or the workspace.', examples: ['T024BE7LD'] }),
    externalId: Type.String({ description: 'Who you are there.', examples: ['U023BECGF'] }),
    username: nullable(Type.String({ examples: ['ann'] })),
    displayName: Type.String({ examples: ['Ann'] }),
    createdAt: instant('When it became known.'),
    lastSeenAt: nullable(instant('When it last spoke.')),
  },
  { title: 'Identity', description: 'Who you are in a chat.' },
)
export type IdentityResource = Static<typeof IdentitySchema>

export const IdentitiesSchema = Type.Object(
  { items: Type.Array(IdentitySchema), nextCursor: Type.Null() },
  { title: 'IdentityList' },
)

export const LinkCodeSchema = Type.Object(
  {
    code: nullable(
      Type.String({
        description: 'Send it to the bot in private as `/link CODE`. Null in a repeated answer.',
        examples: ['7K2MQ4XA'],
      }),
    ),
    expiresAt: instant('Until when it is good, once.'),
  },
  { title: 'LinkCode' },
)
