import type { Actor } from '../accounts/user.ts'
import { DomainError, forbidden, invalid, notFound } from '../errors.ts'
import { activeMember } from '../groups/group.ts'
import { may, requirePermission } from '../groups/policy.ts'
import { reversed } from '../ledger/ledger-entry.ts'
import type { Transaction } from '../ports.ts'
import { entriesOfSettlement, type Settlement } from './settlement.ts'
import { settlementEvent } from './settlement-events.ts'

/** Takes a settlement out of force; the row stays. Voiding what is voided changes nothing. */
export async function voidSettlement(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  id: string,
  expected: number | null = null,
): Promise<Settlement> {
  const settlement = await lockSettlement(tx, actor, groupId, id, expected)
  return settlement.voidedAt ? settlement : takeBack(tx, actor, settlement)
}

/** For whoever holds the group's lock and has checked the permission. */
export async function takeBack(
  tx: Transaction,
  actor: Actor,
  before: Settlement,
  reason?: 'share-changed' | 'people-merged',
): Promise<Settlement> {
  const now = tx.clock.now()
  const after = { ...before, voidedAt: now, updatedAt: now, version: before.version + 1 }
  await tx.settlements.setVoided(after)
  await tx.balances.post(before.groupId, reversed(entriesOfSettlement(before)))
  await tx.events.append(settlementEvent('settlement.voided', after, actor, tx, reason))
  return after
}

/** Puts a voided settlement back in force. One of a share cannot come back: the share changed since. */
export async function restoreSettlement(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  id: string,
  expected: number | null = null,
): Promise<Settlement> {
  const before = await lockSettlement(tx, actor, groupId, id, expected)
  if (!before.voidedAt) return before
  if (before.expenseId) {
    throw invalid(
      'settlement-of-share',
      'This settled one share of an expense. Mark the share settled again.',
    )
  }
  const after = {
    ...before,
    voidedAt: null,
    updatedAt: tx.clock.now(),
    version: before.version + 1,
  }
  await tx.settlements.setVoided(after)
  await tx.balances.post(groupId, entriesOfSettlement(after))
  await tx.events.append(settlementEvent('settlement.restored', after, actor, tx))
  return after
}

async function lockSettlement(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  id: string,
  expected: number | null,
): Promise<Settlement> {
  const group = await tx.groups.lock(groupId)
  const settlement =
    group && activeMember(group, actor.userId) && (await tx.settlements.find(groupId, id))
  if (!group || !settlement) throw notFound('settlement')
  const member = requirePermission(group, actor, 'settlement.change-own')
  const own = [settlement.createdBy, settlement.fromUserId, settlement.toUserId].includes(
    actor.userId,
  )
  if (!own && !may(member.role, 'settlement.change-any')) {
    throw forbidden(
      'not-yours',
      'Only who wrote, paid or received this payment, or an admin of the group, can change it.',
    )
  }
  if (expected !== null && settlement.version !== expected) {
    const detail = 'Somebody changed this payment since you read it. Read it again.'
    throw new DomainError('stale', 'version-changed', detail, {
      currentVersion: settlement.version,
    })
  }
  return settlement
}
