import type { Actor } from '../accounts/user.ts'
import { conflict } from '../errors.ts'
import { toDecimal } from '../money/money.ts'
import type { Transaction } from '../ports.ts'
import { requireMember, requireOtherOwner } from './change-role.ts'
import type { Group, Member } from './group.ts'
import { groupEvent, memberChanged } from './group-events.ts'
import { requirePermission } from './policy.ts'

export type Leaving = {
  /** In spite of a balance; for owners only. */
  readonly force?: boolean
}

/** The place, the entries and the weight stay, for the day they come back. */
export async function leaveGroup(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  { force = false }: Leaving = {},
): Promise<Member> {
  const group = await tx.groups.lock(groupId)
  const member = requirePermission(group, actor, 'member.leave')
  requireOpenCircle(group!)
  if (member.role === 'owner') requireOtherOwner(group!, member.userId)
  return endMembership(tx, actor, group!, member, 'member.left', force)
}

export async function removeMember(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  userId: string,
  { force = false }: Leaving = {},
): Promise<Member> {
  const group = await tx.groups.lock(groupId)
  requirePermission(group, actor, 'member.remove')
  const member = requireMember(group!, userId)
  requireOpenCircle(group!)
  if (member.role === 'owner') {
    requirePermission(group, actor, 'member.change-owner')
    requireOtherOwner(group!, userId)
  }
  return endMembership(tx, actor, group!, member, 'member.removed', force)
}

/** Expenses take the same lock, so no balance can appear between the look at it and the leaving. */
async function endMembership(
  tx: Transaction,
  actor: Actor,
  group: Group,
  before: Member,
  type: 'member.left' | 'member.removed',
  force: boolean,
): Promise<Member> {
  const balances = await balancesOf(tx, group, before)
  if (balances.length > 0) {
    if (!force) throw balanceNotZero(before, balances)
    requirePermission(group, actor, 'member.force-out')
  }
  const facts = balances.length > 0 ? { forced: true, balances } : {}
  return takeOut(tx, actor, group, before, type, facts)
}

/** Ends a membership without asking about balances; the group's lock is held. */
export async function takeOut(
  tx: Transaction,
  actor: Actor,
  group: Group,
  before: Member,
  type: 'member.left' | 'member.removed',
  facts: Readonly<Record<string, unknown>> = {},
): Promise<Member> {
  const after: Member = { ...before, leftAt: tx.clock.now() }
  await tx.groups.updateMember(group.id, after)
  await tx.events.append(memberChanged(type, group.id, [before, after], actor, tx, facts))
  await dropDefaultSplitOf(tx, actor, group, before.userId)
  return after
}

/** A default that gives a part to somebody who is gone makes no sense: back to equal parts. */
async function dropDefaultSplitOf(
  tx: Transaction,
  actor: Actor,
  group: Group,
  userId: string,
): Promise<void> {
  const { defaultSplit } = group
  const names =
    defaultSplit?.method === 'percentage' &&
    defaultSplit.participants.some((participant) => participant.userId === userId)
  if (!names) return
  const after: Group = {
    ...group,
    defaultSplit: null,
    version: group.version + 1,
    updatedAt: tx.clock.now(),
  }
  await tx.groups.update(after)
  await tx.events.append(groupEvent('group.edited', group, after, actor, tx))
}

function requireOpenCircle(group: Group): void {
  if (group.kind === 'shared') return
  const detail =
    group.kind === 'personal'
      ? 'Your personal group is yours as long as your account is.'
      : 'The people of a direct group are fixed.'
  throw conflict('fixed-people', detail)
}

type BalanceFact = { readonly currency: string; readonly amount: string }

async function balancesOf(
  tx: Transaction,
  group: Group,
  member: Member,
): Promise<readonly BalanceFact[]> {
  const balances = await tx.balances.of(group.id)
  return balances
    .filter(({ userId }) => userId === member.userId)
    .map(({ amount }) => ({ currency: amount.currency, amount: toDecimal(amount) }))
}

function balanceNotZero(member: Member, balances: readonly BalanceFact[]): Error {
  const sums = balances.map(({ amount, currency }) => `${amount} ${currency}`).join(', ')
  return conflict(
    'balance-not-zero',
    `${member.displayName} still has a balance here: ${sums}. Settle it first; an owner can force it.`,
    { balances },
  )
}
