export const platforms = ['telegram', 'slack', 'web'] as const
export type Platform = (typeof platforms)[number]

/** Who a user is on one chat platform. The external id alone counts; the username is a hint. */
export type Identity = {
  readonly id: string
  readonly userId: string
  readonly platform: Platform
  /** The Telegram bot, the Slack workspace or enterprise. */
  readonly tenant: string
  readonly externalId: string
  readonly username: string | null
  readonly displayName: string
  readonly canDm: boolean
  readonly createdAt: Date
  /** Null for somebody who was mentioned but never spoke. */
  readonly lastSeenAt: Date | null
}
