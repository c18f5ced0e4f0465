import type { DefaultSplit, Group, Member } from '../../domain/groups/group.ts'
import type { Balance } from '../../domain/ledger/balances.ts'
import type { BalancesResource, GroupResource, MemberResource } from '../schemas/group.ts'
import { amountText } from '../schemas/money.ts'

export function presentGroup(group: Group): GroupResource {
  return {
    id: group.id,
    kind: group.kind,
    name: group.name,
    currency: group.currency,
    timeZone: group.timeZone,
    defaultSplit: presentDefaultSplit(group.defaultSplit),
    members: group.members.map(presentMember),
    version: group.version,
    createdBy: group.createdBy,
    createdAt: group.createdAt.toISOString(),
    updatedAt: group.updatedAt.toISOString(),
    archivedAt: group.archivedAt?.toISOString() ?? null,
  }
}

export function presentMember(member: Member): MemberResource {
  return {
    userId: member.userId,
    displayName: member.displayName,
    username: member.username,
    isGuest: member.isGuest,
    role: member.role,
    weight: member.weight,
    joinedAt: member.joinedAt.toISOString(),
    leftAt: member.leftAt?.toISOString() ?? null,
  }
}

export function presentBalances(balances: readonly Balance[]): BalancesResource {
  return {
    items: balances.map(({ userId, amount }) => ({
      userId,
      currency: amount.currency,
      amount: amountText(amount),
    })),
  }
}

function presentDefaultSplit(split: DefaultSplit | null): GroupResource['defaultSplit'] {
  if (split === null) return { method: 'equal' }
  if (split.method !== 'percentage') return { method: split.method }
  const { method, participants } = split
  return {
    method,
    participants: participants.map(({ userId, percentage }) => ({ userId, percentage })),
  }
}
