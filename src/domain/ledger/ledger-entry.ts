import { add, isZero, type Money, negate, subtract, zero } from '../money/money.ts'

/**
 * What one expense or settlement does to one member's net balance, and how many odd units they bore.
 * For one cause the entries add up to zero.
 */
export type LedgerEntry = {
  readonly userId: string
  readonly amount: Money
  readonly oddUnits: bigint
}

type Shared = {
  readonly kind: 'expense' | 'income'
  readonly amount: Money
  readonly payers: readonly { readonly userId: string; readonly amount: Money }[]
  readonly splits: readonly {
    readonly userId: string
    readonly amount: Money
    readonly oddUnits: bigint
  }[]
}

/**
 * Paid minus owed, for everybody on it. Income is the mirror image: who received it owes the others
 * their parts, and an odd unit is a gain.
 */
export function entriesOf(cause: Shared): readonly LedgerEntry[] {
  const entries = new Map<string, LedgerEntry>()
  const post = (userId: string, amount: Money, oddUnits: bigint): void => {
    const entry = entries.get(userId) ?? {
      userId,
      amount: zero(cause.amount.currency),
      oddUnits: 0n,
    }
    entries.set(userId, {
      userId,
      amount: add(entry.amount, amount),
      oddUnits: entry.oddUnits + oddUnits,
    })
  }
  const isIncome = cause.kind === 'income'
  const amount = (share: Money): Money => (isIncome ? negate(share) : share)
  for (const paid of cause.payers) post(paid.userId, amount(paid.amount), 0n)
  for (const owed of cause.splits) {
    post(owed.userId, amount(negate(owed.amount)), isIncome ? -owed.oddUnits : owed.oddUnits)
  }
  return [...entries.values()]
}

/** The entries that take a cause back. */
export function reversed(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  return entries.map((entry) => ({
    ...entry,
    amount: negate(entry.amount),
    oddUnits: -entry.oddUnits,
  }))
}

/** What remains to be posted when `before` is replaced by `after`, in the same currency or not. */
export function difference(
  before: readonly LedgerEntry[],
  after: readonly LedgerEntry[],
): readonly LedgerEntry[] {
  const key = (entry: LedgerEntry): string => `${entry.userId} ${entry.amount.currency}`
  const posts = new Map(after.map((entry) => [key(entry), entry]))
  for (const old of before) {
    const now = posts.get(key(old))
    posts.set(key(old), {
      userId: old.userId,
      amount: now ? subtract(now.amount, old.amount) : negate(old.amount),
      oddUnits: (now?.oddUnits ?? 0n) - old.oddUnits,
    })
  }
  return [...posts.values()].filter((entry) => !isZero(entry.amount) || entry.oddUnits !== 0n)
}
