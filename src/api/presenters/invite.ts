import type { Invite } from '../../domain/groups/invite.ts'
import type { InviteResource } from '../schemas/invite.ts'

export function presentInvite(invite: Invite): InviteResource {
  return {
    id: invite.id,
    groupId: invite.groupId,
    role: invite.role,
    guestUserId: invite.guestUserId,
    mostUses: invite.mostUses,
    uses: invite.uses,
    createdBy: invite.createdBy,
    createdAt: invite.createdAt.toISOString(),
    expiresAt: invite.expiresAt.toISOString(),
    revokedAt: invite.revokedAt?.toISOString() ?? null,
  }
}
