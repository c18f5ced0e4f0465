import type { Knex } from 'knex'
import { conflict } from '../../domain/errors.ts'
import type {
  DefaultSplit,
  Group,
  GroupKind,
  GroupRole,
  Member,
} from '../../domain/groups/group.ts'
import type { GroupRepository } from '../../domain/groups/group-ports.ts'
import type { CurrencyCode } from '../../domain/money/currencies.ts'
import type { TimeZone } from '../../domain/time/zone.ts'
import { refusing } from '../constraint.ts'
import { GroupMemberModel } from '../models/group-member-model.ts'
import { GroupModel } from '../models/group-model.ts'
import { pageOf } from '../queries/page.ts'

export function groupRepository(db: Knex): GroupRepository {
  const find: GroupRepository['find'] = async (id) => {
    const { rows } = await db.raw(`${selectGroups} where g.id = :id`, { id })
    return rows[0] ? toGroup(rows[0]) : null
  }

  return {
    find,
    async lock(id) {
      // Two statements: the second must see what whoever held the lock before has committed.
      const locked = await db.raw('select id from groups where id = :id for no key update', { id })
      return locked.rows.length === 0 ? null : find(id)
    },
    async listOf(userId, kinds, { limit, after }) {
      const { rows } = await db.raw(
        `${selectGroups}
         where g.id in (select group_id from group_members where user_id = :userId and left_at is null)
           and g.kind = any(:kinds) and g.archived_at is null
           and (cast(:afterId as uuid) is null or g.id < :afterId)
         order by g.id desc limit :fetch`,
        { userId, kinds, afterId: after?.id ?? null, fetch: limit + 1 },
      )
      return pageOf((rows as GroupRow[]).map(toGroup), limit, (group) => ({
        date: group.createdAt.toISOString(),
        id: group.id,
      }))
    },
    async insert(group) {
      const { members, ...row } = group
      await GroupModel.query(db).insert({ ...row })
      for (const member of members)
        await GroupMemberModel.query(db).insert(toMemberRow(group.id, member))
    },
    async update(group) {
      const { members: _, ...row } = group
      await GroupModel.query(db).findById(group.id).patch(row)
    },
    async addMember(groupId, member) {
      await refusing(
        {
          group_members_handle_unique: () =>
            conflict('handle-taken', 'This group has somebody of that name already.'),
        },
        GroupMemberModel.query(db)
          .insert(toMemberRow(groupId, member))
          .onConflict(['group_id', 'user_id'])
          .merge(['role', 'joined_at', 'left_at', 'handle'])
          .execute(),
      )
    },
    async updateMember(groupId, member) {
      const { position: _, ...row } = toMemberRow(groupId, member)
      await GroupMemberModel.query(db).findById([groupId, member.userId]).patch(row)
    },
    async idsOf(userId) {
      const rows = await GroupMemberModel.query(db)
        .where({ user_id: userId })
        .orderBy('group_id')
        .select('group_id')
      return rows.map((row) => row.groupId)
    },
    async findDirect(peopleKey) {
      const row = await db('direct_groups').where({ people_key: peopleKey }).first('group_id')
      return row?.group_id ?? null
    },
    async claimDirect(peopleKey, groupId) {
      const rows = await db('direct_groups')
        .insert({ people_key: peopleKey, group_id: groupId })
        .onConflict('people_key')
        .ignore()
        .returning('group_id')
      return rows.length === 1
    },
    async claimDirectForOlder(peopleKey, groupId) {
      // Ids grow with time, so the smaller one is the older group's.
      await db.raw(
        `insert into direct_groups as known (people_key, group_id) values (:peopleKey, :groupId)
         on conflict (people_key) do update set group_id = least(known.group_id, excluded.group_id)`,
        { peopleKey, groupId },
      )
    },
  }
}

/**
 * A group and its members in one statement, so that both are of one moment. Of people who were merged
 * only the one who remains is listed; what the other was stays in the history.
 */
const selectGroups = `
  select g.*, (
    select json_agg(json_build_object(
      'userId', m.user_id, 'displayName', u.display_name, 'username', u.username, 'isGuest', u.is_guest,
      'role', m.role, 'position', m.position,
      'weight', cast(trim_scale(m.weight) as text), 'handle', m.handle, 'joinedAt', m.joined_at, 'leftAt', m.left_at
    ) order by m.position)
    from group_members m join users u on u.id = m.user_id where m.group_id = g.id and u.merged_into_id is null
  ) as members
  from groups g`

type MemberJson = Omit<Member, 'joinedAt' | 'leftAt'> & { joinedAt: string; leftAt: string | null }

type GroupRow = {
  id: string
  kind: GroupKind
  name: string
  currency: string
  time_zone: string
  version: number
  created_by: string
  created_at: Date
  updated_at: Date
  archived_at: Date | null
  default_split: DefaultSplit | null
  members: MemberJson[] | null
}

function toGroup(row: GroupRow): Group {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    currency: row.currency as CurrencyCode,
    timeZone: row.time_zone as TimeZone,
    version: row.version,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
    defaultSplit: row.default_split,
    members: (row.members ?? []).map((member) => ({
      ...member,
      role: member.role as GroupRole,
      joinedAt: new Date(member.joinedAt),
      leftAt: member.leftAt === null ? null : new Date(member.leftAt),
    })),
  }
}

function toMemberRow(groupId: string, member: Member) {
  const { userId, role, position, weight, handle, joinedAt, leftAt } = member
  return { groupId, userId, role, position, weight, handle, joinedAt, leftAt }
}
