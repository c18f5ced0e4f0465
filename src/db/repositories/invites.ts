import type { Knex } from 'knex'
import type { InviteRepository } from '../../domain/groups/group-ports.ts'
import type { Invite, InviteRole } from '../../domain/groups/invite.ts'
import { InviteModel } from '../models/invite-model.ts'

export function inviteRepository(db: Knex): InviteRepository {
  return {
    async insert(invite, tokenHash) {
      await InviteModel.query(db).insert({ ...invite, tokenHash })
    },
    async update(invite) {
      const { uses, revokedAt } = invite
      await InviteModel.query(db)
        .where({ group_id: invite.groupId, id: invite.id })
        .patch({ uses, revokedAt })
    },
    async findByToken(tokenHash) {
      const row = await InviteModel.query(db).findOne({ token_hash: tokenHash })
      return row ? toInvite(row) : null
    },
    async find(groupId, id) {
      const row = await InviteModel.query(db).findOne({ group_id: groupId, id })
      return row ? toInvite(row) : null
    },
    async listOf(groupId) {
      const rows = await InviteModel.query(db).where({ group_id: groupId }).orderBy('id', 'desc')
      return rows.map(toInvite)
    },
  }
}

function toInvite(row: InviteModel): Invite {
  return {
    id: row.id,
    groupId: row.groupId,
    role: row.role as InviteRole,
    guestUserId: row.guestUserId,
    mostUses: row.mostUses,
    uses: row.uses,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    revokedAt: row.revokedAt,
  }
}
