import type { Actor } from '../accounts/user.ts'
import { conflict, notFound } from '../errors.ts'
import { joinGroup } from '../groups/add-member.ts'
import { requireMember } from '../groups/change-role.ts'
import { activeMember, type Group } from '../groups/group.ts'
import { requireGuest, requireMayConfirm } from '../groups/guests.ts'
import { findInvite } from '../groups/manage-invites.ts'
import { requirePermission } from '../groups/policy.ts'
import type { Transaction } from '../ports.ts'
import { combinePeople } from './merge-users.ts'

/**
 * "That's me": the guest's entries become the actor's. It takes the word of `confirmedBy`, who added the
 * guest or is an admin of the group, because whoever claims a guest takes over what that guest is owed.
 */
export async function claimGuest(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  guestUserId: string,
  confirmedBy: Actor,
): Promise<Group> {
  await lockClaim(tx, guestUserId, actor.userId)
  const group = await tx.groups.lock(groupId)
  requirePermission(group, actor, 'group.read')
  await requireMayConfirm(tx, confirmedBy, group!, requireGuest(group!, guestUserId))
  await combinePeople(tx, actor, { fromUserId: guestUserId, intoUserId: actor.userId })
  return (await tx.groups.find(groupId))!
}

/** Says which member a guest is; for who added the guest and for admins of the group. */
export async function mergeGuest(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  guestUserId: string,
  intoUserId: string,
): Promise<Group> {
  await lockClaim(tx, guestUserId, intoUserId)
  const group = await tx.groups.lock(groupId)
  requirePermission(group, actor, 'guest.confirm-own')
  await requireMayConfirm(tx, actor, group!, requireGuest(group!, guestUserId))
  const into = requireMember(group!, intoUserId)
  await combinePeople(tx, actor, { fromUserId: guestUserId, intoUserId: into.userId })
  return (await tx.groups.find(groupId))!
}

/** Joins the group, or takes the place of the guest for whom the link was made. */
export async function acceptInvite(tx: Transaction, actor: Actor, token: string): Promise<Group> {
  const seen = await findInvite(tx, token)
  const { guestUserId } = seen.invite
  if (guestUserId) await lockClaim(tx, guestUserId, actor.userId)
  const group = (await tx.groups.lock(seen.group.id))!
  // Somebody may have used the link up while we waited for the lock.
  const { invite } = await findInvite(tx, token)
  const member = activeMember(group, actor.userId)
  if (member && !guestUserId) return group
  if (!member) {
    const user = await tx.users.find(actor.userId)
    if (!user) throw notFound('user')
    await joinGroup(tx, actor, group, user, invite.role)
  }
  await tx.invites.update({ ...invite, uses: invite.uses + 1 })
  if (guestUserId) {
    requireGuest(group, guestUserId)
    await combinePeople(tx, actor, { fromUserId: guestUserId, intoUserId: actor.userId })
  }
  return (await tx.groups.find(group.id))!
}

/** People before groups, as every merge locks them; the second of two claims finds the guest taken. */
async function lockClaim(tx: Transaction, guestUserId: string, intoUserId: string): Promise<void> {
  const locked = await tx.users.lock([guestUserId, intoUserId])
  const guest = locked.find(({ id }) => id === guestUserId)
  if (guest?.mergedIntoId) {
    throw conflict('already-claimed', 'Somebody else was this guest already.')
  }
}
