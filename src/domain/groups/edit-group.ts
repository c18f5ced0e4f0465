import type { Actor } from '../accounts/user.ts'
import { conflict, DomainError } from '../errors.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import type { TimeZone } from '../time/zone.ts'
import type { Group } from './group.ts'
import { groupEvent } from './group-events.ts'
import { requirePermission } from './policy.ts'

/** Only what is present changes. The currency is the default of later expenses; old ones keep theirs. */
export type EditGroup = {
  readonly name?: string
  readonly currency?: CurrencyCode
  readonly timeZone?: TimeZone
}

export async function editGroup(
  tx: Transaction,
  actor: Actor,
  id: string,
  expected: number | null,
  changes: EditGroup,
): Promise<Group> {
  const before = await lockGroup(tx, actor, id, 'group.edit', expected)
  const after: Group = {
    ...before,
    ...changes,
    ...(changes.name === undefined
      ? {}
      : { name: requireText(changes.name, { pointer: '/name', most: 100 }) }),
    version: before.version + 1,
    updatedAt: tx.clock.now(),
  }
  await tx.groups.update(after)
  await tx.events.append(groupEvent('group.edited', before, after, actor, tx))
  return after
}

/** Groups are put away, not deleted: their books stay readable. */
export async function archiveGroup(
  tx: Transaction,
  actor: Actor,
  id: string,
  expected: number | null,
): Promise<Group> {
  const before = await lockGroup(tx, actor, id, 'group.archive', expected)
  if (before.kind === 'personal') {
    throw conflict('personal-group', 'Your personal group stays as long as your account does.')
  }
  if (before.archivedAt) return before
  const now = tx.clock.now()
  const after: Group = { ...before, archivedAt: now, version: before.version + 1, updatedAt: now }
  await tx.groups.update(after)
  await tx.events.append(groupEvent('group.edited', before, after, actor, tx))
  return after
}

export async function restoreGroup(
  tx: Transaction,
  actor: Actor,
  id: string,
  expected: number | null,
): Promise<Group> {
  const before = await lockGroup(tx, actor, id, 'group.restore', expected)
  if (!before.archivedAt) return before
  const now = tx.clock.now()
  const after: Group = { ...before, archivedAt: null, version: before.version + 1, updatedAt: now }
  await tx.groups.update(after)
  await tx.events.append(groupEvent('group.restored', before, after, actor, tx))
  return after
}

/** Locks the group and checks that the actor may do this to this version of it. */
export async function lockGroup(
  tx: Transaction,
  actor: Actor,
  id: string,
  action: 'group.edit' | 'group.archive' | 'group.restore',
  expected: number | null,
): Promise<Group> {
  const group = await tx.groups.lock(id)
  requirePermission(group, actor, action)
  if (expected !== null && group!.version !== expected) {
    throw new DomainError(
      'stale',
      'version-changed',
      'Somebody changed this group since you read it. Read it again.',
      {
        currentVersion: group!.version,
      },
    )
  }
  return group!
}
