import type { GroupEvent } from '../../domain/groups/event.ts'
import type { EventResource } from '../schemas/event.ts'

export function presentEvent(event: GroupEvent): EventResource {
  return {
    id: event.id,
    seq: event.seq.toString(),
    type: event.type,
    actorId: event.actorId,
    source: event.source,
    subjectType: event.subjectType,
    subjectId: event.subjectId,
    version: event.subjectVersion,
    changes: event.data.changes.map(({ field, from, to }) => ({ field, from, to })),
    after: event.data.after,
    createdAt: event.createdAt.toISOString(),
  }
}
