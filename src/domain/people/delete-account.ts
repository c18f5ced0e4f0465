import type { Actor, User } from '../accounts/user.ts'
import { conflict, notFound } from '../errors.ts'
import { activeMember, activeMembers, type Group } from '../groups/group.ts'
import { groupEvent } from '../groups/group-events.ts'
import { takeOut } from '../groups/leave-group.ts'
import { toDecimal } from '../money/money.ts'
import type { Transaction } from '../ports.ts'

const anonymousName = 'Deleted user'

/**
 * Takes the person out of everything but other people's history, where they stand without a name.
 * Refused with the balances while there are any.
 */
export async function deleteAccount(tx: Transaction, actor: Actor): Promise<void> {
  const [user] = await tx.users.lock([actor.userId])
  if (!user || user.disabledAt) throw notFound('user')
  const groups: Group[] = []
  for (const groupId of await tx.groups.idsOf(user.id)) {
    groups.push((await tx.groups.lock(groupId))!)
  }
  await requireNoBalances(tx, user, groups)
  requireHeirs(user, groups)
  for (const group of groups) await depart(tx, actor, group)
  await forget(tx, user)
}

async function requireNoBalances(
  tx: Transaction,
  user: User,
  groups: readonly Group[],
): Promise<void> {
  const balances = []
  for (const group of groups) {
    for (const { userId, amount } of await tx.balances.of(group.id)) {
      if (userId !== user.id) continue
      const { currency } = amount
      balances.push({
        groupId: group.id,
        groupName: group.name,
        currency,
        amount: toDecimal(amount),
      })
    }
  }
  if (balances.length === 0) return
  const sums = balances.map((one) => `${one.amount} ${one.currency} in "${one.groupName}"`)
  throw conflict(
    'balance-not-zero',
    `You still have a balance: ${sums.join(', ')}. Settle it before you delete the account.`,
    { balances },
  )
}

/** Others must not be left in a group without an owner; a group without others is archived. */
function requireHeirs(user: User, groups: readonly Group[]): void {
  const orphaned = groups.filter(
    (group) => isLastOwner(group, user.id) && hasOthers(group, user.id),
  )
  if (orphaned.length === 0) return
  const names = orphaned.map((group) => `"${group.name}"`).join(', ')
  throw conflict('last-owner', `Name another owner first in ${names}.`, {
    groups: orphaned.map(({ id, name }) => ({ groupId: id, groupName: name })),
  })
}

const othersIn = (group: Group, userId: string) =>
  activeMembers(group).filter((member) => member.userId !== userId && !member.isGuest)

const hasOthers = (group: Group, userId: string): boolean => othersIn(group, userId).length > 0

function isLastOwner(group: Group, userId: string): boolean {
  const isOwner = activeMember(group, userId)?.role === 'owner'
  const hasOwner = othersIn(group, userId).some((member) => member.role === 'owner')
  return group.kind === 'shared' && isOwner && !hasOwner
}

async function depart(tx: Transaction, actor: Actor, group: Group): Promise<void> {
  const now = tx.clock.now()
  for (const invite of await tx.invites.listOf(group.id)) {
    if (invite.createdBy === actor.userId && !invite.revokedAt) {
      await tx.invites.update({ ...invite, revokedAt: now })
    }
  }
  const member = activeMember(group, actor.userId)
  if (!member) return
  await takeOut(tx, actor, group, member, 'member.left')
  if (hasOthers(group, actor.userId) || group.archivedAt) return
  const before = (await tx.groups.find(group.id))!
  const after: Group = { ...before, archivedAt: now, version: before.version + 1, updatedAt: now }
  await tx.groups.update(after)
  await tx.events.append(groupEvent('group.edited', before, after, actor, tx))
}

async function forget(tx: Transaction, user: User): Promise<void> {
  const now = tx.clock.now()
  const merged = await tx.users.mergedInto(user.id)
  await tx.events.forgetNames(
    [user, ...merged].map(({ id }) => id),
    anonymousName,
  )
  for (const one of merged) await tx.users.update({ ...one, displayName: anonymousName })
  for (const { id } of await tx.identities.listOf(user.id)) await tx.identities.delete(id)
  await tx.sessions.revokeAllOf(user.id, now)
  await tx.accessTokens.deleteAllOf(user.id)
  await tx.accountTokens.deleteUnusedOf(user.id)
  await tx.linkCodes.deleteUnusedOf(user.id)
  await tx.users.close({
    ...user,
    displayName: anonymousName,
    username: null,
    email: null,
    emailVerifiedAt: null,
    role: 'user',
    tokenVersion: user.tokenVersion + 1,
    disabledAt: now,
    deletedAt: now,
    updatedAt: now,
  })
}
