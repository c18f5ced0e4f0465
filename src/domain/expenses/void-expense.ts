import type { Actor } from '../accounts/user.ts'
import { entriesOf, reversed } from '../ledger/ledger-entry.ts'
import type { Transaction } from '../ports.ts'
import { type ExpectedVersion, lockExpense } from './edit-expense.ts'
import type { Expense } from './expense.ts'
import { expenseRestored, expenseVoided } from './expense-events.ts'
import { requireNoRefunds, requireStillRefundable } from './refund.ts'
import { releaseSettlements } from './release-settlements.ts'

/** Takes an expense out of force; the row stays. Voiding what is voided changes nothing. */
export async function voidExpense(
  tx: Transaction,
  actor: Actor,
  id: string,
  expected: ExpectedVersion = null,
): Promise<Expense> {
  const { expense: before } = await lockExpense(tx, actor, id, expected)
  if (before.voidedAt) return before
  await requireNoRefunds(tx, before)
  const now = tx.clock.now()
  const after: Expense = {
    ...before,
    settledBy: [],
    voidedAt: now,
    updatedAt: now,
    version: before.version + 1,
  }
  await tx.expenses.setVoided(after)
  await releaseSettlements(tx, actor, before)
  await tx.balances.post(before.groupId, reversed(entriesOf(before)))
  await tx.events.append(expenseVoided(before, after, actor, tx))
  return after
}

/** Puts a voided expense back in force with the shares it had. */
export async function restoreExpense(
  tx: Transaction,
  actor: Actor,
  id: string,
  expected: ExpectedVersion = null,
): Promise<Expense> {
  const { expense: before } = await lockExpense(tx, actor, id, expected)
  if (!before.voidedAt) return before
  if (before.refundOf) await requireStillRefundable(tx, before)
  const after: Expense = {
    ...before,
    voidedAt: null,
    updatedAt: tx.clock.now(),
    version: before.version + 1,
  }
  await tx.expenses.setVoided(after)
  await tx.balances.post(before.groupId, entriesOf(after))
  await tx.events.append(expenseRestored(before, after, actor, tx))
  return after
}
