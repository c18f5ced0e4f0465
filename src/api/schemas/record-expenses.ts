import { type Static, Type } from 'typebox'
import { DomainError } from '../../domain/errors.ts'
import { type ExpenseToRecord, mostExpensesAtOnce } from '../../domain/expenses/record-expenses.ts'
import { ExpenseSchema, NewExpenseBody } from './expense.ts'
import { closed } from './fields.ts'
import { readNewExpense } from './read-expense.ts'

export const DryRunQuery = Type.Object(
  {
    dryRun: Type.Optional(
      Type.Boolean({
        description:
          'Only shows what would come of it, shares and rounding included: nothing is written, no key is used up, and the `id` of a new expense is good for nothing.',
        examples: [false],
      }),
    ),
  },
  closed,
)

/** Examples belong to whole bodies; here they would make another schema of the same name. */
const NewExpenseItem = Type.Unsafe<Static<typeof NewExpenseBody>>(
  Object.fromEntries(Object.entries(NewExpenseBody).filter(([key]) => key !== 'examples')),
)

export const NewExpensesBody = Type.Object(
  { items: Type.Array(NewExpenseItem, { minItems: 1, maxItems: mostExpensesAtOnce }) },
  {
    ...closed,
    title: 'NewExpenses',
    examples: [
      {
        items: [
          { amount: '12.50', currency: 'EUR', description: 'Lunch' },
          { amount: '3.20', currency: 'EUR', description: 'Coffee' },
        ],
      },
    ],
  },
)

export const RecordedExpensesSchema = Type.Object(
  { items: Type.Array(ExpenseSchema, { description: 'In the order in which they were sent.' }) },
  { title: 'RecordedExpenses' },
)

/** One item; what cannot be read is kept as its refusal, to be named with all the others. */
export function readExpenseToRecord(item: Static<typeof NewExpenseBody>): ExpenseToRecord {
  const { groupId } = item
  try {
    return { ...readNewExpense(item), ...(groupId ? { groupId } : {}) }
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}
