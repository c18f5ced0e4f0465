import type { Actor } from '../accounts/user.ts'
import type { GroupEvent } from '../groups/event.ts'
import type { Transaction } from '../ports.ts'
import { readExpense } from './read-expenses.ts'

const mostEvents = 1000

/** Everything that happened to an expense, newest first. */
export async function readHistory(
  tx: Transaction,
  actor: Actor,
  id: string,
): Promise<readonly GroupEvent[]> {
  const expense = await readExpense(tx, actor, id)
  return tx.events.ofSubject(expense.groupId, expense.id, mostEvents)
}
