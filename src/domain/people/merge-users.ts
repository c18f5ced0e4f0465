import type { Actor, User } from '../accounts/user.ts'
import { conflict, forbidden, invalid, notFound } from '../errors.ts'
import type { MergedPeople } from '../expenses/merge-people.ts'
import { directKeyOf } from '../groups/chat-groups.ts'
import type { Group } from '../groups/group.ts'
import type { Transaction } from '../ports.ts'
import { mergeInGroup } from './merge-in-group.ts'
import { moveCategories } from './move-categories.ts'

/**
 * Makes one person of two, for an admin of this installation. People do it themselves by linking a
 * chat (`link-chat.ts`), or by claiming a guest (`claim-guest.ts`).
 */
export async function mergeUsers(
  tx: Transaction,
  actor: Actor,
  people: MergedPeople,
): Promise<User> {
  if (actor.role !== 'admin') {
    throw forbidden('admins-only', 'Only an admin of this installation can merge other people.')
  }
  return combinePeople(tx, actor, people)
}

/**
 * The merge itself; whoever calls it has checked that the actor may. Everything of `from` is `into`'s
 * afterwards, and no amount and no line of the history is lost.
 */
export async function combinePeople(
  tx: Transaction,
  actor: Actor,
  people: MergedPeople,
): Promise<User> {
  const { from, into } = await lockPeople(tx, people)
  for (const groupId of await tx.groups.idsOf(from.id)) {
    const group = (await tx.groups.lock(groupId))!
    await mergeInGroup(tx, actor, group, people)
    await refreshDirectKey(tx, groupId)
    await revokeInvitesFor(tx, group, from.id)
  }
  await moveCategories(tx, from, into)
  await tx.merges.moveBelongings(from.id, into.id)
  const now = tx.clock.now()
  await tx.sessions.revokeAllOf(from.id, now)
  await tx.accessTokens.deleteAllOf(from.id)
  await tx.accountTokens.deleteUnusedOf(from.id)
  await tx.linkCodes.deleteUnusedOf(from.id)
  await tx.users.close({
    ...from,
    mergedIntoId: into.id,
    disabledAt: now,
    updatedAt: now,
    tokenVersion: from.tokenVersion + 1,
  })
  return into
}

/** Locks both before their groups are looked at: whoever gets a member holds the person first. */
export async function lockPeople(
  tx: Transaction,
  people: MergedPeople,
): Promise<{ from: User; into: User }> {
  const locked = await tx.users.lock([people.fromUserId, people.intoUserId])
  return requireMergeable(locked, people)
}

export function requireMergeable(
  users: readonly User[],
  { fromUserId, intoUserId }: MergedPeople,
): { from: User; into: User } {
  if (fromUserId === intoUserId) {
    throw invalid('same-person', 'These are one and the same person already.', {}, '/intoUserId')
  }
  const from = users.find((user) => user.id === fromUserId)
  const into = users.find((user) => user.id === intoUserId)
  if (from?.mergedIntoId) {
    throw conflict('already-merged', 'This person was merged into somebody already.', {
      intoUserId: from.mergedIntoId,
    })
  }
  if (!from || !into || from.disabledAt || into.disabledAt) throw notFound('user')
  if (into.isGuest) {
    const detail = 'A guest cannot take over anything. Merge the other way round.'
    throw invalid('merge-into-guest', detail, {}, '/intoUserId')
  }
  if (from.username) {
    const detail = into.username
      ? 'Both have a login. Unlink or delete one of the accounts first.'
      : 'The one with a login has to remain. Merge the other way round.'
    throw conflict(into.username ? 'both-have-logins' : 'merge-other-way', detail)
  }
  return { from, into }
}

/** The same people have to find their direct group under the name they have now. */
async function refreshDirectKey(tx: Transaction, groupId: string): Promise<void> {
  const group = (await tx.groups.find(groupId))!
  if (group.kind === 'direct') await tx.groups.claimDirectForOlder(directKeyOf(group), groupId)
}

async function revokeInvitesFor(tx: Transaction, group: Group, guestUserId: string): Promise<void> {
  for (const invite of await tx.invites.listOf(group.id)) {
    if (invite.guestUserId !== guestUserId || invite.revokedAt) continue
    await tx.invites.update({ ...invite, revokedAt: tx.clock.now() })
  }
}
