import type { Actor } from '../accounts/user.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Reads } from '../ports.ts'
import type { Group, GroupKind } from './group.ts'
import { requirePermission } from './policy.ts'

export async function readGroup(reads: Reads, actor: Actor, id: string): Promise<Group> {
  const group = await reads.groups.find(id)
  requirePermission(group, actor, 'group.read')
  return group!
}

/** The groups in which the actor is now; without a kind those that hold more than themselves. */
export function listGroups(
  reads: Reads,
  actor: Actor,
  kind: GroupKind | null,
  page: PageRequest,
): Promise<Page<Group>> {
  return reads.groups.listOf(actor.userId, kind ? [kind] : ['shared', 'direct'], page)
}
