import type { Actor } from '../accounts/user.ts'
import { invalid } from '../errors.ts'
import type { Group } from '../groups/group.ts'
import { requirePermission } from '../groups/policy.ts'
import { entriesOf } from '../ledger/ledger-entry.ts'
import { bookOriginal, type OriginalInput } from '../money/convert.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import type { Money } from '../money/money.ts'
import type { Transaction } from '../ports.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import { todayIn } from '../time/zone.ts'
import { requireUsableCategory } from './categories.ts'
import { composeExpense, type Draft } from './compose-expense.ts'
import { splitByDefault } from './default-split.ts'
import type { Expense, ExpenseKind } from './expense.ts'
import { expenseRecorded } from './expense-events.ts'
import { refundedExpense, requireRefundCurrency } from './refund.ts'
import type { PayerInput, SplitInput } from './split.ts'

export type RecordExpense = {
  /** The actor's personal group when left out. */
  readonly groupId?: string
  readonly kind?: ExpenseKind
  /**
   * What is booked. May be null where items make it, where it follows from `original` and its rate,
   * and for a refund: then all of it comes back.
   */
  readonly amount: Money | null
  /** What the receipt says, in another currency. Amounts of payers and split are in the booked one. */
  readonly original?: OriginalInput
  readonly description: string
  readonly notes?: string
  /** Today in the actor's zone when left out. */
  readonly spentOn?: CalendarDate
  readonly categoryId?: string | null
  readonly tags?: readonly string[]
  /** The actor pays all when left out. */
  readonly payers?: readonly PayerInput[]
  /** The group's default when left out, else equally among its active members above viewer. */
  readonly split?: SplitInput
  /** The expense of which this gives back all or a part; payers and shares then follow it. */
  readonly refundOf?: string | null
  /** Where `amount` is null: what whoever asks takes the currency to be; a refund in another is refused. */
  readonly currency?: CurrencyCode
}

/** Records a cost or an income. The owed shares always add up to the amount, to the last minor unit. */
export async function recordExpense(
  tx: Transaction,
  actor: Actor,
  input: RecordExpense,
): Promise<Expense> {
  const isComplete = input.groupId && input.spentOn
  const author = isComplete ? null : await tx.users.find(actor.userId)
  const groupId = input.groupId ?? author?.personalGroupId ?? ''
  const group = await tx.groups.lock(groupId)
  requirePermission(group, actor, 'expense.record')
  await requireRefundTerms(tx, groupId, input)
  if (input.categoryId) await requireUsableCategory(tx.categories, group!, input.categoryId)
  const now = tx.clock.now()
  const spentOn = input.spentOn ?? todayIn(author!.timeZone, now)
  const expense = await composeExpense(tx, group!, {
    id: tx.ids.next(),
    groupId,
    kind: input.kind ?? 'expense',
    ...bookedAmount(input, group!, spentOn),
    description: input.description,
    notes: input.notes ?? '',
    spentOn,
    categoryId: input.categoryId ?? null,
    tags: input.tags ?? [],
    terms: {
      payers: input.payers ?? [{ userId: actor.userId, shares: '1' }],
      split: input.split ?? splitByDefault(group!),
    },
    refundOf: input.refundOf ?? null,
    settledBy: [],
    source: actor.source,
    version: 1,
    createdBy: actor.userId,
    createdAt: now,
    updatedAt: now,
    voidedAt: null,
  })
  await tx.expenses.insert(expense, entriesOf(expense), expenseRecorded(expense, actor, tx))
  return expense
}

/** The amount as it stands, or what the original is in the currency booked. */
export function bookedAmount(
  { amount, original }: Pick<RecordExpense, 'amount' | 'original'>,
  group: Group,
  spentOn: CalendarDate,
): Pick<Draft, 'amount' | 'conversion'> {
  if (!original) return { amount, conversion: null }
  return bookOriginal(original, amount, { into: group.currency, on: spentOn })
}

export async function requireRefundTerms(
  tx: Transaction,
  groupId: string,
  { refundOf, payers, split, amount, currency }: Omit<RecordExpense, 'groupId'>,
): Promise<void> {
  if (!refundOf) return
  if (payers || split) throw refundHasOwnShares()
  if (amount || !currency) return
  requireRefundCurrency(currency, await refundedExpense(tx, { groupId, refundOf }))
}

/** A refund that is to be shared differently is an expense with a minus, without `refundOf`. */
export function refundHasOwnShares(): Error {
  const detail =
    'A refund follows the payers and shares of what it refunds. Leave out payers and split, or leave out refundOf.'
  return invalid('refund-has-own-shares', detail, {}, '/refundOf')
}
