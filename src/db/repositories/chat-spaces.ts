import type { Knex } from 'knex'
import type { Platform } from '../../domain/accounts/identity.ts'
import type { ChatSpace } from '../../domain/groups/chat-space.ts'
import type { ChatSpaceRepository } from '../../domain/groups/group-ports.ts'
import { ChatSpaceModel } from '../models/chat-space-model.ts'

export function chatSpaceRepository(db: Knex): ChatSpaceRepository {
  return {
    async find(platform, tenant, externalId) {
      const row = await ChatSpaceModel.query(db).findOne({
        platform,
        tenant,
        external_id: externalId,
      })
      return row ? toChatSpace(row) : null
    },
    async insert(space) {
      const rows = await ChatSpaceModel.query(db)
        .insert({ ...space })
        .onConflict(['platform', 'tenant', 'external_id'])
        .ignore()
        .returning('id')
      return Boolean((rows as { id?: string } | undefined)?.id)
    },
  }
}

function toChatSpace(row: ChatSpaceModel): ChatSpace {
  return {
    id: row.id,
    platform: row.platform as Platform,
    tenant: row.tenant,
    externalId: row.externalId,
    groupId: row.groupId,
    title: row.title,
    active: row.active,
    createdAt: row.createdAt,
  }
}
