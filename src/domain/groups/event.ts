import type { Source } from '../accounts/user.ts'

export const eventTypes = [
  'group.created',
  'group.edited',
  'group.restored',
  'group.redenominated',
  'group.redenomination-voided',
  'group.redenomination-restored',
  'member.joined',
  'member.edited',
  'member.role-changed',
  'member.left',
  'member.removed',
  'member.merged',
  'expense.recorded',
  'expense.edited',
  'expense.voided',
  'expense.restored',
  'comment.added',
  'comment.deleted',
  'settlement.recorded',
  'settlement.edited',
  'settlement.voided',
  'settlement.restored',
] as const
export type EventType = (typeof eventTypes)[number]

export type FieldChange = { readonly field: string; readonly from: unknown; readonly to: unknown }

/** Something that happened in a group: its history, its feed, and the source of webhooks. */
export type NewGroupEvent = {
  readonly id: string
  readonly groupId: string
  readonly type: EventType
  readonly actorId: string
  readonly source: Source
  readonly subjectType: 'group' | 'member' | 'expense' | 'settlement' | 'conversion'
  readonly subjectId: string
  readonly subjectVersion: number
  /** `changes` names what is different; `after` is the whole subject, so that any version can be put back. */
  readonly data: {
    readonly changes: readonly FieldChange[]
    readonly after: Readonly<Record<string, unknown>>
  }
  readonly createdAt: Date
}

/** `seq` counts 1, 2, 3 … within the group, without gaps. */
export type GroupEvent = NewGroupEvent & { readonly seq: bigint }
