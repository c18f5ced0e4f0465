import type { Page, PageRequest } from '../page.ts'
import type { Settlement } from './settlement.ts'

export type SettlementReads = {
  find(groupId: string, id: string): Promise<Settlement | null>
  list(groupId: string, page: PageRequest): Promise<Page<Settlement>>
}

export type SettlementRepository = SettlementReads & {
  insert(settlement: Settlement): Promise<void>
  setVoided(settlement: Settlement): Promise<void>
  /** Those in force that settle shares of this expense. */
  ofExpense(groupId: string, expenseId: string): Promise<readonly Settlement[]>
}
