import type { Actor } from '../accounts/user.ts'
import { conflict, DomainError, notFound } from '../errors.ts'
import { reversed } from '../ledger/ledger-entry.ts'
import type { Transaction } from '../ports.ts'
import { conversionEvent } from './conversion-events.ts'
import type { Group } from './group.ts'
import { type GroupConversion, ledgerEntriesOf } from './group-conversion.ts'
import { requirePermission } from './policy.ts'
import { withCurrency } from './redenominate.ts'

/**
 * Takes a conversion back: what it moved is owed in the old currencies again, and the group has its
 * former currency unless it got another since. Throws `later-conversion`.
 */
export async function voidRedenomination(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  id: string,
  expected: number | null = null,
): Promise<GroupConversion> {
  const { group, conversion: before } = await lockConversion(tx, actor, groupId, id, expected)
  if (before.voidedAt) return before
  const now = tx.clock.now()
  const after = { ...before, voidedAt: now, updatedAt: now, version: before.version + 1 }
  await tx.groupConversions.setVoided(after)
  await tx.balances.post(groupId, reversed(ledgerEntriesOf(before)))
  const currency = group.currency === before.currencyAfter ? before.currencyBefore : group.currency
  const groups = { before: group, after: await withCurrency(tx, group, currency) }
  await tx.events.append(conversionEvent('group.redenomination-voided', after, groups, actor, tx))
  return after
}

/** Puts a voided conversion back with the amounts it had. Throws `later-conversion`. */
export async function restoreRedenomination(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  id: string,
  expected: number | null = null,
): Promise<GroupConversion> {
  const { group, conversion: before } = await lockConversion(tx, actor, groupId, id, expected)
  if (!before.voidedAt) return before
  const after: GroupConversion = {
    ...before,
    voidedAt: null,
    updatedAt: tx.clock.now(),
    version: before.version + 1,
  }
  await tx.groupConversions.setVoided(after)
  await tx.balances.post(groupId, ledgerEntriesOf(after))
  const currency = group.currency === before.currencyBefore ? before.currencyAfter : group.currency
  const groups = { before: group, after: await withCurrency(tx, group, currency) }
  await tx.events.append(conversionEvent('group.redenomination-restored', after, groups, actor, tx))
  return after
}

/** Conversions build on one another, so they are taken back from the last to the first. */
async function lockConversion(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  id: string,
  expected: number | null,
): Promise<{ group: Group; conversion: GroupConversion }> {
  const group = await tx.groups.lock(groupId)
  requirePermission(group, actor, 'group.redenominate')
  const conversions = await tx.groupConversions.listOf(groupId)
  const conversion = conversions.find((candidate) => candidate.id === id)
  if (!conversion) throw notFound('conversion')
  if (expected !== null && conversion.version !== expected) {
    const detail = 'Somebody changed this conversion since you read it. Read it again.'
    throw new DomainError('stale', 'version-changed', detail, {
      currentVersion: conversion.version,
    })
  }
  const later = conversions.find(({ id: other, voidedAt }) => other > id && !voidedAt)
  if (later) {
    const detail = 'A later conversion of this group is in force. Undo that one first.'
    throw conflict('later-conversion', detail, { conversionId: later.id })
  }
  return { group: group!, conversion }
}
