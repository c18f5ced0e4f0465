import type { Actor } from '../accounts/user.ts'
import { notFound } from '../errors.ts'
import { requirePermission } from '../groups/policy.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Reads } from '../ports.ts'
import type { Settlement } from './settlement.ts'

type SettlementReading = Pick<Reads, 'groups' | 'settlements'>

/** Also one that is no longer in force. */
export async function readSettlement(
  reads: SettlementReading,
  actor: Actor,
  groupId: string,
  id: string,
): Promise<Settlement> {
  requirePermission(await reads.groups.find(groupId), actor, 'group.read')
  const settlement = await reads.settlements.find(groupId, id)
  if (!settlement) throw notFound('settlement')
  return settlement
}

/** Those in force, newest first. */
export async function listSettlements(
  reads: SettlementReading,
  actor: Actor,
  groupId: string,
  page: PageRequest,
): Promise<Page<Settlement>> {
  requirePermission(await reads.groups.find(groupId), actor, 'group.read')
  return reads.settlements.list(groupId, page)
}
