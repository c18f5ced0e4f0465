import type { Platform } from '../accounts/identity.ts'
import { sessionDays } from '../accounts/session.ts'
import type { Clock } from '../ports.ts'
import type { Housekeeping } from './job-ports.ts'

export type PurgePorts = { readonly housekeeping: Housekeeping; readonly clock: Clock }

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const batchSize = 1_000

/** How long an ended session can still tell somebody why they were logged out. */
const endedSessionDays = 30
const endedLinkDays = 7

/**
 * What people wrote is private, so it goes as soon as it has served. A platform may deliver the same
 * message again for a day, and is recognised by the row until then. On our own page the rows are the
 * history that people see.
 */
const inboxHours: Readonly<Record<Platform, number>> = { telegram: 48, slack: 48, web: 30 * 24 }

export async function purgeIdempotencyKeys({ housekeeping, clock }: PurgePorts): Promise<number> {
  const now = clock.now()
  return inBatches((limit) => housekeeping.idempotencyKeys(now, limit))
}

export async function purgeSessions({ housekeeping, clock }: PurgePorts): Promise<number> {
  const now = clock.now()
  const sessions = await inBatches((limit) =>
    housekeeping.sessions(before(now, endedSessionDays * dayMs), limit),
  )
  // A token so old belongs to no session that could still be refreshed.
  const tokens = await inBatches((limit) =>
    housekeeping.refreshTokens(before(now, sessionDays * dayMs), limit),
  )
  return sessions + tokens
}

export async function purgeInbox({ housekeeping, clock }: PurgePorts): Promise<number> {
  const now = clock.now()
  const receivedBefore = {
    telegram: before(now, inboxHours.telegram * hourMs),
    slack: before(now, inboxHours.slack * hourMs),
    web: before(now, inboxHours.web * hourMs),
  }
  return inBatches((limit) => housekeeping.inboxEntries(receivedBefore, limit))
}

/** Link codes, one-time tokens and invites that lead nowhere any more. */
export async function purgeLinks({ housekeeping, clock }: PurgePorts): Promise<number> {
  const end = before(clock.now(), endedLinkDays * dayMs)
  const codes = await inBatches((limit) => housekeeping.linkCodes(end, limit))
  const tokens = await inBatches((limit) => housekeeping.accountTokens(end, limit))
  const invites = await inBatches((limit) => housekeeping.invites(end, limit))
  return codes + tokens + invites
}

/** Counts of attempts whose window is over. */
export async function purgeThrottles({ housekeeping, clock }: PurgePorts): Promise<number> {
  const end = before(clock.now(), hourMs)
  return inBatches((limit) => housekeeping.throttles(end, limit))
}

/** Counts of requests, whose minute is over. */
export async function purgeRateBuckets({ housekeeping, clock }: PurgePorts): Promise<number> {
  const end = before(clock.now(), hourMs)
  return inBatches((limit) => housekeeping.rateBuckets(end, limit))
}

const before = (now: Date, ms: number): Date => new Date(now.getTime() - ms)

async function inBatches(deleteSome: (limit: number) => Promise<number>): Promise<number> {
  let total = 0
  for (;;) {
    const deleted = await deleteSome(batchSize)
    total += deleted
    if (deleted < batchSize) return total
  }
}
