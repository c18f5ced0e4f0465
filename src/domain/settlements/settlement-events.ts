import type { Actor } from '../accounts/user.ts'
import type { NewGroupEvent } from '../groups/event.ts'
import { toDecimal } from '../money/money.ts'
import type { Clock, Ids } from '../ports.ts'
import type { Settlement } from './settlement.ts'

type Stamp = { readonly ids: Ids; readonly clock: Clock }
type SettlementEventType = 'settlement.recorded' | 'settlement.voided' | 'settlement.restored'

/** `reason` tells why a settlement was voided without anybody asking for it. */
export function settlementEvent(
  type: SettlementEventType,
  settlement: Settlement,
  actor: Actor,
  stamp: Stamp,
  reason?: 'share-changed' | 'people-merged',
): NewGroupEvent {
  const isVoided = settlement.voidedAt !== null
  return {
    id: stamp.ids.next(),
    groupId: settlement.groupId,
    type,
    actorId: actor.userId,
    source: actor.source,
    subjectType: 'settlement',
    subjectId: settlement.id,
    subjectVersion: settlement.version,
    data: {
      changes:
        type === 'settlement.recorded' ? [] : [{ field: 'voided', from: !isVoided, to: isVoided }],
      after: { ...describe(settlement), ...(reason ? { reason } : {}) },
    },
    createdAt: stamp.clock.now(),
  }
}

function describe(settlement: Settlement) {
  const { conversion } = settlement
  return {
    fromUserId: settlement.fromUserId,
    toUserId: settlement.toUserId,
    amount: toDecimal(settlement.amount),
    currency: settlement.amount.currency,
    date: settlement.settledOn,
    notes: settlement.notes,
    expenseId: settlement.expenseId,
    conversion: conversion && {
      original: { amount: toDecimal(conversion.original), currency: conversion.original.currency },
      rate: conversion.rate,
      rateDate: conversion.rateOn,
      rateSource: conversion.rateSource,
    },
    voided: settlement.voidedAt !== null,
  }
}
