import type { Knex } from 'knex'
import type { SessionRepository } from '../../domain/accounts/account-ports.ts'
import type { Session } from '../../domain/accounts/session.ts'
import { RefreshTokenModel } from '../models/refresh-token-model.ts'
import { SessionModel } from '../models/session-model.ts'

export function sessionRepository(db: Knex): SessionRepository {
  return {
    async find(id) {
      const row = await SessionModel.query(db).findById(id)
      return row ? toSession(row) : null
    },
    async openOf(userId, now) {
      const rows = await SessionModel.query(db)
        .where({ user_id: userId })
        .whereNull('revoked_at')
        .where('expires_at', '>', now)
        .orderBy('id', 'desc')
      return rows.map(toSession)
    },
    async insert(session, tokenHash) {
      await SessionModel.query(db).insert({ ...session })
      await RefreshTokenModel.query(db).insert({
        tokenHash,
        sessionId: session.id,
        issuedAt: session.createdAt,
      })
    },
    async lockToken(tokenHash) {
      const token = await RefreshTokenModel.query(db).findOne({ token_hash: tokenHash }).forUpdate()
      if (!token) return null
      const session = await SessionModel.query(db).findById(token.sessionId)
      const successor =
        token.successorHash &&
        (await RefreshTokenModel.query(db).findOne({ token_hash: token.successorHash }))
      return {
        token: {
          tokenHash: token.tokenHash,
          sessionId: token.sessionId,
          usedAt: token.usedAt,
          successorHash: token.successorHash,
        },
        session: toSession(session!),
        successorUsed: Boolean(token.successorHash) && (!successor || successor.usedAt !== null),
      }
    },
    async replaceToken(old, successorHash, at) {
      if (old.successorHash)
        await RefreshTokenModel.query(db).where({ token_hash: old.successorHash }).delete()
      await RefreshTokenModel.query(db)
        .where({ token_hash: old.tokenHash })
        .patch({ usedAt: old.usedAt ?? at, successorHash })
      await RefreshTokenModel.query(db).insert({
        tokenHash: successorHash,
        sessionId: old.sessionId,
        issuedAt: at,
      })
      await SessionModel.query(db).findById(old.sessionId).patch({ lastUsedAt: at })
    },
    async revoke(sessionId, at) {
      await SessionModel.query(db)
        .findById(sessionId)
        .whereNull('revoked_at')
        .patch({ revokedAt: at })
    },
    async revokeAllOf(userId, at) {
      await SessionModel.query(db)
        .where({ user_id: userId })
        .whereNull('revoked_at')
        .patch({ revokedAt: at })
    },
  }
}

function toSession(row: SessionModel): Session {
  return {
    id: row.id,
    userId: row.userId,
    userAgent: row.userAgent,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    expiresAt: row.expiresAt,
    revokedAt: row.revokedAt,
  }
}
