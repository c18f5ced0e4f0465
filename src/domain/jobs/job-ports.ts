import type { Platform } from '../accounts/identity.ts'

/**
 * Deletes what nobody may need any more. Each call deletes at most `limit` rows, so that no lock is
 * held for long, and says how many it were.
 */
export type Housekeeping = {
  idempotencyKeys(expiredBefore: Date, limit: number): Promise<number>
  /** With their refresh tokens. */
  sessions(endedBefore: Date, limit: number): Promise<number>
  refreshTokens(issuedBefore: Date, limit: number): Promise<number>
  /** Messages that were served, or given up. */
  inboxEntries(receivedBefore: Readonly<Record<Platform, Date>>, limit: number): Promise<number>
  linkCodes(expiredBefore: Date, limit: number): Promise<number>
  accountTokens(expiredBefore: Date, limit: number): Promise<number>
  throttles(endedBefore: Date, limit: number): Promise<number>
  /** Invites that expired or were revoked. */
  invites(endedBefore: Date, limit: number): Promise<number>
  rateBuckets(startedBefore: Date, limit: number): Promise<number>
}
