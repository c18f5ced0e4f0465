import type { Actor } from '../accounts/user.ts'
import { conflict, forbidden, notFound } from '../errors.ts'
import { activeMember, type Group, type GroupRole, type Member } from './group.ts'

/**
 * Who may do what in a group: the one table, used by API, bots and jobs alike.
 * "own" expenses are those somebody wrote or paid for, "own" settlements those they wrote, paid or got.
 */
const allowed = {
  'group.read': ['owner', 'admin', 'member', 'viewer'],
  'group.edit': ['owner', 'admin'],
  'group.archive': ['owner'],
  'group.restore': ['owner'],
  'group.redenominate': ['owner', 'admin'],
  'member.add': ['owner', 'admin', 'member'],
  'member.add-privileged': ['owner', 'admin'],
  'member.edit': ['owner', 'admin'],
  'member.change-role': ['owner', 'admin'],
  /** Whatever makes or unmakes an owner. */
  'member.change-owner': ['owner'],
  'member.leave': ['owner', 'admin', 'member', 'viewer'],
  'member.remove': ['owner', 'admin'],
  /** Out of the group in spite of a balance. */
  'member.force-out': ['owner'],
  'guest.rename': ['owner', 'admin', 'member'],
  /** To say that a guest is this or that person; "own" guests are those somebody added. */
  'guest.confirm-own': ['owner', 'admin', 'member'],
  'guest.confirm-any': ['owner', 'admin'],
  'invite.create': ['owner', 'admin', 'member'],
  'invite.create-privileged': ['owner', 'admin'],
  'invite.manage-own': ['owner', 'admin', 'member'],
  'invite.manage-any': ['owner', 'admin'],
  'expense.record': ['owner', 'admin', 'member'],
  'expense.change-own': ['owner', 'admin', 'member'],
  'expense.change-any': ['owner', 'admin'],
  'comment.add': ['owner', 'admin', 'member', 'viewer'],
  'comment.delete-any': ['owner', 'admin'],
  'settlement.record': ['owner', 'admin', 'member'],
  'settlement.change-own': ['owner', 'admin', 'member'],
  'settlement.change-any': ['owner', 'admin'],
  'category.edit': ['owner', 'admin', 'member'],
} as const satisfies Record<string, readonly GroupRole[]>

export type GroupAction = keyof typeof allowed
export const groupActions = Object.keys(allowed) as readonly GroupAction[]

/** Actions that still make sense in an archived group. */
const worksWhenArchived: ReadonlySet<GroupAction> = new Set([
  'group.read',
  'group.archive',
  'group.restore',
  'member.leave',
])

export function may(role: GroupRole, action: GroupAction): boolean {
  return (allowed[action] as readonly GroupRole[]).includes(role)
}

/**
 * The actor's membership, or a refusal: outsiders are told that there is no such group (they may not
 * know that it exists), members of too low a role that they may not.
 */
export function requirePermission(group: Group | null, actor: Actor, action: GroupAction): Member {
  const member = group && activeMember(group, actor.userId)
  if (!group || !member) throw notFound('group')
  if (!may(member.role, action)) {
    throw forbidden(
      'role-too-low',
      `Your role in "${group.name}" is ${member.role}; ask an owner or admin of the group.`,
    )
  }
  if (group.archivedAt && !worksWhenArchived.has(action)) {
    throw conflict('group-archived', `"${group.name}" is archived. Restore the group first.`)
  }
  return member
}
