import type { Platform } from '../accounts/identity.ts'
import type { Page, PageRequest } from '../page.ts'
import type { ChatSpace } from './chat-space.ts'
import type { GroupEvent, NewGroupEvent } from './event.ts'
import type { Group, GroupKind, Member } from './group.ts'
import type { GroupConversion } from './group-conversion.ts'
import type { Invite } from './invite.ts'

export type GroupReads = {
  find(id: string): Promise<Group | null>
  listOf(userId: string, kinds: readonly GroupKind[], page: PageRequest): Promise<Page<Group>>
}

export type GroupConversionReads = {
  /** With voided ones, newest first. */
  listOf(groupId: string): Promise<readonly GroupConversion[]>
}

export type GroupConversionRepository = GroupConversionReads & {
  insert(conversion: GroupConversion): Promise<void>
  /** Writes voidedAt and the version. */
  setVoided(conversion: GroupConversion): Promise<void>
}

export type ChatSpaceRepository = {
  find(platform: Platform, tenant: string, externalId: string): Promise<ChatSpace | null>
  insert(space: ChatSpace): Promise<boolean>
}

export type GroupRepository = GroupReads & {
  /**
   * Locks the group and reads it as it is then. Whatever changes its balances, members or events
   * takes this lock first, and only then touches expenses.
   */
  lock(id: string): Promise<Group | null>
  insert(group: Group): Promise<void>
  update(group: Group): Promise<void>
  addMember(groupId: string, member: Member): Promise<void>
  /** Everything about a membership but its place. */
  updateMember(groupId: string, member: Member): Promise<void>
  /** All groups this person is or was in, in the order of their ids. */
  idsOf(userId: string): Promise<readonly string[]>
  findDirect(peopleKey: Buffer): Promise<string | null>
  /** False when another transaction was quicker. */
  claimDirect(peopleKey: Buffer, groupId: string): Promise<boolean>
  /** Like `claimDirect`; where two groups fall together, the older one is found. */
  claimDirectForOlder(peopleKey: Buffer, groupId: string): Promise<void>
}

export type InviteRepository = {
  insert(invite: Invite, tokenHash: Buffer): Promise<void>
  update(invite: Invite): Promise<void>
  findByToken(tokenHash: Buffer): Promise<Invite | null>
  find(groupId: string, id: string): Promise<Invite | null>
  /** Newest first. */
  listOf(groupId: string): Promise<readonly Invite[]>
}

/** A part of a group's events: those before this one, newest first, or those after it as they came. */
export type EventRange = {
  readonly limit: number
  /** Null: from the newest. */
  readonly before?: bigint | null
  readonly after?: bigint
}

export type EventReads = {
  ofGroup(groupId: string, range: EventRange): Promise<readonly GroupEvent[]>
}

export type EventRepository = EventReads & {
  /** Numbers the event under the group's lock. */
  append(event: NewGroupEvent): Promise<void>
  /** Many events of one group, in their order. */
  appendAll(groupId: string, events: readonly NewGroupEvent[]): Promise<void>
  /** Takes people's names out of the events about their memberships. */
  forgetNames(userIds: readonly string[], replacement: string): Promise<void>
  ofSubject(groupId: string, subjectId: string, limit: number): Promise<readonly GroupEvent[]>
}
