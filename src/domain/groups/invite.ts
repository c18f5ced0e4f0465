import { createHash } from 'node:crypto'
import type { GroupRole } from './group.ts'

export type InviteRole = Exclude<GroupRole, 'owner'>

/** A link into a group. Its token is shown once, when it is made; we keep the hash. */
export type Invite = {
  readonly id: string
  readonly groupId: string
  readonly role: InviteRole
  /** The guest whose place the person takes over who follows the link. */
  readonly guestUserId: string | null
  /** Null: any number of people until it expires. */
  readonly mostUses: number | null
  readonly uses: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
}

export function isInForce(invite: Invite, now: Date): boolean {
  const isUsedUp = invite.mostUses !== null && invite.uses >= invite.mostUses
  return !invite.revokedAt && !isUsedUp && invite.expiresAt > now
}

/** A token is a long random secret, so one round of SHA-256 is enough to store it safely. */
export function hashInviteToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
