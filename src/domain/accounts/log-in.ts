import { DomainError } from '../errors.ts'
import type { Reads, Transaction } from '../ports.ts'
import type { PasswordHasher } from './account-ports.ts'
import { hashRefreshToken, type Session, sessionDays } from './session.ts'
import type { User } from './user.ts'

export type Credentials = ({ readonly username: string } | { readonly email: string }) & {
  readonly password: string
}
export type OpenedSession = { readonly session: Session; readonly refreshToken: string }

const dayMs = 86_400_000

/** The same words and the same work whether the name or the password is wrong. */
export async function verifyCredentials(
  reads: Reads,
  hasher: PasswordHasher,
  credentials: Credentials,
): Promise<User> {
  const found = await reads.users.findByLogin(credentials)
  const matches = await hasher.verify(found?.passwordHash ?? null, credentials.password)
  if (!found || !matches || found.user.disabledAt) {
    throw new DomainError(
      'unauthenticated',
      'wrong-credentials',
      'The name or the password is wrong.',
    )
  }
  return found.user
}

export async function openSession(
  tx: Transaction,
  user: User,
  userAgent: string,
): Promise<OpenedSession> {
  const now = tx.clock.now()
  const refreshToken = tx.ids.secret(32)
  const session: Session = {
    id: tx.ids.next(),
    userId: user.id,
    userAgent: userAgent.slice(0, 300),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: new Date(now.getTime() + sessionDays * dayMs),
    revokedAt: null,
  }
  await tx.sessions.insert(session, hashRefreshToken(refreshToken))
  return { session, refreshToken }
}

export async function logOut(tx: Transaction, sessionId: string): Promise<void> {
  await tx.sessions.revoke(sessionId, tx.clock.now())
}
