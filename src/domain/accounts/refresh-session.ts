import type { Transaction } from '../ports.ts'
import { hashRefreshToken } from './session.ts'
import type { User } from './user.ts'

/** A reply can get lost: within this time an unused successor may be asked for again. */
const lostReplyGraceMs = 10_000

export type Refreshed =
  | {
      readonly outcome: 'renewed'
      readonly user: User
      readonly sessionId: string
      readonly refreshToken: string
    }
  | { readonly outcome: 'refused' }

/**
 * Trades a refresh token for its successor (RFC 9700 §4.14). A token used twice means that somebody
 * else has it, so the whole session ends. Refusals are returned and not thrown: ending the session
 * must be committed.
 */
export async function refreshSession(tx: Transaction, refreshToken: string): Promise<Refreshed> {
  const found = await tx.sessions.lockToken(hashRefreshToken(refreshToken))
  if (!found) return { outcome: 'refused' }
  const { token, session, successorUsed } = found
  const now = tx.clock.now()
  const user = await tx.users.find(session.userId)
  if (!user || user.disabledAt || session.revokedAt || session.expiresAt <= now)
    return { outcome: 'refused' }
  if (token.usedAt) {
    const isLostReply = !successorUsed && now.getTime() - token.usedAt.getTime() <= lostReplyGraceMs
    if (!isLostReply) {
      await tx.sessions.revoke(session.id, now)
      return { outcome: 'refused' }
    }
  }
  const successor = tx.ids.secret(32)
  await tx.sessions.replaceToken(token, hashRefreshToken(successor), now)
  return { outcome: 'renewed', user, sessionId: session.id, refreshToken: successor }
}
