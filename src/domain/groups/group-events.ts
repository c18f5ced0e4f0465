import type { Actor } from '../accounts/user.ts'
import type { Clock, Ids } from '../ports.ts'
import type { NewGroupEvent } from './event.ts'
import type { Group, Member } from './group.ts'

type Stamp = { readonly ids: Ids; readonly clock: Clock }

export function groupEvent(
  type: 'group.created' | 'group.edited',
  before: Group | null,
  after: Group,
  actor: Actor,
  stamp: Stamp,
): NewGroupEvent {
  const now = describe(after)
  const was: Readonly<Record<string, unknown>> = before ? describe(before) : now
  return {
    ...head(after.id, actor, stamp),
    type,
    subjectType: 'group',
    subjectId: after.id,
    subjectVersion: after.version,
    data: {
      changes: Object.entries(now)
        .filter(([field, to]) => was[field] !== to)
        .map(([field, to]) => ({ field, from: was[field], to })),
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
  }
}
