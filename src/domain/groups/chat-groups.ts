import { createHash } from 'node:crypto'
import type { Platform } from '../accounts/identity.ts'
import type { Actor, User } from '../accounts/user.ts'
import { LostRace } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import { normaliseText } from '../text.ts'
import { admit, joinGroup } from './add-member.ts'
import { createGroup } from './create-group.ts'
import { activeMember, activeMembers, type Group } from './group.ts'

export type ChatRef = {
  readonly platform: Platform
  readonly tenant: string
  readonly chatId: string
  readonly title: string | null
}

/** The group whose books a chat keeps, made at first use; whoever speaks in the chat belongs to it. */
export async function groupOfChat(
  tx: Transaction,
  actor: Actor,
  user: User,
  chat: ChatRef,
): Promise<Group> {
  const space = await tx.chatSpaces.find(chat.platform, chat.tenant, chat.chatId)
  if (!space) return bindNewGroup(tx, actor, chat)
  const group = (await tx.groups.lock(space.groupId))!
  if (activeMember(group, user.id)) return group
  await joinGroup(tx, actor, group, user, 'member')
  return (await tx.groups.find(group.id))!
}

async function bindNewGroup(tx: Transaction, actor: Actor, chat: ChatRef): Promise<Group> {
  const title = titleOf(chat)
  const group = await createGroup(tx, actor, { name: title })
  const isNew = await tx.chatSpaces.insert({
    id: tx.ids.next(),
    platform: chat.platform,
    tenant: chat.tenant,
    externalId: chat.chatId,
    groupId: group.id,
    title,
    active: true,
    createdAt: tx.clock.now(),
  })
  if (!isNew) throw new LostRace()
  return group
}

function titleOf(chat: ChatRef): string {
  const cleaned = normaliseText(
    (chat.title ?? '').toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' '),
  )
  return [...cleaned].slice(0, 100).join('').trim() || 'Group chat'
}

/** Somebody named in a message: known by their user id, or only by what the chat calls them. */
export type NamedPerson = { readonly userId: string } | { readonly handle: string }

/**
 * The direct group of exactly these people, the actor included; found or made. A name without an id
 * stands for the same guest each time the actor uses it.
 */
export async function directGroup(
  tx: Transaction,
  actor: Actor,
  people: readonly NamedPerson[],
): Promise<Group> {
  const peopleKey = keyOf(actor.userId, people)
  const known = await tx.groups.findDirect(peopleKey)
  if (known) return (await tx.groups.lock(known))!
  const group = await createGroup(tx, actor, { name: 'Direct', kind: 'direct' })
  if (!(await tx.groups.claimDirect(peopleKey, group.id))) throw new LostRace()
  for (const person of people) {
    const isActor = 'userId' in person && person.userId === actor.userId
    if (isActor) continue
    const input = 'handle' in person ? { guestName: person.handle, handle: person.handle } : person
    await admit(tx, actor, (await tx.groups.find(group.id))!, input)
  }
  return (await tx.groups.find(group.id))!
}

/** The key under which the people of a direct group find it now. */
export function directKeyOf(group: Group): Buffer {
  const people = activeMembers(group).map(({ userId, isGuest, handle }) =>
    isGuest && handle ? { handle } : { userId },
  )
  return keyOf(group.createdBy, people)
}

function keyOf(authorId: string, people: readonly NamedPerson[]): Buffer {
  const names = people.map((person) =>
    'handle' in person ? `${authorId} calls ${person.handle.toLowerCase()}` : person.userId,
  )
  const sorted = [...new Set([authorId, ...names])].sort()
  return createHash('sha256').update(sorted.join('\n')).digest()
}
