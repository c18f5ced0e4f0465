import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { invalid } from '../../domain/errors.ts'
import { expenseKinds } from '../../domain/expenses/expense.ts'
import type { ChangeKey } from '../../domain/expenses/expense-ports.ts'
import type { ExpenseSearch } from '../../domain/expenses/find-expenses.ts'
import { parseCurrency } from '../../domain/money/currencies.ts'
import type { PageKey } from '../../domain/page.ts'
import { parseCalendarDate } from '../../domain/time/calendar-date.ts'
import { ExpenseSchema } from './expense.ts'
import {
  Currency,
  calendarDate,
  closed,
  exampleId,
  formats,
  id,
  instant,
  nullable,
  oneOf,
} from './fields.ts'
import { amount, readAmount } from './money.ts'
import { malformedCursor, PageQuery } from './page.ts'

function words(description: string, example: string, most: number) {
  return Type.String({
    minLength: 1,
    maxLength: most,
    pattern: '^[^\\x00-\\x1f\\x7f]+$',
    description,
    examples: [example],
  })
}

/** What expenses are looked for by; lists and exports share it. */
export const expenseFilters = {
  text: Type.Optional(
    words(
      'Words in the description or the notes, in any order and in any spelling of case and accents; a part of a word will do.',
      'dinner rome',
      200,
    ),
  ),
  groupId: Type.Optional(id('Only of this group.')),
  categoryId: Type.Optional(id('Of this category, or of one below it.')),
  tag: Type.Optional(words('With this tag, exactly.', 'holiday', 50)),
  personId: Type.Optional(id('Paid or shared by this person.')),
  payerId: Type.Optional(id('Paid by this person, alone or with others.')),
  kind: Type.Optional(oneOf(expenseKinds, 'Only costs, or only income.')),
  currency: Type.Optional(Currency),
  minAmount: Type.Optional(
    amount('This much or more; needs `currency`. Refunds are negative.', '10.00'),
  ),
  maxAmount: Type.Optional(amount('This much or less; needs `currency`.', '50.00')),
  from: Type.Optional(calendarDate('The first day.')),
  to: Type.Optional(calendarDate('The last day; it counts.')),
  includeVoided: Type.Optional(
    Type.Boolean({
      description: 'Also those that were taken out of force, marked by `voidedAt`.',
      examples: [true],
    }),
  ),
}
export const amountsNeedCurrency = {
  dependentRequired: { minAmount: ['currency'], maxAmount: ['currency'] },
}

const Filters = Type.Object(expenseFilters)
export type FilterInput = Static<typeof Filters>

const lists = {
  limit: PageQuery.properties.limit,
  cursor: Type.Optional(
    Type.String({
      maxLength: 300,
      description: 'The `nextCursor` of the page before, with the same filters.',
      examples: [encoded(['2026-11-20', exampleId, '0000000000000000'])],
    }),
  ),
  updatedSince: Type.Optional(
    Type.String({
      format: 'date-time',
      pattern:
        '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$',
      description:
        'For a copy elsewhere: what changed since then, oldest change first, voided expenses too. The last page has no `nextCursor` but `syncedUntil`, which is the next `updatedSince`. Filters apply to how an expense is now. Changes show up some seconds late, so that none is missed; what was written before you joined a group is no change.',
      examples: ['2026-11-20T18:30:00.000Z'],
    }),
  ),
}

export const ExpenseQuery = Type.Object(
  { ...expenseFilters, ...lists },
  { ...closed, ...amountsNeedCurrency },
)
export type ExpenseQueryInput = Static<typeof ExpenseQuery>

const { groupId: _group, ...filtersInGroup } = expenseFilters
export const GroupExpenseQuery = Type.Object(
  { ...filtersInGroup, ...lists },
  { ...closed, ...amountsNeedCurrency },
)
const { categoryId: _category, ...filtersInCategory } = expenseFilters
export const CategoryExpenseQuery = Type.Object(
  { ...filtersInCategory, ...lists },
  { ...closed, ...amountsNeedCurrency },
)

export const ExpenseListSchema = Type.Object(
  {
    items: Type.Array(ExpenseSchema),
    nextCursor: nullable(
      Type.String({
        description: 'Give it as `cursor` for the next page; null on the last one.',
      }),
    ),
    syncedUntil: Type.Optional(
      instant('On the last page of changes: give it as the next `updatedSince`.'),
    ),
  },
  {
    title: 'ExpensePage',
    description: 'One page, newest first; with `updatedSince` oldest change first.',
  },
)

export function readSearch(query: FilterInput): ExpenseSearch {
  const { minAmount, maxAmount, currency, from, to, personId, ...rest } = query
  const code = currency === undefined ? null : parseCurrency(currency, 'currency')
  return {
    ...rest,
    ...(code ? { currency: code } : {}),
    ...(personId === undefined ? {} : { involving: [personId] }),
    ...(code && minAmount !== undefined
      ? { minAmount: readAmount(minAmount, code, 'minAmount') }
      : {}),
    ...(code && maxAmount !== undefined
      ? { maxAmount: readAmount(maxAmount, code, 'maxAmount') }
      : {}),
    ...(from === undefined ? {} : { from: parseCalendarDate(from, 'from') }),
    ...(to === undefined ? {} : { to: parseCalendarDate(to, 'to') }),
  }
}

export function readUpdatedSince(text: string): Date {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) {
    throw invalid('impossible-date', `There is no such moment as ${text}.`, {}, 'updatedSince')
  }
  return at
}

/** A cursor belongs to the list it came from: with other filters it would leave expenses out. */
export function listFingerprint(path: string, query: object): string {
  const { limit: _, cursor: __, ...filters } = query as Record<string, unknown>
  const sorted = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([path, sorted]))
    .digest('hex')
    .slice(0, 16)
}

export function writeListCursor(key: PageKey, fingerprint: string): string {
  return encoded([key.date, key.id, fingerprint])
}

export function readListCursor(cursor: string, fingerprint: string): PageKey {
  const [date, id] = decoded(cursor, 3, fingerprint)
  if (!formats.date.test(date!)) throw malformedCursor()
  return { date: parseCalendarDate(date!, 'cursor'), id: id! }
}

export function writeChangeCursor(key: ChangeKey, before: Date, fingerprint: string): string {
  return encoded([key.at.toISOString(), key.id, before.toISOString(), fingerprint])
}

export function readChangeCursor(
  cursor: string,
  fingerprint: string,
): { after: ChangeKey; before: Date } {
  const [at, id, until] = decoded(cursor, 4, fingerprint)
  return { after: { at: instantIn(at!), id: id! }, before: instantIn(until!) }
}

function encoded(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function decoded(cursor: string, count: number, fingerprint: string): readonly string[] {
  const parts = parsed(cursor)
  const isOurs =
    parts.length === count &&
    parts.every((part) => typeof part === 'string') &&
    formats.uuid.test(parts[1] as string)
  if (!isOurs || parts.at(-1) !== fingerprint) throw malformedCursor()
  return parts as string[]
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

function instantIn(text: string): Date {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw malformedCursor()
  return at
}
