import type { PersonDefaults } from '../../domain/accounts/chat-people.ts'
import type { Actor } from '../../domain/accounts/user.ts'
import { readExpense } from '../../domain/expenses/read-expenses.ts'
import { editableSince } from '../../domain/expenses/undo-window.ts'
import { restoreExpense, voidExpense } from '../../domain/expenses/void-expense.ts'
import type { Transaction } from '../../domain/ports.ts'
import { decodeAction } from './actions.ts'
import { expenseCard, readerOf } from './cards.ts'
import { recognizeSender } from './handle-message.ts'
import type { IncomingAction } from './incoming.ts'
import { say } from './replies/en.ts'
import type { Reply } from './reply.ts'

/** A pressed button: its card gets the new state. A button drawn for an older version only refreshes the card. */
export async function handleAction(
  tx: Transaction,
  pressed: IncomingAction,
  defaults: PersonDefaults,
): Promise<Reply> {
  const action = decodeAction(pressed.action)
  if (!action) return { type: 'toast', text: say.unknownButton }
  const user = await recognizeSender(tx, pressed, defaults)
  const actor: Actor = { userId: user.id, role: user.role, source: pressed.address.platform }
  const before = await readExpense(tx, actor, action.expenseId)
  const isCurrent = before.version === action.version
  if (isCurrent && before.createdAt < editableSince(tx.clock.now()))
    return { type: 'toast', text: say.tooLate }
  const change = action.verb === 'undo' ? voidExpense : restoreExpense
  const after = isCurrent ? await change(tx, actor, before.id, action.version) : before
  const group = (await tx.groups.find(after.groupId))!
  return {
    type: 'replace',
    message: expenseCard(after, group, readerOf(user, tx.clock.now())),
    toast: isCurrent ? null : toastOf(action.verb, after.voidedAt !== null),
  }
}

function toastOf(verb: 'undo' | 'redo', isVoided: boolean): string {
  if (verb === 'undo' && isVoided) return say.alreadyUndone
  if (verb === 'redo' && !isVoided) return say.alreadyThere
  return say.changedSince
}
