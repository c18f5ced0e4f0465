import type { Actor } from '../accounts/user.ts'
import { conflict, notFound } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import { guestRole } from './add-member.ts'
import { activeMember, activeMembers, type Group, type GroupRole, type Member } from './group.ts'
import { memberChanged } from './group-events.ts'
import { requirePermission } from './policy.ts'

/** Admins move people between the roles below owner; only owners make and unmake owners. */
export async function changeRole(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  userId: string,
  role: GroupRole,
): Promise<Member> {
  const group = await tx.groups.lock(groupId)
  requirePermission(group, actor, 'member.change-role')
  const before = requireMember(group!, userId)
  if (before.role === role) return before
  if (role === 'owner' || before.role === 'owner') {
    requirePermission(group, actor, 'member.change-owner')
  }
  if (before.role === 'owner') requireOtherOwner(group!, userId)
  return writeRole(tx, actor, groupId, before, role)
}

/** Names another owner; who was owner becomes an admin. */
export async function transferOwnership(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  userId: string,
): Promise<Member> {
  const group = await tx.groups.lock(groupId)
  const owner = requirePermission(group, actor, 'member.change-owner')
  const heir = requireMember(group!, userId)
  if (heir.userId === owner.userId) return heir
  const named = await writeRole(tx, actor, groupId, heir, 'owner')
  await writeRole(tx, actor, groupId, owner, 'admin')
  return named
}

export function requireMember(group: Group, userId: string): Member {
  const member = activeMember(group, userId)
  if (!member) throw notFound('member')
  return member
}

/** A group without an owner could not be looked after. */
export function requireOtherOwner(group: Group, userId: string): void {
  const others = activeMembers(group).filter((member) => member.userId !== userId)
  if (others.some((member) => member.role === 'owner')) return
  throw conflict(
    'last-owner',
    `"${group.name}" has no other owner. Name another owner first, or archive the group.`,
  )
}

async function writeRole(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  before: Member,
  role: GroupRole,
): Promise<Member> {
  if (before.isGuest && (role === 'owner' || role === 'admin')) throw guestRole()
  if (before.role === role) return before
  const after: Member = { ...before, role }
  await tx.groups.updateMember(groupId, after)
  await tx.events.append(memberChanged('member.role-changed', groupId, [before, after], actor, tx))
  return after
}
