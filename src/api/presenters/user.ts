import type { User } from '../../domain/accounts/user.ts'
import type { UserResource } from '../schemas/user.ts'

export function presentUser(user: User): UserResource {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    displayName: user.displayName,
    role: user.role,
    locale: user.locale,
    timeZone: user.timeZone,
    defaultCurrency: user.defaultCurrency,
    personalGroupId: user.personalGroupId,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
  }
}
