import type { Source } from '../../domain/accounts/user.ts'
import type { Expense, ExpenseKind } from '../../domain/expenses/expense.ts'
import { decodeTerms } from '../../domain/expenses/terms.ts'
import type { CurrencyCode } from '../../domain/money/currencies.ts'
import type { CalendarDate } from '../../domain/time/calendar-date.ts'
import { toMoney } from '../columns.ts'
import { toConversion } from '../conversion-columns.ts'

/**
 * An expense with its shares in one statement: read by two, an edit between them would show the old
 * amount with the new shares. Amounts travel as text, because JSON numbers are floats.
 */
export const selectExpenses = `
  select e.*,
    (select json_agg(json_build_object('userId', p.user_id, 'amount', cast(p.amount as text)) order by p.position)
     from expense_payers p where p.group_id = e.group_id and p.expense_id = e.id) as payers,
    (select json_agg(json_build_object('userId', s.user_id, 'amount', cast(s.amount as text), 'oddUnits', s.odd_units)
       order by s.position)
     from expense_splits s where s.group_id = e.group_id and s.expense_id = e.id) as splits,
    (select json_agg(json_build_object('fromUserId', t.from_user_id, 'toUserId', t.to_user_id,
       'amount', cast(t.amount as text)) order by t.id)
     from settlements t where t.group_id = e.group_id and t.expense_id = e.id and t.voided_at is null) as settled_by`

export type ExpenseRow = {
  id: string
  group_id: string
  kind: ExpenseKind
  amount: string
  currency: string
  description: string
  notes: string
  spent_on: string
  category_id: string | null
  tags: string[]
  terms: unknown
  refund_of: string | null
  original_amount: string | null
  original_currency: string | null
  rate: string | null
  rate_on: string | null
  rate_source: string | null
  source: Source
  version: number
  created_by: string
  created_at: Date
  updated_at: Date
  voided_at: Date | null
  payers: { userId: string; amount: string }[]
  splits: { userId: string; amount: string; oddUnits: number }[]
  settled_by: { fromUserId: string; toUserId: string; amount: string }[] | null
}

export function toExpense(row: ExpenseRow): Expense {
  const currency = row.currency as CurrencyCode
  return {
    id: row.id,
    groupId: row.group_id,
    kind: row.kind,
    amount: toMoney(row.amount, currency),
    description: row.description,
    notes: row.notes,
    spentOn: row.spent_on as CalendarDate,
    categoryId: row.category_id,
    tags: row.tags,
    payers: row.payers.map((paid) => ({
      userId: paid.userId,
      amount: toMoney(paid.amount, currency),
    })),
    splits: row.splits.map((owed) => ({
      userId: owed.userId,
      amount: toMoney(owed.amount, currency),
      oddUnits: BigInt(owed.oddUnits),
    })),
    settledBy: (row.settled_by ?? []).map((payment) => ({
      ...payment,
      amount: toMoney(payment.amount, currency),
    })),
    terms: decodeTerms(row.terms, currency),
    refundOf: row.refund_of,
    conversion: toConversion({
      originalAmount: row.original_amount,
      originalCurrency: row.original_currency,
      rate: row.rate,
      rateOn: row.rate_on,
      rateSource: row.rate_source,
    }),
    source: row.source,
    version: row.version,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    voidedAt: row.voided_at,
  }
}
