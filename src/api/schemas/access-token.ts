import { type Static, Type } from 'typebox'
import { scopes } from '../../domain/accounts/access-token.ts'
import { closed, exampleId, id, instant, nullable, oneOf, text } from './fields.ts'

const name = text('What it is for.', 'Import from the bank', { most: 100 })
const scopeList = Type.Array(
  oneOf(scopes, '`groups` is for groups, their members and invites; `write` for all else.'),
  {
    minItems: 1,
    maxItems: scopes.length,
    uniqueItems: true,
    description: 'What it may do. None includes another.',
    examples: [['read', 'write']],
  },
)
const groupIds = Type.Array(id('Of a group of yours.'), {
  minItems: 1,
  maxItems: 100,
  uniqueItems: true,
  description: 'The only groups it reaches; null: all of yours, also those to come.',
  examples: [[exampleId]],
})

const fields = {
  id: id('Of the token.'),
  name,
  scopes: scopeList,
  groupIds: nullable(groupIds),
  createdAt: instant('When it was made.'),
  expiresAt: nullable(instant('When it ends; null: when it is deleted.')),
  lastUsedAt: nullable(instant('When it last came, to the minute.')),
}

export const AccessTokenSchema = Type.Object(fields, {
  title: 'AccessToken',
  description: 'A key for a program of yours.',
})
export type AccessTokenResource = Static<typeof AccessTokenSchema>

export const CreatedAccessTokenSchema = Type.Object(
  {
    ...fields,
    token: nullable(
      Type.String({
        description: 'The secret, shown this once. Null in a repeated answer.',
        examples: ['quits_pat_kJ3x0bq0i1vQ2mX9o8yQmQ7mW1dG6o1r0m3l4c5b6a7'],
      }),
    ),
  },
  { title: 'CreatedAccessToken' },
)

export const AccessTokensSchema = Type.Object(
  {
    items: Type.Array(AccessTokenSchema),
    nextCursor: Type.Null({ description: 'The list is always whole.' }),
  },
  { title: 'AccessTokens', description: 'The newest first.' },
)

export const CreateAccessTokenBody = Type.Object(
  {
    name,
    scopes: scopeList,
    groupIds: Type.Optional(nullable(groupIds)),
    expiresAt: Type.Optional(nullable(instant('When it is to end.'))),
  },
  {
    ...closed,
    title: 'NewAccessToken',
    examples: [{ name: 'Import from the bank', scopes: ['read', 'write'] }],
  },
)
