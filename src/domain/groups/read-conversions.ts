import type { Actor } from '../accounts/user.ts'
import type { Reads } from '../ports.ts'
import type { GroupConversion } from './group-conversion.ts'
import { requirePermission } from './policy.ts'

/** All conversions of the group, voided ones too, newest first. */
export async function listConversions(
  reads: Pick<Reads, 'groups' | 'groupConversions'>,
  actor: Actor,
  groupId: string,
): Promise<readonly GroupConversion[]> {
  requirePermission(await reads.groups.find(groupId), actor, 'group.read')
  return reads.groupConversions.listOf(groupId)
}
