import { createHash } from 'node:crypto'

/** None includes another: a token that is to write and read has both. */
export const scopes = ['read', 'write', 'groups', 'webhooks', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** What somebody gives to a program of their own, so that it need not know the password. */
export type AccessToken = {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly scopes: readonly Scope[]
  /** The only groups it reaches; null: all of the person's. */
  readonly groupIds: readonly string[] | null
  readonly createdAt: Date
  /** Null: good until it is revoked. */
  readonly expiresAt: Date | null
  /** To the minute. */
  readonly lastUsedAt: Date | null
}

/** So that people and secret scanners recognise one where it should not be. */
export const accessTokenPrefix = 'quits_pat_'

/** A long random secret, so one round of SHA-256 is enough to store it safely. */
export function hashAccessToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
