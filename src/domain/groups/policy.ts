import type { Actor } from '../accounts/user.ts'
import { conflict, forbidden, notFound } from '../errors.ts'
import { activeMember, type Group, type GroupRole, type Member } from './group.ts'

/**
 * Who may do what in a group: the one table, used by API, bots and jobs alike.
 * "own" expenses are those somebody wrote or paid for.
 */
const allowed = {
  'group.read': ['owner', 'admin', 'member', 'viewer'],
  'group.edit': ['owner', 'admin'],
  'group.archive': ['owner'],
  'member.add': ['owner', 'admin', 'member'],
  'member.add-privileged': ['owner', 'admin'],
  'expense.record': ['owner', 'admin', 'member'],
  'expense.change-own': ['owner', 'admin', 'member'],
  'expense.change-any': ['owner', 'admin'],
  'category.edit': ['owner', 'admin', 'member'],
} as const satisfies Record<string, readonly GroupRole[]>

export type GroupAction = keyof typeof allowed

/** Actions that still make sense in an archived group. */
const worksWhenArchived: ReadonlySet<GroupAction> = new Set(['group.read', 'group.archive'])

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
