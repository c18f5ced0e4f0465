import { allocate } from '../money/allocate.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import { isNegative, isZero, type Money, money } from '../money/money.ts'

/** An expense, settlement or conversion by what it does to each member; adds up to zero per currency. */
export type LedgerCause = {
  readonly id: string
  readonly type: 'expense' | 'settlement' | 'conversion'
  readonly happenedOn: string
  readonly label: string
  readonly entries: readonly { readonly userId: string; readonly amount: Money }[]
}

export type DirectDebt = {
  readonly debtorId: string
  readonly creditorId: string
  readonly amount: Money
}

/**
 * Who owes whom because of which cause. With several creditors on one cause each debtor
 * owes them in proportion to what is left of their claims, so that claims and debts both come out to
 * the unit. A conversion carries the debts of the currency it closes over into the new one, pair by
 * pair. Debts of a person always add up to their balance.
 */
export function directDebts(
  causes: readonly Pick<LedgerCause, 'id' | 'type' | 'entries'>[],
): readonly DirectDebt[] {
  let debts: readonly DirectDebt[] = []
  // Ids grow with time, so this is the order in which things were written down.
  for (const { type, entries } of causes.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    const { kept, carried } =
      type === 'conversion' ? carryOver(debts, entries) : { kept: debts, carried: [] }
    const opened = currenciesOf(entries).flatMap((currency) =>
      matchDebts(remainder(entriesIn(entries, currency), [...carried, ...closed(debts, kept)])),
    )
    debts = [...kept, ...carried, ...opened]
  }
  return debts
}

type Entries = LedgerCause['entries']

const currenciesOf = (entries: Entries): readonly CurrencyCode[] => [
  ...new Set(entries.map(({ amount }) => amount.currency)),
]

const entriesIn = (entries: Entries, currency: CurrencyCode): Entries =>
  entries.filter(({ amount }) => amount.currency === currency)

/**
 * The currencies in which this conversion takes every debt to zero are closed. Where there is one of
 * them, its debts go on in the new currency, each in its share of the new total, rounded down.
 */
function carryOver(
  debts: readonly DirectDebt[],
  entries: Entries,
): { readonly kept: readonly DirectDebt[]; readonly carried: readonly DirectDebt[] } {
  const currencies = currenciesOf(entries)
  const sources = currencies.filter((currency) =>
    isClosedBy(ofCurrency(debts, currency), entriesIn(entries, currency)),
  )
  const [target] = currencies.filter((currency) => !sources.includes(currency))
  const kept = debts.filter(({ amount }) => !sources.includes(amount.currency))
  const [source] = sources
  if (!source || !target || sources.length > 1) return { kept, carried: [] }
  const from = claims(entriesIn(entries, source))
  const to = claims(entriesIn(entries, target))
  const carried = ofCurrency(debts, source)
    .map((debt) => ({ ...debt, amount: money((debt.amount.minor * to) / from, target) }))
    .filter(({ amount }) => amount.minor !== 0n)
  return { kept, carried }
}

const ofCurrency = (debts: readonly DirectDebt[], currency: CurrencyCode): readonly DirectDebt[] =>
  debts.filter(({ amount }) => amount.currency === currency)

const isClosedBy = (debts: readonly DirectDebt[], entries: Entries): boolean =>
  debts.length > 0 &&
  remainder(entries, debts.map(turnedRound)).every(({ amount }) => isZero(amount))

const claims = (entries: Entries): bigint =>
  entries.reduce((total, { amount }) => (amount.minor > 0n ? total + amount.minor : total), 0n)

/** Debts that a conversion closed, as what it did to the people: the other way round. */
function closed(before: readonly DirectDebt[], kept: readonly DirectDebt[]): readonly DirectDebt[] {
  return before.filter((debt) => !kept.includes(debt)).map(turnedRound)
}

const turnedRound = ({ debtorId, creditorId, amount }: DirectDebt): DirectDebt => ({
  debtorId: creditorId,
  creditorId: debtorId,
  amount,
})

/** What these entries do beyond what the debts explain. */
function remainder(entries: Entries, debts: readonly DirectDebt[]): Entries {
  const [first] = entries
  if (!first || debts.length === 0) return entries
  const { currency } = first.amount
  const left = new Map(entries.map(({ userId, amount }) => [userId, amount.minor]))
  for (const { debtorId, creditorId, amount } of ofCurrency(debts, currency)) {
    left.set(debtorId, (left.get(debtorId) ?? 0n) + amount.minor)
    left.set(creditorId, (left.get(creditorId) ?? 0n) - amount.minor)
  }
  return [...left].map(([userId, minor]) => ({ userId, amount: money(minor, currency) }))
}

function matchDebts(entries: LedgerCause['entries']): readonly DirectDebt[] {
  const creditors = entries
    .filter(({ amount }) => amount.minor > 0n)
    .map(({ userId, amount }) => ({ userId, left: amount.minor }))
  const debts: DirectDebt[] = []
  for (const { userId, amount } of entries.filter((entry) => isNegative(entry.amount))) {
    const weights = creditors.map(({ left }) => ({ weight: left, priority: 0n }))
    allocate(-amount.minor, weights).forEach((part, index) => {
      const creditor = creditors[index]!
      creditor.left -= part.amount
      if (part.amount === 0n) return
      debts.push({
        debtorId: userId,
        creditorId: creditor.userId,
        amount: money(part.amount, amount.currency),
      })
    })
  }
  return debts
}
