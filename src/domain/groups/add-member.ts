import { holdPerson } from '../accounts/hold-person.ts'
import type { Actor, User } from '../accounts/user.ts'
import { conflict, type DomainError, invalid } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import { activeMember, type Group, type GroupRole, type Member } from './group.ts'
import { memberJoined } from './group-events.ts'
import { requirePermission } from './policy.ts'

export type AddMember = {
  readonly role?: Exclude<GroupRole, 'owner'>
} & (
  | { readonly userId: string }
  /** A name for somebody without an account; `handle` is how a chat calls them. */
  | { readonly guestName: string; readonly handle?: string }
)

/** Members who are not admins may add plain members, as friends do; roles above that need an admin. */
export async function addMember(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  input: AddMember,
): Promise<Member> {
  const group = await tx.groups.lock(groupId)
  const isPrivileged = input.role === 'admin'
  requirePermission(group, actor, isPrivileged ? 'member.add-privileged' : 'member.add')
  if (group!.kind === 'personal') {
    throw conflict(
      'personal-group',
      'Your personal group is yours alone. Make a group to share expenses.',
    )
  }
  if (group!.kind === 'direct') {
    throw conflict(
      'fixed-people',
      'The people of a direct group are fixed. Make a group to share with more.',
    )
  }
  return admit(tx, actor, group!, input)
}

/** Finds or makes the person and puts them into a group whose lock is held. */
export async function admit(
  tx: Transaction,
  actor: Actor,
  group: Group,
  input: AddMember,
): Promise<Member> {
  const role = input.role ?? 'member'
  const user =
    'userId' in input
      ? await knownUser(tx, input.userId)
      : await newGuest(tx, group, input.guestName, role)
  if (activeMember(group, user.id))
    throw conflict('already-a-member', `${user.displayName} is a member already.`)
  return joinGroup(tx, actor, group, user, role, 'handle' in input ? (input.handle ?? null) : null)
}

/** Whoever claims a guest gets the guest's role: it must not be worth claiming. */
export function guestRole(): DomainError {
  return conflict('guest-role', 'A guest can be a member or a viewer, nothing above that.')
}

/** Puts somebody into a group whose lock is held. Who left and comes back keeps their place and entries. */
export async function joinGroup(
  tx: Transaction,
  actor: Actor,
  group: Group,
  user: User,
  role: GroupRole,
  handle: string | null = null,
): Promise<Member> {
  await holdPerson(tx, user.id)
  const former = group.members.find((member) => member.userId === user.id)
  const last = Math.max(-1, ...group.members.map((member) => member.position))
  const member: Member = {
    userId: user.id,
    displayName: user.displayName,
    username: user.username,
    isGuest: user.isGuest,
    role,
    position: former?.position ?? last + 1,
    weight: former?.weight ?? '1',
    handle,
    joinedAt: tx.clock.now(),
    leftAt: null,
  }
  await tx.groups.addMember(group.id, member)
  await tx.events.append(memberJoined(group.id, member, actor, tx))
  return member
}

async function knownUser(tx: Transaction, userId: string): Promise<User> {
  const user = await tx.users.find(userId)
  if (!user || user.isGuest || user.disabledAt) {
    throw invalid(
      'unknown-user',
      'There is no such user. Add a guest by name instead.',
      {},
      '/userId',
    )
  }
  return user
}

async function newGuest(
  tx: Transaction,
  group: Group,
  name: string,
  role: GroupRole,
): Promise<User> {
  if (role === 'admin') throw guestRole()
  const now = tx.clock.now()
  const guest: User = {
    id: tx.ids.next(),
    username: null,
    email: null,
    emailVerifiedAt: null,
    displayName: requireText(name, { pointer: '/guestName', most: 100 }),
    isGuest: true,
    role: 'user',
    locale: 'en',
    timeZone: group.timeZone,
    defaultCurrency: group.currency,
    personalGroupId: null,
    tokenVersion: 0,
    disabledAt: null,
    mergedIntoId: null,
    deletedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  await tx.users.insert(guest, null)
  return guest
}
