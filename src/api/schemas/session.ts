import { type Static, Type } from 'typebox'
import { id, instant } from './fields.ts'

export const SessionSchema = Type.Object(
  {
    id: id('Of the session.'),
    userAgent: Type.String({
      description: 'What the program that logged in calls itself.',
      examples: ['Mozilla/5.0 (X11; Linux x86_64)'],
    }),
    isCurrent: Type.Boolean({ description: 'Whether this request belongs to it.' }),
    createdAt: instant('When it began.'),
    lastUsedAt: instant('When it last got new tokens.'),
    expiresAt: instant('When it ends, however often it is refreshed.'),
  },
  { title: 'Session', description: 'A log-in on one device.' },
)
export type SessionResource = Static<typeof SessionSchema>

export const SessionsSchema = Type.Object(
  {
    items: Type.Array(SessionSchema),
    nextCursor: Type.Null({ description: 'The list is always whole.' }),
  },
  { title: 'Sessions', description: 'The newest first.' },
)
