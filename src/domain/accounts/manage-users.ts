import { conflict, forbidden, notFound } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import type { Actor, User, UserRole } from './user.ts'

/** Only what is present changes. */
export type ManageUser = {
  readonly role?: UserRole
  /** A disabled account logs in no more, and neither does its person speak in a chat. */
  readonly isDisabled?: boolean
  readonly displayName?: string
}

/** What an admin may change about anybody; an installation keeps at least one admin. */
export async function manageUser(
  tx: Transaction,
  actor: Actor,
  id: string,
  changes: ManageUser,
): Promise<User> {
  // Two admins who lower each other must not both succeed, so it counts who is one by now.
  const admins = await tx.users.lockAdmins()
  if (!admins.includes(actor.userId)) {
    throw forbidden('admins-only', 'Only an admin of this installation can do this.')
  }
  const [before] = await tx.users.lock([id])
  if (!before || before.deletedAt || before.mergedIntoId || before.isGuest) throw notFound('user')
  const now = tx.clock.now()
  const after: User = {
    ...before,
    role: changes.role ?? before.role,
    displayName:
      changes.displayName === undefined
        ? before.displayName
        : requireText(changes.displayName, { pointer: '/displayName', most: 100 }),
    disabledAt: disabledAt(before, changes, now),
    updatedAt: now,
  }
  if (after.role === 'admin' && !after.username) {
    throw conflict('no-login', 'Only somebody with a login can be an admin.')
  }
  const isAdmin = after.role === 'admin' && !after.disabledAt
  if (!isAdmin && admins.includes(id) && admins.length === 1) {
    throw conflict('last-admin', 'This is the last admin. Make somebody else an admin first.')
  }
  await tx.users.update(after)
  if (after.disabledAt && !before.disabledAt) await tx.sessions.revokeAllOf(id, now)
  return after
}

function disabledAt(before: User, { isDisabled }: ManageUser, now: Date): Date | null {
  if (isDisabled === undefined) return before.disabledAt
  return isDisabled ? (before.disabledAt ?? now) : null
}
