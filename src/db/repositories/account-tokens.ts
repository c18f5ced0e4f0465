import type { Knex } from 'knex'
import type { AccountTokenRepository } from '../../domain/accounts/account-ports.ts'
import type { AccountToken, AccountTokenPurpose } from '../../domain/accounts/account-token.ts'
import { AccountTokenModel } from '../models/account-token-model.ts'

export function accountTokenRepository(db: Knex): AccountTokenRepository {
  return {
    async insert(token, tokenHash) {
      await AccountTokenModel.query(db).insert({ ...token, tokenHash })
    },
    async lock(tokenHash) {
      const row = await AccountTokenModel.query(db).findOne({ token_hash: tokenHash }).forUpdate()
      return row ? toAccountToken(row) : null
    },
    async setUsed(tokenHash, at) {
      await AccountTokenModel.query(db).where({ token_hash: tokenHash }).patch({ usedAt: at })
    },
    async deleteUnusedOf(userId, purpose) {
      await AccountTokenModel.query(db)
        .where({ user_id: userId })
        .whereNull('used_at')
        .modify((query) => {
          if (purpose) query.where({ purpose })
        })
        .delete()
    },
  }
}

function toAccountToken(row: AccountTokenModel): AccountToken {
  return {
    purpose: row.purpose as AccountTokenPurpose,
    userId: row.userId,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    usedAt: row.usedAt,
  }
}
