import { notFound } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import type { Actor } from './user.ts'

/** Ends one of the actor's own sessions, on whatever device it is. */
export async function endSession(tx: Transaction, actor: Actor, id: string): Promise<void> {
  const session = await tx.sessions.find(id)
  const now = tx.clock.now()
  const isOpen = session && !session.revokedAt && session.expiresAt > now
  if (!isOpen || session.userId !== actor.userId) throw notFound('session')
  await tx.sessions.revoke(id, now)
}
