import { conflict, type DomainError, invalid, notFound } from '../errors.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import type { TimeZone } from '../time/zone.ts'
import { requireEmail, requireUsername } from './register.ts'
import type { Actor, User } from './user.ts'

/** Only what is present changes. */
export type EditProfile = {
  readonly username?: string
  readonly email?: string
  readonly displayName?: string
  readonly locale?: string
  readonly timeZone?: TimeZone
  readonly defaultCurrency?: CurrencyCode
}

export async function editProfile(
  tx: Transaction,
  actor: Actor,
  changes: EditProfile,
): Promise<User> {
  const before = await tx.users.find(actor.userId)
  if (!before) throw notFound('user')
  if ((changes.username || changes.email) && !before.username) {
    throw conflict(
      'no-login',
      'This account has no login yet, so it has no username or address to change.',
    )
  }
  const after: User = {
    ...before,
    ...changes,
    ...(changes.username === undefined ? {} : { username: requireUsername(changes.username) }),
    ...(changes.email === undefined ? {} : { email: requireEmail(changes.email) }),
    ...(changes.displayName === undefined
      ? {}
      : { displayName: requireText(changes.displayName, { pointer: '/displayName', most: 100 }) }),
    ...(changes.locale === undefined ? {} : { locale: requireLocale(changes.locale) }),
    updatedAt: tx.clock.now(),
  }
  if (after.email === before.email) {
    await tx.users.update(after)
    return after
  }
  const unverified = { ...after, emailVerifiedAt: null }
  await tx.users.update(unverified)
  await tx.accountTokens.deleteUnusedOf(after.id, 'verify-email')
  return unverified
}

/** A new password ends every session: whoever knew the old one is out. */
export async function changePassword(
  tx: Transaction,
  actor: Actor,
  passwordHash: string,
): Promise<void> {
  await tx.users.setPassword(actor.userId, passwordHash)
  await tx.sessions.revokeAllOf(actor.userId, tx.clock.now())
}

export function wrongPassword(): DomainError {
  return invalid('wrong-password', 'The current password is wrong.', {}, '/currentPassword')
}

/** A BCP 47 tag that this runtime knows how to format for, in its canonical form. */
export function requireLocale(text: string): string {
  try {
    const [locale] = Intl.getCanonicalLocales(text)
    if (locale) return locale
  } catch {
    // Not a tag at all: refused below.
  }
  throw invalid('unknown-locale', 'A locale is a BCP 47 tag such as en-GB.', {}, '/locale')
}
