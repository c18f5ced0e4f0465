import { holdPerson } from '../accounts/hold-person.ts'
import type { Actor } from '../accounts/user.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import type { TimeZone } from '../time/zone.ts'
import type { Group, GroupKind, Member } from './group.ts'
import { groupEvent } from './group-events.ts'

export type CreateGroup = {
  readonly name: string
  /** The actor's own when left out. */
  readonly currency?: CurrencyCode
  readonly timeZone?: TimeZone
  readonly kind?: Exclude<GroupKind, 'personal'>
}

/** A new group with the actor as its owner. */
export async function createGroup(
  tx: Transaction,
  actor: Actor,
  input: CreateGroup,
): Promise<Group> {
  const author = await holdPerson(tx, actor.userId)
  const now = tx.clock.now()
  const owner: Member = {
    userId: author.id,
    displayName: author.displayName,
    username: author.username,
    isGuest: false,
    role: 'owner',
    position: 0,
    weight: '1',
    handle: null,
    joinedAt: now,
    leftAt: null,
  }
  const group: Group = {
    id: tx.ids.next(),
    kind: input.kind ?? 'shared',
    name: requireText(input.name, { pointer: '/name', most: 100 }),
    currency: input.currency ?? author.defaultCurrency,
    timeZone: input.timeZone ?? author.timeZone,
    version: 1,
    createdBy: author.id,
    createdAt: now,
    updatedAt: now,
    archivedAt: null,
    defaultSplit: null,
    members: [owner],
  }
  await tx.groups.insert(group)
  await tx.events.append(groupEvent('group.created', null, group, actor, tx))
  return group
}
