import type { Actor } from '../accounts/user.ts'
import type { Transaction } from '../ports.ts'
import { takeBack } from '../settlements/void-settlement.ts'
import type { Expense } from './expense.ts'
import type { ShareDebt } from './share-status.ts'

/** Voids settlements of this expense's shares, all or those that `isMeant`; the history names the reason. */
export async function releaseSettlements(
  tx: Transaction,
  actor: Actor,
  expense: Expense,
  isMeant: (payment: ShareDebt) => boolean = () => true,
): Promise<void> {
  for (const settlement of await tx.settlements.ofExpense(expense.groupId, expense.id)) {
    if (isMeant(settlement)) await takeBack(tx, actor, settlement, 'share-changed')
  }
}
