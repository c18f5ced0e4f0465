import type { Platform } from '../accounts/identity.ts'

/** A chat or channel and the group whose books it keeps. */
export type ChatSpace = {
  readonly id: string
  readonly platform: Platform
  readonly tenant: string
  readonly externalId: string
  readonly groupId: string
  readonly title: string
  readonly active: boolean
  readonly createdAt: Date
}
