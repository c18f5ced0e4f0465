import { invalid } from '../errors.ts'
import type { Group } from '../groups/group.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import type { Transaction } from '../ports.ts'
import { normaliseText, requireText } from '../text.ts'
import type { TimeZone } from '../time/zone.ts'
import { isCommonPassword } from './common-passwords.ts'
import type { User, UserRole } from './user.ts'

export type NewPerson = {
  readonly displayName: string
  readonly locale: string
  readonly timeZone: TimeZone
  readonly defaultCurrency: CurrencyCode
}

export type Registration = NewPerson & {
  readonly username: string
  readonly email: string
  readonly passwordHash: string
}

export type RegistrationPolicy = {
  /** `invite`: whoever has an invite into a group or from an admin. */
  readonly mode: 'open' | 'invite' | 'closed'
  /** The first person who registers becomes the instance's admin. */
  readonly firstUserAdmin: boolean
}

/** Lower case and compatibility-normalised, so that look-alike spellings are one login. */
export function loginKey(text: string): string {
  return normaliseText(text).normalize('NFKC').toLowerCase()
}

const usernamePattern = /^[\p{L}\p{N}][\p{L}\p{N}._-]{1,29}$/u
const emailPattern = /^[^\s@<>"(),:;\\]+@[^\s@.]+(\.[^\s@.]+)+$/u

/** 2 to 30 letters, digits, dots, dashes and underscores; no @, so that it never looks like an address. */
export function requireUsername(text: string): string {
  const username = normaliseText(text)
  if (!usernamePattern.test(username)) {
    throw invalid(
      'malformed-username',
      'A username has 2 to 30 letters, digits, dots, dashes or underscores and begins with a letter or digit.',
      {},
      '/username',
    )
  }
  return username
}

export function requireEmail(text: string): string {
  const email = normaliseText(text)
  if (email.length > 254 || !emailPattern.test(email)) {
    throw invalid('malformed-email', 'This is not an e-mail address.', {}, '/email')
  }
  return email
}

/** Length in code points; any character counts and nothing is cut (ASVS 2.1). Throws for common ones. */
export function requirePassword(password: string, pointer = '/password'): string {
  const length = [...password].length
  if (length < 8 || length > 256 || !password.isWellFormed()) {
    throw invalid(
      'password-length',
      'A password has 8 to 256 characters.',
      { least: 8, most: 256 },
      pointer,
    )
  }
  if (isCommonPassword(password)) {
    const detail = 'Too many people use this password. Choose one that nobody would guess.'
    throw invalid('password-common', detail, {}, pointer)
  }
  return password
}

/** A person who logs in, with the personal group that every person has. */
export async function register(
  tx: Transaction,
  policy: RegistrationPolicy,
  input: Registration,
  { isInvited }: { readonly isInvited: boolean } = { isInvited: false },
): Promise<User> {
  const isFirst = await tx.users.isFirstLogin()
  if (!(isFirst && policy.firstUserAdmin)) requireOpen(policy, isInvited)
  const role: UserRole = isFirst && policy.firstUserAdmin ? 'admin' : 'user'
  return createPerson(tx, input, { ...input, role })
}

function requireOpen({ mode }: RegistrationPolicy, isInvited: boolean): void {
  if (mode === 'closed') {
    throw invalid(
      'registration-closed',
      'Registration is closed on this server. Ask its operator for an account.',
    )
  }
  if (mode === 'invite' && !isInvited) {
    const detail = 'Registration needs an invite on this server. Ask somebody who is here already.'
    throw invalid('invite-needed', detail, {}, '/inviteToken')
  }
}

type Login = {
  readonly username: string
  readonly email: string
  readonly passwordHash: string
  readonly role: UserRole
}

/** Makes a person and their personal group; without a login for people who come from a chat. */
export async function createPerson(
  tx: Transaction,
  person: NewPerson,
  login: Login | null,
): Promise<User> {
  const now = tx.clock.now()
  const user: User = {
    id: tx.ids.next(),
    username: login ? requireUsername(login.username) : null,
    email: login ? requireEmail(login.email) : null,
    emailVerifiedAt: null,
    displayName: requireText(person.displayName, { pointer: '/displayName', most: 100 }),
    isGuest: false,
    role: login?.role ?? 'user',
    locale: person.locale,
    timeZone: person.timeZone,
    defaultCurrency: person.defaultCurrency,
    personalGroupId: tx.ids.next(),
    tokenVersion: 0,
    disabledAt: null,
    mergedIntoId: null,
    deletedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  await tx.users.insert(user, login?.passwordHash ?? null)
  await tx.groups.insert(personalGroup(user))
  return user
}

function personalGroup(user: User): Group {
  const { createdAt } = user
  return {
    id: user.personalGroupId!,
    kind: 'personal',
    name: 'Personal',
    currency: user.defaultCurrency,
    timeZone: user.timeZone,
    version: 1,
    createdBy: user.id,
    createdAt,
    updatedAt: createdAt,
    archivedAt: null,
    defaultSplit: null,
    members: [
      {
        userId: user.id,
        displayName: user.displayName,
        username: user.username,
        isGuest: false,
        role: 'owner',
        position: 0,
        weight: '1',
        handle: null,
        joinedAt: createdAt,
        leftAt: null,
      },
    ],
  }
}
