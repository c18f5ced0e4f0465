import { type Static, Type } from 'typebox'
import { sources } from '../../domain/accounts/user.ts'
import { closed, id, instant, nullable, oneOf } from './fields.ts'
import { malformedCursor, PageQuery } from './page.ts'

const EventSchema = Type.Object(
  {
    id: id('Of the event.'),
    seq: Type.String({ description: 'Counts the events of the group.', examples: ['7'] }),
    type: Type.String({
      description: 'What happened. More kinds will come: pass over those you do not know.',
      examples: ['expense.edited'],
    }),
    actorId: id('Who did it.'),
    source: oneOf(sources, 'Through which door.'),
    subjectType: Type.String({ description: 'What it happened to.', examples: ['expense'] }),
    subjectId: id('Of what it happened to.'),
    version: Type.Integer({ description: 'Of what it happened to, after it.', examples: [2] }),
    changes: Type.Array(
      Type.Object(
        {
          field: Type.String({ examples: ['amount'] }),
          from: Type.Unknown({ description: 'Before.' }),
          to: Type.Unknown({ description: 'After.' }),
        },
        { title: 'FieldChange' },
      ),
    ),
    after: Type.Record(Type.String(), Type.Unknown(), {
      description: 'All that people decide about it, as it was after the event.',
    }),
    createdAt: instant('When it happened.'),
  },
  { title: 'Event' },
)
export type EventResource = Static<typeof EventSchema>

export const HistorySchema = Type.Object(
  { items: Type.Array(EventSchema), nextCursor: Type.Null() },
  { title: 'History', description: 'Every change, newest first.' },
)

export const FeedSchema = Type.Object(
  {
    items: Type.Array(EventSchema),
    nextCursor: nullable(
      Type.String({
        description: 'Give it as `cursor` for the next page; null when there is no more for now.',
      }),
    ),
  },
  { title: 'Feed', description: 'Newest first; with `since` in the order in which it happened.' },
)

const seq = '[1-9][0-9]{0,17}'

export const FeedQuery = Type.Object(
  {
    limit: PageQuery.properties.limit,
    cursor: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'The `nextCursor` of the page before, with the same `since`.',
        examples: [writeSeqCursor(7n)],
      }),
    ),
    since: Type.Optional(
      Type.String({
        pattern: `^(0|${seq})$`,
        description:
          'The `seq` of the last event you know, 0 for none: what came after it, oldest first.',
        examples: ['7'],
      }),
    ),
  },
  closed,
)

export function writeSeqCursor(last: bigint): string {
  return Buffer.from(last.toString()).toString('base64url')
}

/** Which events a query asks for; a cursor goes on from the last event of a page in either direction. */
export function readRange({ limit, cursor, since }: Static<typeof FeedQuery>) {
  const last = cursor === undefined ? null : readSeqCursor(cursor)
  if (since === undefined) return { limit, before: last }
  return { limit, after: last ?? BigInt(since) }
}

function readSeqCursor(cursor: string): bigint {
  const text = Buffer.from(cursor, 'base64url').toString()
  if (!new RegExp(`^${seq}$`).test(text)) throw malformedCursor()
  return BigInt(text)
}
