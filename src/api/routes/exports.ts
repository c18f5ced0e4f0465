import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type ExportedExpense, exportExpenses } from '../../domain/reports/export-expenses.ts'
import { exportPerson, type PersonExport } from '../../domain/reports/export-person.ts'
import { actorOf } from '../plugins/authentication.ts'
import { jsonItems, sendFile } from '../plugins/streamed.ts'
import { presentCategory } from '../presenters/category.ts'
import { presentComment } from '../presenters/comment.ts'
import { presentExpense } from '../presenters/expense.ts'
import { expenseCsvHeader, presentExpenseCsv } from '../presenters/expense-csv.ts'
import { presentGroup } from '../presenters/group.ts'
import { presentIdentity } from '../presenters/identity.ts'
import { presentSettlement } from '../presenters/settlement.ts'
import { presentUser } from '../presenters/user.ts'
import { CategorySchema } from '../schemas/category.ts'
import { CommentSchema } from '../schemas/comment.ts'
import { ExpenseSchema } from '../schemas/expense.ts'
import { amountsNeedCurrency, expenseFilters, readSearch } from '../schemas/expense-query.ts'
import { closed } from '../schemas/fields.ts'
import { GroupSchema } from '../schemas/group.ts'
import { IdentitySchema } from '../schemas/identity.ts'
import { problems } from '../schemas/problem.ts'
import { SettlementSchema } from '../schemas/settlement.ts'
import { UserSchema } from '../schemas/user.ts'
import type { ApiServices } from '../services.ts'

type Options = { readonly services: ApiServices }

const byteOrderMark = '\ufeff'

const ExportQuery = Type.Object(expenseFilters, { ...closed, ...amountsNeedCurrency })
const CsvQuery = Type.Object(
  {
    ...expenseFilters,
    bom: Type.Optional(
      Type.Boolean({
        description: 'Begins with a byte order mark, by which Excel knows that it is UTF-8.',
        examples: [true],
      }),
    ),
  },
  { ...closed, ...amountsNeedCurrency },
)

/** Expenses as files: found like those of the lists, and sent while they are read. */
export const exportRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  const { reads, unitOfWork } = services
  const config = { access: 'user' } as const
  const tags = ['exports']
  const refusals = problems(400, 401, 404, 422)

  app.get(
    '/exports/csv',
    {
      config,
      schema: {
        operationId: 'exportCsv',
        summary: 'Your expenses as a table',
        description:
          'UTF-8 by RFC 4180, newest first: `ownShare` is what you bear, `sharedBy` what each does. A cell that a spreadsheet would run as a formula begins with an apostrophe.',
        tags,
        querystring: CsvQuery,
        response: {
          200: {
            description: 'A line of column names, then one for each expense.',
            content: { 'text/csv': { schema: Type.Unsafe<Readable>({ type: 'string' }) } },
          },
          ...refusals,
        },
      },
    },
    (request, reply) => {
      const { bom, ...filters } = request.query
      const pages = exportExpenses(reads, actorOf(request), readSearch(filters))
      const file = { name: 'expenses.csv', type: 'text/csv; charset=utf-8; header=present' }
      return sendFile(reply, file, csvOf(pages, bom ? byteOrderMark : ''))
    },
  )

  app.get(
    '/exports/json',
    {
      config,
      schema: {
        operationId: 'exportJson',
        summary: 'Your expenses as JSON',
        description: 'As the lists give them, newest first and all of them.',
        tags,
        querystring: ExportQuery,
        response: {
          200: Type.Unsafe<Readable>(
            Type.Object({ items: Type.Array(ExpenseSchema) }, { title: 'ExpenseExport' }),
          ),
          ...refusals,
        },
      },
    },
    (request, reply) => {
      const pages = exportExpenses(reads, actorOf(request), readSearch(request.query))
      const file = { name: 'expenses.json', type: 'application/json; charset=utf-8' }
      return sendFile(reply, file, jsonOf(pages))
    },
  )

  app.get(
    '/users/me/export',
    {
      config,
      schema: {
        operationId: 'exportMe',
        summary: 'Everything about you',
        description:
          'Your profile, chat accounts and comments; the categories, groups, expenses (voided ones too) and settlements of all groups to which you belong.',
        tags: ['users', 'exports'],
        response: {
          200: Type.Unsafe<Readable>(
            Type.Object(
              {
                profile: UserSchema,
                identities: Type.Array(IdentitySchema),
                categories: Type.Array(CategorySchema),
                groups: Type.Array(GroupSchema),
                expenses: Type.Array(ExpenseSchema),
                settlements: Type.Array(SettlementSchema),
                comments: Type.Array(CommentSchema),
              },
              { title: 'PersonExport' },
            ),
          ),
          ...problems(401),
        },
      },
    },
    async (request, reply) => {
      const person = await exportPerson(reads, unitOfWork, actorOf(request))
      const file = { name: 'quits.json', type: 'application/json; charset=utf-8' }
      return sendFile(reply, file, personOf(person))
    },
  )
}

/** Key by key, so that no list is in memory as a whole. */
async function* personOf(person: PersonExport) {
  const { user, identities, categories } = person
  const head = {
    profile: presentUser(user),
    identities: identities.map(presentIdentity),
    categories: categories.map(presentCategory),
  }
  yield JSON.stringify(head).slice(0, -1)
  yield ',"groups":['
  yield* jsonItems(person.groups, presentGroup)
  yield '],"expenses":['
  yield* jsonItems(person.expenses, presentExpense)
  yield '],"settlements":['
  yield* jsonItems(person.settlements, presentSettlement)
  yield '],"comments":['
  yield* jsonItems(person.comments, presentComment)
  yield ']}\n'
}

async function* csvOf(pages: AsyncIterable<readonly ExportedExpense[]>, mark: string) {
  let head = mark + expenseCsvHeader
  for await (const page of pages) {
    yield head + page.map(presentExpenseCsv).join('')
    head = ''
  }
}

async function* jsonOf(pages: AsyncIterable<readonly ExportedExpense[]>) {
  let head = '{"items":['
  for await (const piece of jsonItems(pages, ({ expense }) => presentExpense(expense))) {
    yield head + piece
    head = ''
  }
  yield `${head}]}\n`
}
