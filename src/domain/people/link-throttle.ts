import { DomainError } from '../errors.ts'
import type { Transaction } from '../ports.ts'

const mostWrongCodes = 5
const windowMs = 10 * 60_000

/** Throws `too-many-attempts`, also before a right code: else trying would go on to the right one. */
export async function requireFewAttempts(tx: Transaction, userId: string): Promise<void> {
  const now = tx.clock.now()
  const { wrongCodes, windowEndsAt } = await tx.linkCodes.lockAttempts(userId, now)
  if (windowEndsAt <= now || wrongCodes < mostWrongCodes) return
  const retryAfterSeconds = Math.ceil((windowEndsAt.getTime() - now.getTime()) / 1000)
  const minutes = Math.ceil(retryAfterSeconds / 60)
  throw new DomainError(
    'too-many',
    'too-many-attempts',
    `Too many wrong codes. Try again in ${minutes} min, with a fresh code.`,
    { retryAfterSeconds },
  )
}

/** The window begins with the first wrong code. Whoever counts must not throw: that would undo it. */
export async function countWrongCode(tx: Transaction, userId: string): Promise<void> {
  const now = tx.clock.now()
  const { wrongCodes, windowEndsAt } = await tx.linkCodes.lockAttempts(userId, now)
  if (windowEndsAt > now) await tx.linkCodes.setAttempts(userId, wrongCodes + 1, windowEndsAt)
  else await tx.linkCodes.setAttempts(userId, 1, new Date(now.getTime() + windowMs))
}
