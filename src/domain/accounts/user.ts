import type { CurrencyCode } from '../money/currencies.ts'
import type { TimeZone } from '../time/zone.ts'

export const userRoles = ['user', 'admin'] as const
export type UserRole = (typeof userRoles)[number]

/** Where a change came from; it stands on every expense, settlement and event. */
export const sources = ['api', 'telegram', 'slack', 'web', 'import', 'recurrence'] as const
export type Source = (typeof sources)[number]

/**
 * A person. With a username they can log in; without one they were born in a chat;
 * a guest is only a name in one group and has no personal group.
 */
export type User = {
  readonly id: string
  readonly username: string | null
  readonly email: string | null
  /** Null until a mail to the address was answered. */
  readonly emailVerifiedAt: Date | null
  readonly displayName: string
  readonly isGuest: boolean
  readonly role: UserRole
  readonly locale: string
  readonly timeZone: TimeZone
  readonly defaultCurrency: CurrencyCode
  readonly personalGroupId: string | null
  /** Counts up when every access token given out so far must stop working. */
  readonly tokenVersion: number
  /** Set together with `mergedIntoId` and `deletedAt` too, so that it alone tells who may act. */
  readonly disabledAt: Date | null
  /** The person in whose hands everything of this one is now. */
  readonly mergedIntoId: string | null
  readonly deletedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Who does something, and through which door. */
export type Actor = {
  readonly userId: string
  readonly role: UserRole
  readonly source: Source
}
