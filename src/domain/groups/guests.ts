import type { Actor } from '../accounts/user.ts'
import { conflict, forbidden } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import { requireMember } from './change-role.ts'
import type { Group, Member } from './group.ts'
import { may, requirePermission } from './policy.ts'

const mostEvents = 1000

export function requireGuest(group: Group, userId: string): Member {
  const guest = requireMember(group, userId)
  if (guest.isGuest) return guest
  throw conflict('not-a-guest', `${guest.displayName} has an account, so nobody can take it over.`)
}

/** Who a guest is can say whoever added them, and any admin of the group. */
export async function requireMayConfirm(
  tx: Transaction,
  confirmer: Actor,
  group: Group,
  guest: Member,
): Promise<void> {
  const member = requirePermission(group, confirmer, 'guest.confirm-own')
  if (may(member.role, 'guest.confirm-any')) return
  if ((await authorOf(tx, group, guest)) === confirmer.userId) return
  throw forbidden(
    'not-your-guest',
    `Only who added ${guest.displayName}, or an admin of the group, can say who that is.`,
  )
}

/** Who added the guest; merged since, the person they are now. */
async function authorOf(tx: Transaction, group: Group, guest: Member): Promise<string | null> {
  const events = await tx.events.ofSubject(group.id, guest.userId, mostEvents)
  const first = events.findLast((event) => event.type === 'member.joined')
  const author = first && (await tx.users.find(first.actorId))
  return author ? (author.mergedIntoId ?? author.id) : null
}
