import type { Actor } from '../accounts/user.ts'
import type { Clock, Ids } from '../ports.ts'
import type { FieldChange, NewGroupEvent } from './event.ts'
import type { Group, Member } from './group.ts'

type Stamp = { readonly ids: Ids; readonly clock: Clock }

export function groupEvent(
  type: 'group.created' | 'group.edited' | 'group.restored',
  before: Group | null,
  after: Group,
  actor: Actor,
  stamp: Stamp,
): NewGroupEvent {
  const now = describe(after)
  return {
    ...head(after.id, actor, stamp),
    type,
    subjectType: 'group',
    subjectId: after.id,
    subjectVersion: after.version,
    data: {
      changes: changedFields(before ? describe(before) : now, now),
      after: now,
    },
  }
}

export function memberJoined(
  groupId: string,
  member: Member,
  actor: Actor,
  stamp: Stamp,
): NewGroupEvent {
  return {
    ...head(groupId, actor, stamp),
    type: 'member.joined',
    subjectType: 'member',
    subjectId: member.userId,
    subjectVersion: 1,
    data: {
      changes: [],
      after: { displayName: member.displayName, role: member.role, isGuest: member.isGuest },
    },
  }
}

type MemberChange = 'member.edited' | 'member.role-changed' | 'member.left' | 'member.removed'

/** `facts` tell what the membership itself does not: that it was forced, and with which balances. */
export function memberChanged(
  type: MemberChange,
  groupId: string,
  [before, after]: readonly [Member, Member],
  actor: Actor,
  stamp: Stamp,
  facts: Readonly<Record<string, unknown>> = {},
): NewGroupEvent {
  const now = describeMember(after)
  return {
    ...head(groupId, actor, stamp),
    type,
    subjectType: 'member',
    subjectId: after.userId,
    subjectVersion: 1,
    data: { changes: changedFields(describeMember(before), now), after: { ...now, ...facts } },
  }
}

/** Everything of `fromUserId` in this group is `intoUserId`'s now; `facts` count what was touched. */
export function memberMerged(
  groupId: string,
  people: { readonly fromUserId: string; readonly into: Member },
  actor: Actor,
  stamp: Stamp,
  facts: Readonly<Record<string, unknown>>,
): NewGroupEvent {
  const { fromUserId, into } = people
  return {
    ...head(groupId, actor, stamp),
    type: 'member.merged',
    subjectType: 'member',
    subjectId: into.userId,
    subjectVersion: 1,
    data: {
      changes: [{ field: 'userId', from: fromUserId, to: into.userId }],
      after: { ...describeMember(into), ...facts },
    },
  }
}

function changedFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly FieldChange[] {
  return Object.entries(after)
    .filter(([field, to]) => JSON.stringify(before[field]) !== JSON.stringify(to))
    .map(([field, to]) => ({ field, from: before[field], to }))
}

function describeMember(member: Member) {
  return {
    displayName: member.displayName,
    role: member.role,
    isGuest: member.isGuest,
    weight: member.weight,
    active: member.leftAt === null,
  }
}

function head(groupId: string, actor: Actor, stamp: Stamp) {
  return {
    id: stamp.ids.next(),
    groupId,
    actorId: actor.userId,
    source: actor.source,
    createdAt: stamp.clock.now(),
  }
}

function describe(group: Group) {
  return {
    kind: group.kind,
    name: group.name,
    currency: group.currency,
    timeZone: group.timeZone,
    archived: group.archivedAt !== null,
    defaultSplit: group.defaultSplit,
  }
}
