import type { Actor } from '../accounts/user.ts'
import { DomainError, type Fault } from '../errors.ts'
import type { NewGroupEvent } from '../groups/event.ts'
import type { Group } from '../groups/group.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import { add } from '../money/money.ts'
import type { Transaction } from '../ports.ts'
import type { Category } from './categories.ts'
import type { Expense } from './expense.ts'
import { type RecordExpense, recordExpense } from './record-expense.ts'

export const mostExpensesAtOnce = 500

/** What to record, or why what was sent could not even be read. */
export type ExpenseToRecord = RecordExpense | DomainError

/**
 * Records all of them or none. Every fault of every item is named at once, below `/items/{index}`.
 * The groups are locked in the order of their ids, so that two of these never wait for each other.
 */
export async function recordExpenses(
  tx: Transaction,
  actor: Actor,
  inputs: readonly ExpenseToRecord[],
): Promise<readonly Expense[]> {
  const author = await tx.users.find(actor.userId)
  const groupIds = inputs.flatMap((input) =>
    input instanceof DomainError ? [] : [input.groupId ?? author?.personalGroupId ?? ''],
  )
  const groups = new Map<string, Group | null>()
  for (const id of [...new Set(groupIds)].sort()) groups.set(id, await tx.groups.lock(id))
  const { held, flush } = heldBack(tx, groups)
  const recorded: Expense[] = []
  const refusals: { index: number; refusal: DomainError }[] = []
  for (const [index, input] of inputs.entries()) {
    try {
      if (input instanceof DomainError) throw input
      recorded.push(await recordExpense(held, actor, input))
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error
      refusals.push({ index, refusal: error })
    }
  }
  if (refusals.length > 0) throw allRefusals(refusals)
  await flush()
  return recorded
}

/** One refusal for all; of the kind they share, else that of things that mean something impossible. */
function allRefusals(refusals: readonly { index: number; refusal: DomainError }[]): DomainError {
  const faults = refusals.flatMap(({ index, refusal }): readonly Fault[] => {
    const { faults, detail } = refusal
    if (faults.length === 0) return [{ pointer: `/items/${index}`, detail }]
    return faults.map((fault) => ({ ...fault, pointer: `/items/${index}${fault.pointer}` }))
  })
  const [first] = refusals
  const same = refusals.every(({ refusal }) => refusal.code === first!.refusal.code)
  const { kind, code } = same ? first!.refusal : { kind: 'invalid' as const, code: 'items-refused' }
  const detail =
    faults.length === 1
      ? faults[0]!.detail
      : `${refusals.length} of the expenses cannot be recorded. Nothing was recorded.`
  return new DomainError(kind, code, detail, {}, faults)
}

/**
 * The transaction as recording sees it, but reading each thing once and holding back what is written,
 * so that hundreds of expenses cost a handful of statements. What is held back is seen by the reads.
 */
function heldBack(tx: Transaction, groups: ReadonlyMap<string, Group | null>) {
  const expenses: Expense[] = []
  const entries = new Map<string, Map<string, LedgerEntry>>()
  const events = new Map<string, NewGroupEvent[]>()
  const user = remembered((id: string) => tx.users.find(id))
  const category = remembered((id: string): Promise<Category | null> => tx.categories.find(id))
  const oddUnits = remembered((key: string) => {
    const [groupId, currency] = key.split(' ') as [string, LedgerEntry['amount']['currency']]
    return tx.balances.oddUnits(groupId, currency)
  })
  const held: Transaction = {
    ...tx,
    users: { ...tx.users, find: user },
    categories: { ...tx.categories, find: category },
    groups: { ...tx.groups, lock: async (id) => groups.get(id) ?? null },
    expenses: {
      ...tx.expenses,
      insert: async (expense, posted, event) => {
        const { groupId } = expense
        expenses.push(expense)
        entries.set(groupId, merged(entries.get(groupId) ?? new Map(), posted))
        events.set(groupId, events.get(groupId) ?? [])
        events.get(groupId)!.push(event)
      },
      refundsOf: async (groupId, expenseId) => [
        ...(await tx.expenses.refundsOf(groupId, expenseId)),
        ...expenses.filter((one) => one.groupId === groupId && one.refundOf === expenseId),
      ],
    },
    balances: {
      ...tx.balances,
      oddUnits: async (groupId, currency) => {
        const counts = new Map(await oddUnits(`${groupId} ${currency}`))
        for (const entry of entries.get(groupId)?.values() ?? []) {
          if (entry.amount.currency !== currency) continue
          counts.set(entry.userId, (counts.get(entry.userId) ?? 0n) + entry.oddUnits)
        }
        return counts
      },
    },
  }
  const flush = async (): Promise<void> => {
    await tx.expenses.insertAll(expenses)
    for (const groupId of [...groups.keys()]) {
      await tx.balances.post(groupId, [...(entries.get(groupId)?.values() ?? [])])
      await tx.events.appendAll(groupId, events.get(groupId) ?? [])
    }
  }
  return { held, flush }
}

/** One entry per member and currency, as the balances keep them. */
function merged(
  sums: Map<string, LedgerEntry>,
  entries: readonly LedgerEntry[],
): Map<string, LedgerEntry> {
  for (const entry of entries) {
    const key = `${entry.userId} ${entry.amount.currency}`
    const sum = sums.get(key)
    sums.set(
      key,
      sum
        ? {
            userId: entry.userId,
            amount: add(sum.amount, entry.amount),
            oddUnits: sum.oddUnits + entry.oddUnits,
          }
        : entry,
    )
  }
  return sums
}

function remembered<Result>(read: (key: string) => Promise<Result>) {
  const known = new Map<string, Promise<Result>>()
  return (key: string): Promise<Result> => {
    const reading = known.get(key) ?? read(key)
    known.set(key, reading)
    return reading
  }
}
