import type { Knex } from 'knex'
import type { LinkCodeRepository } from '../../domain/accounts/account-ports.ts'
import type { LinkCode } from '../../domain/accounts/link-code.ts'
import { LinkCodeModel } from '../models/link-code-model.ts'

export function linkCodeRepository(db: Knex): LinkCodeRepository {
  const lockOne = async (where: Record<string, unknown>): Promise<LinkCode | null> => {
    const row = await LinkCodeModel.query(db).findOne(where).forUpdate()
    return row ? toLinkCode(row) : null
  }

  return {
    async insert(code, codeHash) {
      await LinkCodeModel.query(db).insert({ ...code, codeHash })
    },
    async update({ id, enteredBy, expiresAt, usedAt }) {
      await LinkCodeModel.query(db).findById(id).patch({ enteredBy, expiresAt, usedAt })
    },
    lockByHash: (codeHash) => lockOne({ code_hash: codeHash }),
    lock: (id) => lockOne({ id }),
    async deleteUnusedOf(userId) {
      await LinkCodeModel.query(db).where({ user_id: userId }).whereNull('used_at').delete()
    },
    async lockAttempts(userId, now) {
      // A row that isn't there cannot be locked.
      await db('link_attempts')
        .insert({ user_id: userId, wrong_codes: 0, window_ends_at: now })
        .onConflict('user_id')
        .ignore()
      const row = await db('link_attempts').where({ user_id: userId }).forUpdate().first()
      return { wrongCodes: row.wrong_codes, windowEndsAt: row.window_ends_at }
    },
    async setAttempts(userId, wrongCodes, windowEndsAt) {
      await db('link_attempts')
        .insert({ user_id: userId, wrong_codes: wrongCodes, window_ends_at: windowEndsAt })
        .onConflict('user_id')
        .merge(['wrong_codes', 'window_ends_at'])
    },
  }
}

function toLinkCode(row: LinkCodeModel): LinkCode {
  return {
    id: row.id,
    purpose: row.purpose as LinkCode['purpose'],
    userId: row.userId,
    identityId: row.identityId,
    enteredBy: row.enteredBy,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    usedAt: row.usedAt,
  }
}
