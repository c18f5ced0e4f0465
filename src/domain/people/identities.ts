import type { Identity } from '../accounts/identity.ts'
import type { Actor } from '../accounts/user.ts'
import { conflict, notFound } from '../errors.ts'
import type { Transaction } from '../ports.ts'

export function listIdentities(tx: Transaction, actor: Actor): Promise<readonly Identity[]> {
  return tx.identities.listOf(actor.userId)
}

/** The chat person is a stranger again: the next message makes a new user of them. Entries stay here. */
export async function unlinkIdentity(
  tx: Transaction,
  actor: Actor,
  identityId: string,
): Promise<Identity> {
  const [user] = await tx.users.lock([actor.userId])
  const own = await tx.identities.listOf(actor.userId)
  const identity = own.find(({ id }) => id === identityId)
  if (!user || !identity) throw notFound('identity')
  if (!user.username && own.length === 1) {
    throw conflict(
      'last-identity',
      'This chat is your only way to your entries. Link an account with a login first.',
    )
  }
  await tx.identities.delete(identity.id)
  return identity
}
