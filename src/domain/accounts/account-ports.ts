import type { Page, PageRequest } from '../page.ts'
import type { AccessToken } from './access-token.ts'
import type { AccountToken, AccountTokenPurpose } from './account-token.ts'
import type { Identity, Platform } from './identity.ts'
import type { LinkCode } from './link-code.ts'
import type { RefreshToken, Session } from './session.ts'
import type { User } from './user.ts'

export type PasswordHasher = {
  hash(password: string): Promise<string>
  /** Takes as long for a missing hash as for a wrong password, so that time tells nobody who exists. */
  verify(hash: string | null, password: string): Promise<boolean>
}

export type Mail = { readonly to: string; readonly subject: string; readonly text: string }

export type Mailer = {
  /** Resolves when the server has taken the mail over; throws when it would not in time. */
  send(mail: Mail): Promise<void>
}

/** Counts attempts, for all instances together and whatever becomes of the request. */
export type Throttles = {
  /** Counts one more under each key; a key's window begins with its first attempt. */
  count(
    keyHashes: readonly Buffer[],
    windowSeconds: number,
  ): Promise<readonly { readonly attempts: number; readonly secondsLeft: number }[]>
}

export type UserReads = {
  find(id: string): Promise<User | null>
  /** For showing them: somebody who was merged goes by the name of whom they were merged into. */
  findMany(ids: readonly string[]): Promise<readonly User[]>
  findByLogin(
    login: { username: string } | { email: string },
  ): Promise<{ user: User; passwordHash: string | null } | null>
  passwordHashOf(id: string): Promise<string | null>
  /** Whose username, address or shown name begins so; no guests, nobody merged or deleted. Newest first. */
  search(beginning: string | null, page: PageRequest): Promise<Page<User>>
}

export type UserRepository = UserReads & {
  /** Refused when the username or the address is taken. */
  insert(user: User, passwordHash: string | null): Promise<void>
  update(user: User): Promise<void>
  setPassword(id: string, passwordHash: string): Promise<void>
  /** Until the transaction ends, the person can be neither merged nor deleted. */
  hold(id: string): Promise<User | null>
  /** For merging and deleting; in the order of the ids. */
  lock(ids: readonly string[]): Promise<readonly User[]>
  /** The ids of those admins who can log in; they stay so until the transaction ends. */
  lockAdmins(): Promise<readonly string[]>
  /** Writes the user, who logs in no more; what was merged into them before follows `mergedIntoId`. */
  close(user: User): Promise<void>
  /** The people who were merged into this one. */
  mergedInto(id: string): Promise<readonly User[]>
  /** True for the first person who can log in on this installation. */
  isFirstLogin(): Promise<boolean>
}

export type AccountTokenRepository = {
  insert(token: AccountToken, tokenHash: Buffer): Promise<void>
  /** Locked, so that two uses at once are told apart. */
  lock(tokenHash: Buffer): Promise<AccountToken | null>
  setUsed(tokenHash: Buffer, at: Date): Promise<void>
  /** Of every purpose when none is named. */
  deleteUnusedOf(userId: string, purpose?: AccountTokenPurpose): Promise<void>
}

/** How much there is, and how much of it is new since a moment. */
export type Figures = {
  readonly users: number
  readonly groups: number
  readonly expenses: number
  readonly newUsers: number
  readonly newGroups: number
  readonly newExpenses: number
  readonly newSessions: number
}

export type FigureReads = { read(since: Date): Promise<Figures> }

export type AccessTokenReads = {
  findByHash(tokenHash: Buffer): Promise<AccessToken | null>
  /** Newest first. */
  listOf(userId: string): Promise<readonly AccessToken[]>
}

export type AccessTokenRepository = AccessTokenReads & {
  insert(token: AccessToken, tokenHash: Buffer): Promise<void>
  setLastUsed(id: string, at: Date): Promise<void>
  /** False when this person has no such token. */
  delete(userId: string, id: string): Promise<boolean>
  deleteAllOf(userId: string): Promise<void>
}

export type SessionReads = {
  find(id: string): Promise<Session | null>
  /** Those of the person that have not ended, newest first. */
  openOf(userId: string, now: Date): Promise<readonly Session[]>
}

export type SessionRepository = SessionReads & {
  insert(session: Session, tokenHash: Buffer): Promise<void>
  /** The token's row is locked, so that two uses at once are told apart. */
  lockToken(
    tokenHash: Buffer,
  ): Promise<{ token: RefreshToken; session: Session; successorUsed: boolean } | null>
  replaceToken(old: RefreshToken, successorHash: Buffer, at: Date): Promise<void>
  revoke(sessionId: string, at: Date): Promise<void>
  revokeAllOf(userId: string, at: Date): Promise<void>
}

export type IdentityRepository = {
  find(platform: Platform, tenant: string, externalId: string): Promise<Identity | null>
  /** False when another transaction was quicker: read it again. */
  insert(identity: Identity): Promise<boolean>
  update(identity: Identity): Promise<void>
  listOf(userId: string): Promise<readonly Identity[]>
  findById(id: string): Promise<Identity | null>
  delete(id: string): Promise<void>
  /** Members of the group who go by this username on the platform: candidates, not proof. */
  membersCalled(
    groupId: string,
    platform: Platform,
    tenant: string,
    username: string,
  ): Promise<readonly string[]>
}

export type LinkCodeRepository = {
  insert(code: LinkCode, codeHash: Buffer): Promise<void>
  update(code: LinkCode): Promise<void>
  /** Locked, so that two uses at once are told apart. */
  lockByHash(codeHash: Buffer): Promise<LinkCode | null>
  lock(id: string): Promise<LinkCode | null>
  deleteUnusedOf(userId: string): Promise<void>
  /** How many wrong codes this person sent in the window that ends then; locked, so that none goes uncounted. */
  lockAttempts(userId: string, now: Date): Promise<{ wrongCodes: number; windowEndsAt: Date }>
  setAttempts(userId: string, wrongCodes: number, windowEndsAt: Date): Promise<void>
}

/** What callers used up, for all processes together. */
export type RateBuckets = {
  /** Answers what was used of the window in all. */
  add(keyHash: Buffer, windowStartsAt: Date, used: number): Promise<number>
}
