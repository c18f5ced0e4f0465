import type { CurrencyCode } from '../money/currencies.ts'
import type { TimeZone } from '../time/zone.ts'

/** personal: one person's own book; direct: a fixed set of people without a chat; shared: all others. */
export const groupKinds = ['personal', 'direct', 'shared'] as const
export type GroupKind = (typeof groupKinds)[number]

export const groupRoles = ['owner', 'admin', 'member', 'viewer'] as const
export type GroupRole = (typeof groupRoles)[number]

/** How expenses are split that do not say. By shares: those are the members' weights. */
export type DefaultSplit =
  | { readonly method: 'equal' | 'shares' }
  | {
      readonly method: 'percentage'
      readonly participants: readonly { readonly userId: string; readonly percentage: string }[]
    }

export type Member = {
  readonly userId: string
  readonly displayName: string
  readonly username: string | null
  readonly isGuest: boolean
  readonly role: GroupRole
  /** The order in which people joined; the last tie-break wherever an order is needed. */
  readonly position: number
  /** Decimal text; how much this person bears where the group splits by weight. */
  readonly weight: string
  /** How a chat names this person while we have no id of theirs. */
  readonly handle: string | null
  readonly joinedAt: Date
  readonly leftAt: Date | null
}

export type Group = {
  readonly id: string
  readonly kind: GroupKind
  readonly name: string
  readonly currency: CurrencyCode
  readonly timeZone: TimeZone
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly archivedAt: Date | null
  /** Null is equally. */
  readonly defaultSplit: DefaultSplit | null
  readonly members: readonly Member[]
}

/** The membership that counts: somebody who left is an outsider. */
export function activeMember(group: Group, userId: string): Member | null {
  return group.members.find((member) => member.userId === userId && member.leftAt === null) ?? null
}

export function activeMembers(group: Group): readonly Member[] {
  return group.members.filter((member) => member.leftAt === null)
}
