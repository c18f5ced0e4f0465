import type { LedgerDifference, LedgerReads } from './ledger-ports.ts'

export type LedgerCheck = {
  readonly groups: number
  readonly balances: number
  /** At most `mostDifferences` of them. */
  readonly differences: readonly LedgerDifference[]
}

/** Enough to see what kind of fault it is; a fault in the code would touch every balance there is. */
export const mostDifferences = 100

/** Recomputes what is kept about every group from the rows it comes from. Changes nothing. */
export async function verifyLedger(ledger: LedgerReads): Promise<LedgerCheck> {
  const { groups, balances } = await ledger.size()
  return { groups, balances, differences: await ledger.differences(null, mostDifferences) }
}
