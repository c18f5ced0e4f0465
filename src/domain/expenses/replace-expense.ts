import type { Actor } from '../accounts/user.ts'
import type { Transaction } from '../ports.ts'
import { requireUsableCategory } from './categories.ts'
import { composeExpense } from './compose-expense.ts'
import { splitByDefault } from './default-split.ts'
import { type ExpectedVersion, lockExpense, requireInForce, writeEdited } from './edit-expense.ts'
import type { Expense } from './expense.ts'
import { bookedAmount, type RecordExpense, requireRefundTerms } from './record-expense.ts'
import { requireNoRefunds } from './refund.ts'

export type ReplaceExpense = Omit<RecordExpense, 'groupId'>

/**
 * States an expense anew. What is left out goes to the default it has when recording, but for the
 * date, which stays: "today" would move an old expense.
 */
export async function replaceExpense(
  tx: Transaction,
  actor: Actor,
  id: string,
  expected: ExpectedVersion,
  input: ReplaceExpense,
): Promise<Expense> {
  const { group, expense: before } = await lockExpense(tx, actor, id, expected)
  requireInForce(before)
  await requireNoRefunds(tx, before)
  await requireRefundTerms(tx, before.groupId, input)
  if (input.categoryId) await requireUsableCategory(tx.categories, group, input.categoryId)
  const spentOn = input.spentOn ?? before.spentOn
  const draft = {
    ...before,
    kind: input.kind ?? ('expense' as const),
    ...bookedAmount(input, group, spentOn),
    description: input.description,
    notes: input.notes ?? '',
    spentOn,
    categoryId: input.categoryId ?? null,
    tags: input.tags ?? [],
    terms: {
      payers: input.payers ?? [{ userId: actor.userId, shares: '1' }],
      split: input.split ?? splitByDefault(group),
    },
    refundOf: input.refundOf ?? null,
  }
  return writeEdited(tx, actor, before, await composeExpense(tx, group, draft, before))
}
