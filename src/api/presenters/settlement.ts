import type { SettleUpPlan } from '../../domain/ledger/settle-up-plan.ts'
import type { Settlement } from '../../domain/settlements/settlement.ts'
import type { ExplainedPlan, Reason } from '../../domain/settlements/suggest-settlements.ts'
import { amountText } from '../schemas/money.ts'
import type { SettlementResource, SettleUpResource } from '../schemas/settlement.ts'
import { presentConversion } from './conversion.ts'

export function presentSettlement(settlement: Settlement): SettlementResource {
  return {
    id: settlement.id,
    groupId: settlement.groupId,
    fromUserId: settlement.fromUserId,
    toUserId: settlement.toUserId,
    amount: amountText(settlement.amount),
    currency: settlement.amount.currency,
    ...presentConversion(settlement.conversion),
    date: settlement.settledOn,
    notes: settlement.notes,
    expenseId: settlement.expenseId,
    source: settlement.source,
    version: settlement.version,
    createdBy: settlement.createdBy,
    createdAt: settlement.createdAt.toISOString(),
    updatedAt: settlement.updatedAt.toISOString(),
    voidedAt: settlement.voidedAt?.toISOString() ?? null,
  }
}

export function presentSettleUp(
  plans: readonly (SettleUpPlan | ExplainedPlan)[],
): SettleUpResource {
  return {
    plans: plans.map(({ currency, optimal, payments }) => ({
      currency,
      optimal,
      payments: payments.map((payment) => ({
        fromUserId: payment.fromUserId,
        toUserId: payment.toUserId,
        amount: amountText(payment.amount),
        currency,
        ...('reasons' in payment ? { reasons: payment.reasons.map(presentReason) } : {}),
      })),
    })),
  }
}

function presentReason(reason: Reason) {
  return {
    id: reason.id,
    type: reason.type,
    date: reason.happenedOn,
    description: reason.label,
    userId: reason.userId,
    amount: amountText(reason.amount),
  }
}
