import type { Actor } from '../accounts/user.ts'
import { conflict, invalid } from '../errors.ts'
import { parseRatio, ratioDecimals, ratioToText } from '../money/decimal.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import { requireMember } from './change-role.ts'
import type { Member } from './group.ts'
import { memberChanged } from './group-events.ts'
import { requirePermission } from './policy.ts'

const mostWeight = 1_000_000n

/** How much somebody bears where the group splits by weight. Expenses that are written stay as they are. */
export async function editMemberWeight(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  userId: string,
  weight: string,
): Promise<Member> {
  const group = await tx.groups.lock(groupId)
  requirePermission(group, actor, 'member.edit')
  const before = requireMember(group!, userId)
  const after: Member = { ...before, weight: requireWeight(weight) }
  return writeMember(tx, actor, groupId, before, after)
}

/** Guests have nobody else who could say what they are called. */
export async function renameGuest(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  guestUserId: string,
  name: string,
): Promise<Member> {
  const group = await tx.groups.lock(groupId)
  requirePermission(group, actor, 'guest.rename')
  const before = requireMember(group!, guestUserId)
  if (!before.isGuest) {
    throw conflict(
      'not-a-guest',
      `${before.displayName} has an account and chooses the name there.`,
    )
  }
  const guest = (await tx.users.find(guestUserId))!
  const displayName = requireText(name, { pointer: '/displayName', most: 100 })
  await tx.users.update({ ...guest, displayName, updatedAt: tx.clock.now() })
  return writeMember(tx, actor, groupId, before, { ...before, displayName })
}

function requireWeight(text: string): string {
  const weight = parseRatio(text, 'weight', '/weight')
  if (weight > mostWeight * 10n ** BigInt(ratioDecimals)) {
    const detail = `A weight may be at most ${mostWeight}.`
    throw invalid('number-too-large', detail, { limit: mostWeight.toString() }, '/weight')
  }
  return ratioToText(weight)
}

async function writeMember(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  before: Member,
  after: Member,
): Promise<Member> {
  await tx.groups.updateMember(groupId, after)
  await tx.events.append(memberChanged('member.edited', groupId, [before, after], actor, tx))
  return after
}
