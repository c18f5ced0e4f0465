import { createHash } from 'node:crypto'

/** A log-in on one device: the family of refresh tokens that descend from it. */
export type Session = {
  readonly id: string
  readonly userId: string
  readonly userAgent: string
  readonly createdAt: Date
  readonly lastUsedAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
}

export type RefreshToken = {
  readonly tokenHash: Buffer
  readonly sessionId: string
  readonly usedAt: Date | null
  readonly successorHash: Buffer | null
}

/** A session ends after this long, however often it is refreshed (RFC 9700 asks for an end). */
export const sessionDays = 30

/** A refresh token is a long random secret, so one round of SHA-256 is enough to store it safely. */
export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
