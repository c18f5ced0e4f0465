import { DomainError, LostRace } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import type { User } from './user.ts'

/**
 * The person, who can neither be merged nor deleted before this transaction ends; for those who speak
 * in a chat and before a group gets a member. Merged just now: the work starts over and finds the
 * other person.
 */
export async function holdPerson(tx: Transaction, id: string): Promise<User> {
  const user = await tx.users.hold(id)
  if (user?.mergedIntoId) throw new LostRace()
  if (!user || user.disabledAt) {
    throw new DomainError('unauthenticated', 'account-closed', 'This account is closed.')
  }
  return user
}
