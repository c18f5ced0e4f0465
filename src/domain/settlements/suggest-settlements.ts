import type { Actor } from '../accounts/user.ts'
import { invalid } from '../errors.ts'
import { activeMember, type Group } from '../groups/group.ts'
import { requirePermission } from '../groups/policy.ts'
import { directDebts, type LedgerCause } from '../ledger/direct-debts.ts'
import { pairwiseDebts } from '../ledger/pairwise-debts.ts'
import type { SettleUpPlan, SuggestedSettlement } from '../ledger/settle-up-plan.ts'
import { settleVia } from '../ledger/settle-via.ts'
import { simplifyDebts } from '../ledger/simplify-debts.ts'
import type { Money } from '../money/money.ts'
import type { Reads } from '../ports.ts'

export type SuggestSettlements =
  | { readonly strategy: 'minimal' | 'pairwise' }
  | { readonly strategy: 'via'; readonly userId: string }

/** What led to a suggestion: causes that made the payer owe, or the receiver be owed, this much each. */
export type Reason = Pick<LedgerCause, 'id' | 'type' | 'happenedOn' | 'label'> & {
  readonly userId: string
  readonly amount: Money
}
export type ExplainedSettlement = SuggestedSettlement & { readonly reasons: readonly Reason[] }
export type ExplainedPlan = Omit<SettleUpPlan, 'payments'> & {
  readonly payments: readonly ExplainedSettlement[]
}

/** One plan per currency. Computed from the balances of this moment, never stored. */
export async function suggestSettlements(
  reads: Pick<Reads, 'groups' | 'balances' | 'ledger'>,
  actor: Actor,
  groupId: string,
  wish: SuggestSettlements,
): Promise<readonly SettleUpPlan[]> {
  const group = await reads.groups.find(groupId)
  requirePermission(group, actor, 'group.read')
  switch (wish.strategy) {
    case 'minimal':
      return simplifyDebts(await reads.balances.of(groupId))
    case 'pairwise':
      return pairwiseDebts(directDebts(await reads.ledger.causes(groupId)))
    case 'via':
      return settleVia(await reads.balances.of(groupId), requireHub(group!, wish.userId))
  }
}

const mostReasons = 20

/** The newest causes behind each payment, of both people: the payer's debts and the receiver's claims. */
export async function explainSettlements(
  reads: Pick<Reads, 'ledger'>,
  groupId: string,
  plans: readonly SettleUpPlan[],
): Promise<readonly ExplainedPlan[]> {
  const causes = await reads.ledger.causes(groupId)
  return plans.map((plan) => ({
    ...plan,
    payments: plan.payments.map((payment) => ({ ...payment, reasons: reasonsOf(payment, causes) })),
  }))
}

function reasonsOf(
  payment: SuggestedSettlement,
  causes: readonly LedgerCause[],
): readonly Reason[] {
  return [
    ...contributions(causes, payment.fromUserId, payment.amount, -1),
    ...contributions(causes, payment.toUserId, payment.amount, 1),
  ]
}

function contributions(
  causes: readonly LedgerCause[],
  userId: string,
  { currency }: Money,
  sign: 1 | -1,
): readonly Reason[] {
  return causes
    .flatMap(({ entries, ...cause }) =>
      entries
        .filter((entry) => entry.userId === userId && entry.amount.currency === currency)
        .map(({ amount }) => ({ ...cause, userId, amount })),
    )
    .filter(({ amount }) => (sign === 1 ? amount.minor > 0n : amount.minor < 0n))
    .slice(0, mostReasons)
}

function requireHub(group: Group, userId: string): string {
  if (activeMember(group, userId)) return userId
  const detail = 'The person through whom all is settled must be a member of the group.'
  throw invalid('not-a-member', detail, { userId }, '/via')
}
