import type { Actor } from '../../src/domain/accounts/user.ts'
import { addMember } from '../../src/domain/groups/add-member.ts'
import { changeRole } from '../../src/domain/groups/change-role.ts'
import { activeMember, type Group, type GroupRole } from '../../src/domain/groups/group.ts'
import { leaveGroup } from '../../src/domain/groups/leave-group.ts'
import { createInvite } from '../../src/domain/groups/manage-invites.ts'
import { acceptInvite } from '../../src/domain/people/claim-guest.ts'
import type { Transaction } from '../../src/domain/ports.ts'
import type { Workspace } from './workspace.ts'

export const standings = [
  'owner',
  'admin',
  'member',
  'viewer',
  'outsider',
  'former member',
  'claimed guest',
] as const
export type Standing = (typeof standings)[number]

/** One group with somebody of every standing towards it, and a bystander to whom things are done. */
export type PolicyWorld = {
  readonly groupId: string
  readonly actors: Readonly<Record<Standing, Actor>>
  readonly bystander: Actor
  /** Another owner, so that any owner may go. */
  readonly otherOwner: Actor
  /** Not in the group, for being added. */
  readonly stranger: Actor
}

export async function buildPolicyWorld(workspace: Workspace): Promise<PolicyWorld> {
  const person = async (name: string) => (await workspace.person(name)).actor
  const names = [...standings, 'bystander', 'other owner', 'stranger']
  const people = new Map<string, Actor>()
  for (const name of names) people.set(name, await person(name))
  const actors = Object.fromEntries(
    standings.map((standing) => [standing, people.get(standing)!]),
  ) as PolicyWorld['actors']
  const [bystander, otherOwner, stranger] = names
    .slice(standings.length)
    .map((name) => people.get(name)!) as [Actor, Actor, Actor]
  const { owner, admin, member, viewer, 'former member': former } = actors
  const members = [owner, admin, member, viewer, former, bystander, otherOwner]
  const { id: groupId } = await workspace.group(members.map((actor) => ({ actor })))
  await workspace.unitOfWork.run(async (tx) => {
    await changeRole(tx, owner, groupId, admin.userId, 'admin')
    await changeRole(tx, owner, groupId, viewer.userId, 'viewer')
    await changeRole(tx, owner, groupId, otherOwner.userId, 'owner')
    await leaveGroup(tx, former, groupId)
    const { userId: guestUserId } = await addMember(tx, owner, groupId, { guestName: 'Guest' })
    const { token } = await createInvite(tx, owner, groupId, { guestUserId })
    await acceptInvite(tx, actors['claimed guest'], token)
  })
  return { groupId, actors, bystander, otherOwner, stranger }
}

/** What the standing is to the group; null for those who are not in it. */
export function roleOf(standing: Standing): GroupRole | null {
  if (standing === 'outsider' || standing === 'former member') return null
  return standing === 'claimed guest' ? 'member' : standing
}

/**
 * Makes something as the actor would have, had they been a member at that time; what an outsider never
 * could have made, the other owner makes.
 */
export async function madeBy<Made>(
  tx: Transaction,
  { groupId, otherOwner }: PolicyWorld,
  actor: Actor,
  make: (author: Actor) => Promise<Made>,
): Promise<Made> {
  const group = (await tx.groups.find(groupId))!
  const membership = group.members.find(({ userId }) => userId === actor.userId)
  if (!membership) return make(otherOwner)
  const role = activeMember(group, actor.userId)?.role ?? 'viewer'
  if (role !== 'viewer') return make(actor)
  await tx.groups.updateMember(groupId, { ...membership, role: 'member', leftAt: null })
  const made = await make(actor)
  await tx.groups.updateMember(groupId, membership)
  return made
}

export async function groupOf(tx: Transaction, { groupId }: PolicyWorld): Promise<Group> {
  return (await tx.groups.find(groupId))!
}
