import type { ExportedExpense } from '../../domain/reports/export-expenses.ts'
import { csvLine } from '../csv.ts'
import { amountText } from '../schemas/money.ts'

/** A column and what stands in it: amounts as numbers, people as "Ann 45.00; Bob 45.00". */
const columns: Readonly<Record<string, (row: ExportedExpense) => string>> = {
  id: ({ expense }) => expense.id,
  date: ({ expense }) => expense.spentOn,
  description: ({ expense }) => expense.description,
  category: ({ categoryName }) => categoryName ?? '',
  kind: ({ expense }) => expense.kind,
  amount: ({ expense }) => amountText(expense.amount),
  currency: ({ expense }) => expense.amount.currency,
  ownShare: ({ ownShare }) => amountText(ownShare),
  paidBy: ({ expense, nameOf }) => shares(expense.payers, nameOf),
  sharedBy: ({ expense, nameOf }) => shares(expense.splits, nameOf),
  group: ({ groupName }) => groupName,
  notes: ({ expense }) => expense.notes,
  tags: ({ expense }) => expense.tags.join('; '),
  originalAmount: ({ expense: { conversion } }) =>
    conversion ? amountText(conversion.original) : '',
  originalCurrency: ({ expense: { conversion } }) => conversion?.original.currency ?? '',
  rate: ({ expense: { conversion } }) => conversion?.rate ?? '',
  createdBy: ({ expense, nameOf }) => nameOf(expense.createdBy),
  createdAt: ({ expense }) => expense.createdAt.toISOString(),
  updatedAt: ({ expense }) => expense.updatedAt.toISOString(),
  voidedAt: ({ expense }) => expense.voidedAt?.toISOString() ?? '',
}

export const expenseCsvHeader = csvLine(Object.keys(columns))

export function presentExpenseCsv(row: ExportedExpense): string {
  return csvLine(Object.values(columns).map((cell) => cell(row)))
}

function shares(
  list: ExportedExpense['expense']['payers'],
  nameOf: (id: string) => string,
): string {
  return list.map(({ userId, amount }) => `${nameOf(userId)} ${amountText(amount)}`).join('; ')
}
