import type { Actor } from '../accounts/user.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import { isZero, type Money, money } from '../money/money.ts'
import type { Reads } from '../ports.ts'
import type { PersonalBalance } from './balances.ts'
import { directDebts, type LedgerCause } from './direct-debts.ts'

/** Between the actor and one other person. Positive: the actor is owed. Negative: owes. */
export type PersonalDebt = {
  readonly userId: string
  readonly displayName: string
  readonly amount: Money
}

export type PersonalDebts = {
  readonly people: readonly PersonalDebt[]
  readonly groups: readonly PersonalBalance[]
}

/**
 * Who owes the actor and whom they owe, over all their groups. Where a group owes them nothing and
 * they owe it nothing, nobody in it does: after a settle-up, debts in a circle count no more. So per
 * currency the people add up to what the groups add up to.
 */
export async function readPersonalDebts(
  reads: Pick<Reads, 'balances' | 'ledger' | 'users'>,
  actor: Actor,
): Promise<PersonalDebts> {
  const groups = await reads.balances.ofPerson(actor.userId)
  const open = Map.groupBy(groups, ({ groupId }) => groupId)
  const sums = new Map<string, { userId: string; amount: Money }>()
  for (const [groupId, balances] of open) {
    const causes = await reads.ledger.causes(groupId, { involving: [actor.userId] })
    const currencies = new Set(balances.map(({ amount }) => amount.currency))
    for (const { userId, amount } of debtsWith(actor.userId, causes, currencies)) {
      const key = `${userId} ${amount.currency}`
      const minor = (sums.get(key)?.amount.minor ?? 0n) + amount.minor
      sums.set(key, { userId, amount: money(minor, amount.currency) })
    }
  }
  const debts = [...sums.values()].filter(({ amount }) => !isZero(amount))
  return { people: await withNames(reads, debts), groups }
}

function debtsWith(
  actorId: string,
  causes: readonly LedgerCause[],
  currencies: ReadonlySet<CurrencyCode>,
) {
  return directDebts(causes)
    .filter(({ amount }) => currencies.has(amount.currency))
    .flatMap(({ debtorId, creditorId, amount }) => {
      if (creditorId === actorId) return [{ userId: debtorId, amount }]
      if (debtorId !== actorId) return []
      return [{ userId: creditorId, amount: money(-amount.minor, amount.currency) }]
    })
}

async function withNames(
  reads: Pick<Reads, 'users'>,
  debts: readonly Omit<PersonalDebt, 'displayName'>[],
): Promise<readonly PersonalDebt[]> {
  const users = await reads.users.findMany([...new Set(debts.map(({ userId }) => userId))])
  const nameOf = new Map(users.map(({ id, displayName }) => [id, displayName]))
  return debts
    .map((debt) => ({ ...debt, displayName: nameOf.get(debt.userId) ?? '' }))
    .toSorted(
      (a, b) =>
        a.displayName.localeCompare(b.displayName, 'en') ||
        a.userId.localeCompare(b.userId, 'en') ||
        a.amount.currency.localeCompare(b.amount.currency, 'en'),
    )
}
