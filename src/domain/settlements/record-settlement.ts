import type { Actor } from '../accounts/user.ts'
import { conflict, invalid } from '../errors.ts'
import { activeMember, type Group } from '../groups/group.ts'
import { requirePermission } from '../groups/policy.ts'
import { directDebts } from '../ledger/direct-debts.ts'
import { type Conversion, convertedSettlement, type OriginalInput } from '../money/convert.ts'
import { isNegative, isZero, type Money, negate, toDecimal, zero } from '../money/money.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import { todayIn } from '../time/zone.ts'
import { entriesOfSettlement, type Settlement } from './settlement.ts'
import { settlementEvent } from './settlement-events.ts'

export type RecordSettlement = {
  readonly groupId: string
  readonly fromUserId: string
  readonly toUserId: string
  /** What the debt shrinks by; null where it follows from `original` and its rate. */
  readonly amount: Money | null
  /** What changed hands, when it was in another currency than the debt. */
  readonly original?: OriginalInput
  /** Today in the actor's zone when left out. */
  readonly settledOn?: CalendarDate
  readonly notes?: string
  readonly expenseId?: string | null
  /** Pays more than is owed on purpose: the rest is then owed the other way round. */
  readonly force?: boolean
}

/** Records that one member paid another. More than is owed is refused unless forced. */
export async function recordSettlement(
  tx: Transaction,
  actor: Actor,
  input: RecordSettlement,
): Promise<Settlement> {
  const group = await tx.groups.lock(input.groupId)
  requirePermission(group, actor, 'settlement.record')
  requirePeople(group!, input)
  const author = (await tx.users.find(actor.userId))!
  const now = tx.clock.now()
  const settledOn = input.settledOn ?? todayIn(author.timeZone, now)
  const { amount, conversion } = bookedPayment(input, group!, settledOn)
  requirePositive(amount)
  if (!input.force) await requireOwed(tx, { ...input, amount })
  const settlement: Settlement = {
    id: tx.ids.next(),
    groupId: input.groupId,
    fromUserId: input.fromUserId,
    toUserId: input.toUserId,
    amount,
    settledOn,
    notes: requireText(input.notes ?? '', { pointer: '/notes', most: 5000, least: 0 }),
    expenseId: input.expenseId ?? null,
    conversion,
    source: actor.source,
    version: 1,
    createdBy: actor.userId,
    createdAt: now,
    updatedAt: now,
    voidedAt: null,
  }
  await tx.settlements.insert(settlement)
  await tx.balances.post(settlement.groupId, entriesOfSettlement(settlement))
  await tx.events.append(settlementEvent('settlement.recorded', settlement, actor, tx))
  return settlement
}

function bookedPayment(
  { amount, original }: RecordSettlement,
  group: Group,
  on: CalendarDate,
): { readonly amount: Money; readonly conversion: Conversion | null } {
  if (original) return convertedSettlement(original, amount, { into: group.currency, on })
  if (amount) return { amount, conversion: null }
  throw invalid('missing-amount', 'State the amount.', {}, '/amount')
}

function requirePeople(group: Group, { fromUserId, toUserId }: RecordSettlement): void {
  if (fromUserId === toUserId) {
    throw invalid('same-person', 'Nobody can pay themselves.', {}, '/toUserId')
  }
  for (const [userId, pointer] of [
    [fromUserId, '/fromUserId'],
    [toUserId, '/toUserId'],
  ] as const) {
    if (activeMember(group, userId)) continue
    const detail = 'Both people must be members of the group.'
    throw invalid('not-a-member', detail, { userId }, pointer)
  }
}

function requirePositive(amount: Money): void {
  if (!isZero(amount) && !isNegative(amount)) return
  const detail = 'A payment has a positive amount; turn "from" and "to" round for the other way.'
  throw invalid('not-positive', detail, {}, '/amount')
}

/** What may be paid: all that the payer owes to the group, or all that they owe to this person directly. */
async function requireOwed(
  tx: Transaction,
  input: RecordSettlement & { readonly amount: Money },
): Promise<void> {
  const { groupId, fromUserId, toUserId, amount } = input
  const balances = await tx.balances.of(groupId)
  const own = balances.find(
    (balance) => balance.userId === fromUserId && balance.amount.currency === amount.currency,
  )
  const owed = own && isNegative(own.amount) ? negate(own.amount) : zero(amount.currency)
  if (amount.minor <= owed.minor) return
  const causes = await tx.ledger.causes(groupId, { involving: [fromUserId, toUserId] })
  const direct = directDebts(causes)
    .filter((debt) => debt.amount.currency === amount.currency)
    .reduce((total, debt) => {
      if (debt.debtorId === fromUserId && debt.creditorId === toUserId)
        return total + debt.amount.minor
      if (debt.debtorId === toUserId && debt.creditorId === fromUserId)
        return total - debt.amount.minor
      return total
    }, 0n)
  if (amount.minor <= direct) return
  const most = direct > owed.minor ? { ...owed, minor: direct } : owed
  throw conflict(
    'settlement-exceeds-debt',
    `That is more than is owed: at most ${toDecimal(most)} ${amount.currency}. Set "force" if it is meant.`,
    { owed: toDecimal(most), currency: amount.currency },
  )
}
