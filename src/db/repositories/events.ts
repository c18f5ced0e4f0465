import type { Knex } from 'knex'
import type { Source } from '../../domain/accounts/user.ts'
import type { EventType, GroupEvent } from '../../domain/groups/event.ts'
import type { EventRepository } from '../../domain/ports.ts'

export function eventRepository(db: Knex): EventRepository {
  return {
    async append(event) {
      await db.raw(
        `with numbered as (
           update groups set last_event_seq = last_event_seq + 1 where id = :groupId returning last_event_seq
         )
         insert into events (group_id, seq, id, type, actor_id, source, subject_type, subject_id, subject_version, data, created_at)
         select :groupId, numbered.last_event_seq, :id, :type, :actorId, :source, :subjectType, :subjectId,
           :subjectVersion, :data, :createdAt
         from numbered`,
        { ...event, data: JSON.stringify(event.data) },
      )
    },
    async ofSubject(groupId, subjectId, limit) {
      const { rows } = await db.raw(
        `select * from events where group_id = :groupId and subject_id = :subjectId order by seq desc limit :limit`,
        { groupId, subjectId, limit },
      )
      return (rows as EventRow[]).map(toEvent)
    },
  }
}

type EventRow = {
  group_id: string
  seq: string
  id: string
  type: EventType
  actor_id: string
  source: Source
  subject_type: GroupEvent['subjectType']
  subject_id: string
  subject_version: number
  data: GroupEvent['data']
  created_at: Date
}

function toEvent(row: EventRow): GroupEvent {
  return {
    id: row.id,
    groupId: row.group_id,
    seq: BigInt(row.seq),
    type: row.type,
    actorId: row.actor_id,
    source: row.source,
    subjectType: row.subject_type,
    subjectId: row.subject_id,
    subjectVersion: row.subject_version,
    data: row.data,
    createdAt: row.created_at,
  }
}
