import type { Knex } from 'knex'
import type { Source } from '../../domain/accounts/user.ts'
import type { EventType, GroupEvent, NewGroupEvent } from '../../domain/groups/event.ts'
import type { EventRepository } from '../../domain/groups/group-ports.ts'

export function eventRepository(db: Knex): EventRepository {
  return {
    async append(event) {
      await db.raw(`with ${appendEvent} select 1`, toAppendBindings(event))
    },
    async appendAll(groupId, events) {
      if (events.length === 0) return
      await db.raw(
        `with numbered as (
           update groups set last_event_seq = last_event_seq + cast(:count as bigint) where id = :groupId
           returning last_event_seq - cast(:count as bigint) as last
         )
         insert into events (group_id, seq, id, type, actor_id, source, subject_type, subject_id, subject_version, data, created_at)
         select :groupId, numbered.last + event.position, event.id, event.type, event."actorId", event.source,
           event."subjectType", event."subjectId", event."subjectVersion", event.data, event."createdAt"
         from numbered, rows from (jsonb_to_recordset(cast(:events as jsonb)) as (
           id uuid, type text, "actorId" uuid, source text, "subjectType" text, "subjectId" uuid,
           "subjectVersion" integer, data jsonb, "createdAt" timestamptz
         )) with ordinality as event (id, type, "actorId", source, "subjectType", "subjectId",
           "subjectVersion", data, "createdAt", position)`,
        { groupId, count: events.length, events: JSON.stringify(events) },
      )
    },
    async forgetNames(userIds, replacement) {
      await db.raw(
        `update events set data = jsonb_set(data, '{after,displayName}', to_jsonb(cast(:replacement as text)))
           || jsonb_build_object('changes', (
             select coalesce(jsonb_agg(case change ->> 'field'
               when 'displayName' then change || jsonb_build_object('from', cast(:replacement as text), 'to', cast(:replacement as text))
               else change end order by position), '[]')
             from jsonb_array_elements(data -> 'changes') with ordinality as listed (change, position)
           ))
         where group_id in (select group_id from group_members where user_id = any(:userIds))
           and subject_id = any(:userIds) and subject_type = 'member' and data #> '{after,displayName}' is not null`,
        { userIds: [...userIds], replacement },
      )
    },
    async ofGroup(groupId, { limit, before = null, after }) {
      const { rows } =
        after === undefined
          ? await db.raw(
              `select * from events
               where group_id = :groupId and (cast(:before as bigint) is null or seq < :before)
               order by seq desc limit :limit`,
              { groupId, before: before?.toString() ?? null, limit },
            )
          : await db.raw(
              'select * from events where group_id = :groupId and seq > :after order by seq limit :limit',
              { groupId, after: after.toString(), limit },
            )
      return (rows as EventRow[]).map(toEvent)
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

/** Its names differ from an expense's, beside which it stands where one is inserted. */
export const appendEvent = `
  numbered as (
    update groups set last_event_seq = last_event_seq + 1 where id = :groupId returning last_event_seq
  ), appended as (
    insert into events (group_id, seq, id, type, actor_id, source, subject_type, subject_id, subject_version, data, created_at)
    select :groupId, numbered.last_event_seq, :eventId, :eventType, :actorId, :eventSource, :subjectType, :subjectId,
      :subjectVersion, :eventData, :happenedAt
    from numbered
  )`

export function toAppendBindings(event: NewGroupEvent) {
  return {
    groupId: event.groupId,
    eventId: event.id,
    eventType: event.type,
    actorId: event.actorId,
    eventSource: event.source,
    subjectType: event.subjectType,
    subjectId: event.subjectId,
    subjectVersion: event.subjectVersion,
    eventData: JSON.stringify(event.data),
    happenedAt: event.createdAt,
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
