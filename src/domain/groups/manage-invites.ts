import type { Actor } from '../accounts/user.ts'
import { conflict, forbidden, invalid, notFound } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import type { Group } from './group.ts'
import { requireGuest, requireMayConfirm } from './guests.ts'
import { hashInviteToken, type Invite, type InviteRole, isInForce } from './invite.ts'
import { may, requirePermission } from './policy.ts'

export type CreateInvite = {
  readonly role?: InviteRole
  readonly guestUserId?: string | null
  /** A week when left out. */
  readonly expiresInHours?: number
  /** Null or left out: any number; for a guest it is always one. */
  readonly mostUses?: number | null
}

/** The token is in no other answer: who loses it makes another link. */
export type CreatedInvite = { readonly invite: Invite; readonly token: string }

const tokenBytes = 32
const hourMs = 3_600_000
const defaultHours = 7 * 24
const mostHours = 90 * 24
const mostUsesLimit = 1000
const mostInForce = 100

export async function createInvite(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  input: CreateInvite,
): Promise<CreatedInvite> {
  const group = await tx.groups.lock(groupId)
  const role = input.role ?? 'member'
  requirePermission(group, actor, role === 'admin' ? 'invite.create-privileged' : 'invite.create')
  if (input.guestUserId) {
    await requireMayConfirm(tx, actor, group!, requireGuest(group!, input.guestUserId))
  } else requireShared(group!)
  const now = tx.clock.now()
  await requireRoom(tx, group!, now)
  const token = tx.ids.secret(tokenBytes)
  const invite: Invite = {
    id: tx.ids.next(),
    groupId,
    role,
    guestUserId: input.guestUserId ?? null,
    mostUses: input.guestUserId ? 1 : requireWhole(input.mostUses ?? null),
    uses: 0,
    createdBy: actor.userId,
    createdAt: now,
    expiresAt: new Date(now.getTime() + requireHours(input.expiresInHours) * hourMs),
    revokedAt: null,
  }
  await tx.invites.insert(invite, hashInviteToken(token))
  return { invite, token }
}

/** Those still in force, newest first: admins see all of the group's, members what they made. */
export async function listInvites(
  tx: Transaction,
  actor: Actor,
  groupId: string,
): Promise<readonly Invite[]> {
  const member = requirePermission(await tx.groups.find(groupId), actor, 'invite.manage-own')
  const seesAll = may(member.role, 'invite.manage-any')
  const now = tx.clock.now()
  return (await tx.invites.listOf(groupId)).filter(
    (invite) => isInForce(invite, now) && (seesAll || invite.createdBy === actor.userId),
  )
}

export async function revokeInvite(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  id: string,
): Promise<Invite> {
  const group = await tx.groups.lock(groupId)
  const member = requirePermission(group, actor, 'invite.manage-own')
  const invite = await tx.invites.find(groupId, id)
  if (!invite) throw notFound('invite')
  if (invite.createdBy !== actor.userId && !may(member.role, 'invite.manage-any')) {
    throw forbidden(
      'not-yours',
      'Only who made an invite, or an admin of the group, can revoke it.',
    )
  }
  if (invite.revokedAt) return invite
  const revoked = { ...invite, revokedAt: tx.clock.now() }
  await tx.invites.update(revoked)
  return revoked
}

/** What somebody may know who holds the link but is not in the group. */
export type InvitePreview = {
  readonly groupName: string
  readonly inviterName: string
  readonly role: InviteRole
  /** The name under which the group keeps what the invited person is to take over. */
  readonly guestName: string | null
  readonly expiresAt: Date
}

export async function previewInvite(tx: Transaction, token: string): Promise<InvitePreview> {
  const { invite, group } = await findInvite(tx, token)
  const people = await tx.users.findMany(
    [invite.createdBy, invite.guestUserId].filter((id) => id !== null),
  )
  const nameOf = (id: string) => people.find((person) => person.id === id)?.displayName ?? ''
  return {
    groupName: group.name,
    inviterName: nameOf(invite.createdBy),
    role: invite.role,
    guestName: invite.guestUserId && nameOf(invite.guestUserId),
    expiresAt: invite.expiresAt,
  }
}

/** Spent, expired, revoked and invented links are all the same to who holds one. */
export async function findInvite(
  tx: Transaction,
  token: string,
): Promise<{ invite: Invite; group: Group }> {
  const invite = await tx.invites.findByToken(hashInviteToken(token))
  const group =
    invite && isInForce(invite, tx.clock.now()) && (await tx.groups.find(invite.groupId))
  if (!invite || !group || group.archivedAt) throw notFound('invite')
  return { invite, group }
}

function requireShared(group: Group): void {
  if (group.kind === 'shared') return
  throw conflict('fixed-people', 'Only shared groups can be joined. Make a group first.')
}

async function requireRoom(tx: Transaction, group: Group, now: Date): Promise<void> {
  const open = (await tx.invites.listOf(group.id)).filter((invite) => isInForce(invite, now))
  if (open.length < mostInForce) return
  const detail = `This group has ${mostInForce} open invites. Revoke some first.`
  throw conflict('too-many-invites', detail, { most: mostInForce })
}

function requireHours(hours = defaultHours): number {
  if (Number.isInteger(hours) && hours >= 1 && hours <= mostHours) return hours
  const detail = `An invite can be good for 1 to ${mostHours} hours.`
  throw invalid('invite-expiry', detail, { most: mostHours }, '/expiresInHours')
}

function requireWhole(uses: number | null): number | null {
  if (uses === null || (Number.isInteger(uses) && uses >= 1 && uses <= mostUsesLimit)) return uses
  const detail = `An invite can be used 1 to ${mostUsesLimit} times, or without a limit.`
  throw invalid('invite-uses', detail, { most: mostUsesLimit }, '/mostUses')
}
