import type { Knex } from 'knex'
import type { AccessToken, Scope } from '../../domain/accounts/access-token.ts'
import type { AccessTokenRepository } from '../../domain/accounts/account-ports.ts'
import { AccessTokenModel } from '../models/access-token-model.ts'

export function accessTokenRepository(db: Knex): AccessTokenRepository {
  return {
    async findByHash(tokenHash) {
      const row = await AccessTokenModel.query(db).findOne({ token_hash: tokenHash })
      return row ? toAccessToken(row) : null
    },
    async listOf(userId) {
      const rows = await AccessTokenModel.query(db).where({ user_id: userId }).orderBy('id', 'desc')
      return rows.map(toAccessToken)
    },
    async insert(token, tokenHash) {
      await AccessTokenModel.query(db).insert({
        ...token,
        scopes: [...token.scopes],
        groupIds: token.groupIds && [...token.groupIds],
        tokenHash,
      })
    },
    async setLastUsed(id, at) {
      await AccessTokenModel.query(db).findById(id).patch({ lastUsedAt: at })
    },
    async delete(userId, id) {
      return (await AccessTokenModel.query(db).where({ user_id: userId, id }).delete()) > 0
    },
    async deleteAllOf(userId) {
      await AccessTokenModel.query(db).where({ user_id: userId }).delete()
    },
  }
}

function toAccessToken(row: AccessTokenModel): AccessToken {
  return {
    id: row.id,
    userId: row.userId,
    name: row.name,
    scopes: row.scopes as Scope[],
    groupIds: row.groupIds,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastUsedAt,
  }
}
