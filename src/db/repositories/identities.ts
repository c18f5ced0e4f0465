import type { Knex } from 'knex'
import type { IdentityRepository } from '../../domain/accounts/account-ports.ts'
import type { Identity, Platform } from '../../domain/accounts/identity.ts'
import { IdentityModel } from '../models/identity-model.ts'

export function identityRepository(db: Knex): IdentityRepository {
  return {
    async find(platform, tenant, externalId) {
      const row = await IdentityModel.query(db).findOne({
        platform,
        tenant,
        external_id: externalId,
      })
      return row ? toIdentity(row) : null
    },
    async insert(identity) {
      const rows = await IdentityModel.query(db)
        .insert({ ...identity })
        .onConflict(['platform', 'tenant', 'external_id'])
        .ignore()
        .returning('id')
      return Boolean((rows as { id?: string } | undefined)?.id)
    },
    async update(identity) {
      await IdentityModel.query(db)
        .findById(identity.id)
        .patch({ ...identity })
    },
    async listOf(userId) {
      const rows = await IdentityModel.query(db).where({ user_id: userId }).orderBy('id')
      return rows.map(toIdentity)
    },
    async findById(id) {
      const row = await IdentityModel.query(db).findById(id)
      return row ? toIdentity(row) : null
    },
    async delete(id) {
      await IdentityModel.query(db).deleteById(id)
    },
    async membersCalled(groupId, platform, tenant, username) {
      const rows = await IdentityModel.query(db)
        .where({ platform, tenant })
        .whereRaw('lower(username) = lower(?)', [username])
        .whereRaw(
          'user_id in (select user_id from group_members where group_id = ? and left_at is null)',
          [groupId],
        )
        .select('user_id')
      return rows.map((row) => row.userId)
    },
  }
}

function toIdentity(row: IdentityModel): Identity {
  return {
    id: row.id,
    userId: row.userId,
    platform: row.platform as Platform,
    tenant: row.tenant,
    externalId: row.externalId,
    username: row.username,
    displayName: row.displayName,
    canDm: row.canDm,
    createdAt: row.createdAt,
    lastSeenAt: row.lastSeenAt,
  }
}
