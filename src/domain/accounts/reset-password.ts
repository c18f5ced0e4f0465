import { conflict, invalid, notFound } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import { type GivenAccountToken, giveAccountToken, spendAccountToken } from './account-token.ts'
import type { User } from './user.ts'

/** A secret with which a new password can be set once; earlier ones stop working. */
export async function giveReset(tx: Transaction, userId: string): Promise<GivenAccountToken> {
  const user = await tx.users.hold(userId)
  if (!user || user.disabledAt) throw notFound('user')
  if (!user.username) throw conflict('no-login', 'This person has no login, so no password.')
  await tx.accountTokens.deleteUnusedOf(userId, 'reset-password')
  return giveAccountToken(tx, 'reset-password', userId)
}

/** Whoever had the account before is out: sessions end, access tokens are gone. */
export async function resetPassword(
  tx: Transaction,
  token: string,
  passwordHash: string,
): Promise<User> {
  const spent = await spendAccountToken(tx, 'reset-password', token)
  const user = spent && (await tx.users.hold(spent.userId))
  if (!user || user.disabledAt) {
    const detail = 'This token is used up, expired or unknown. Ask for another one.'
    throw invalid('reset-token-refused', detail, {}, '/token')
  }
  await tx.users.setPassword(user.id, passwordHash)
  await tx.sessions.revokeAllOf(user.id, tx.clock.now())
  await tx.accessTokens.deleteAllOf(user.id)
  return user
}
