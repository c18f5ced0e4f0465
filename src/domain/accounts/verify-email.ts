import { conflict, invalid, notFound } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import { giveAccountToken, spendAccountToken } from './account-token.ts'
import type { User } from './user.ts'

/** A secret to be sent to the address, which it proves; earlier ones stop working. */
export async function giveVerification(
  tx: Transaction,
  userId: string,
): Promise<{ readonly user: User; readonly token: string }> {
  const user = await tx.users.hold(userId)
  if (!user || user.disabledAt) throw notFound('user')
  if (!user.email) throw conflict('no-login', 'This account has no address to verify.')
  if (user.emailVerifiedAt) throw conflict('already-verified', 'The address is verified already.')
  await tx.accountTokens.deleteUnusedOf(userId, 'verify-email')
  const { token } = await giveAccountToken(tx, 'verify-email', userId)
  return { user, token }
}

export async function verifyEmail(tx: Transaction, token: string): Promise<User> {
  const spent = await spendAccountToken(tx, 'verify-email', token)
  const [user] = spent ? await tx.users.lock([spent.userId]) : []
  if (!user || user.disabledAt || !user.email) {
    const detail = 'This token is used up, expired or unknown. Ask for another one.'
    throw invalid('verify-token-refused', detail, {}, '/token')
  }
  const now = tx.clock.now()
  const verified: User = { ...user, emailVerifiedAt: now, updatedAt: now }
  await tx.users.update(verified)
  return verified
}
