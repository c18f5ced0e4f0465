import type { User } from '../../domain/accounts/user.ts'
import type { PersonalDebts } from '../../domain/ledger/personal-debts.ts'
import type { ManagedUserResource } from '../schemas/admin-user.ts'
import { amountText } from '../schemas/money.ts'
import type { PersonalBalancesResource, UserResource } from '../schemas/user.ts'

export function presentUser(user: User): UserResource {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    emailVerifiedAt: user.emailVerifiedAt?.toISOString() ?? null,
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

export function presentManagedUser(user: User): ManagedUserResource {
  return { ...presentUser(user), disabledAt: user.disabledAt?.toISOString() ?? null }
}

export function presentPersonalBalances(debts: PersonalDebts): PersonalBalancesResource {
  return {
    items: debts.people.map(({ userId, displayName, amount }) => ({
      userId,
      displayName,
      currency: amount.currency,
      amount: amountText(amount),
    })),
    groups: debts.groups.map(({ groupId, groupName, amount }) => ({
      groupId,
      groupName,
      currency: amount.currency,
      amount: amountText(amount),
    })),
  }
}
