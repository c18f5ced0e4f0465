import { type TSchema, Type } from 'typebox'
import type { Page, PageKey, PageRequest } from '../../domain/page.ts'
import { RequestError } from '../problem-details.ts'
import { closed, exampleId, formats, nullable } from './fields.ts'

export const mostPerPage = 200
const defaultPerPage = 50

export const PageQuery = Type.Object(
  {
    limit: Type.Integer({
      minimum: 1,
      maximum: mostPerPage,
      default: defaultPerPage,
      description: 'How many items at most.',
      examples: [20],
    }),
    cursor: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'The `nextCursor` of the page before. Leave it out for the first page.',
        examples: [writeCursor({ date: '2026-11-20', id: exampleId })],
      }),
    ),
  },
  closed,
)

export function pageOf<Item extends TSchema>(item: Item, title: string) {
  return Type.Object(
    {
      items: Type.Array(item),
      nextCursor: nullable(
        Type.String({
          description: 'Give it as `cursor` for the next page; null on the last one.',
        }),
      ),
    },
    { title, description: 'One page of a list, newest first.' },
  )
}

export function readPage(query: { limit: number; cursor?: string }): PageRequest {
  return { limit: query.limit, after: query.cursor === undefined ? null : readCursor(query.cursor) }
}

export function presentPage<Item, Resource>(
  page: Page<Item>,
  present: (item: Item) => Resource,
): { items: Resource[]; nextCursor: string | null } {
  return {
    items: page.items.map(present),
    nextCursor: page.next && writeCursor(page.next),
  }
}

function writeCursor(key: PageKey): string {
  return Buffer.from(JSON.stringify([key.date, key.id])).toString('base64url')
}

function readCursor(cursor: string): PageKey {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key) && key.length === 2) {
      const [date, id] = key
      const isWhole = typeof date === 'string' && typeof id === 'string' && formats.uuid.test(id)
      if (isWhole && !Number.isNaN(Date.parse(date))) return { date, id }
    }
  } catch {
    // Not JSON: refused below, like everything else that we did not write.
  }
  throw malformedCursor()
}

export function malformedCursor(): RequestError {
  return new RequestError(400, 'malformed-cursor', 'This cursor is not one of ours.', [
    { pointer: 'cursor', detail: 'Take nextCursor of the page before, unchanged.' },
  ])
}
