import type { AccessToken } from './accounts/access-token.ts'
import type { AccountToken, AccountTokenPurpose } from './accounts/account-token.ts'
import type { Identity, Platform } from './accounts/identity.ts'
import type { LinkCode } from './accounts/link-code.ts'
import type { RefreshToken, Session } from './accounts/session.ts'
import type { User } from './accounts/user.ts'
import type { Category } from './expenses/categories.ts'
import type { Comment } from './expenses/comments.ts'
import type { Expense, ExpenseKind } from './expenses/expense.ts'
import type { ChatSpace } from './groups/chat-space.ts'
import type { GroupEvent, NewGroupEvent } from './groups/event.ts'
import type { Group, GroupKind, Member } from './groups/group.ts'
import type { GroupConversion } from './groups/group-conversion.ts'
import type { Invite } from './groups/invite.ts'
import type { Balance, PersonalBalance } from './ledger/balances.ts'
import type { LedgerCause } from './ledger/direct-debts.ts'
import type { LedgerEntry } from './ledger/ledger-entry.ts'
import type { CurrencyCode } from './money/currencies.ts'
import type { Money } from './money/money.ts'
import type { StoredRate } from './money/rates.ts'
import type { Totals } from './reports/report.ts'
import type { Settlement } from './settlements/settlement.ts'
import type { CalendarDate } from './time/calendar-date.ts'
import type { DateRange } from './time/period.ts'

/** The present, so that tests can choose it. */
export type Clock = { now(): Date }

export type Ids = {
  /** A UUIDv7: grows with time, so that rows written together lie together. */
  next(): string
  /** URL-safe random text of so many bytes of entropy. */
  secret(bytes: number): string
}

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

export type Page<Item> = { readonly items: readonly Item[]; readonly next: PageKey | null }
/** Where a page ended: lists run from the newest to the oldest by these two. */
export type PageKey = { readonly date: string; readonly id: string }
export type PageRequest = { readonly limit: number; readonly after: PageKey | null }

export type ExpenseFilter = {
  /** Only expenses in groups to which this person belongs now. */
  readonly visibleTo: string
  readonly groupId?: string
  readonly categoryIds?: readonly string[]
  /** Paid or shared by each of these people. */
  readonly involving?: readonly string[]
  readonly payerId?: string
  /** All of them are in the description or the notes, whatever their case and accents. */
  readonly words?: readonly string[]
  readonly tag?: string
  readonly kind?: ExpenseKind
  readonly currency?: CurrencyCode
  /** Signed, and as large at least; at most: both in one currency. */
  readonly minAmount?: Money
  readonly maxAmount?: Money
  /** The first and the last day. */
  readonly from?: CalendarDate
  readonly to?: CalendarDate
  readonly includeVoided?: boolean
}

/** Where a page of changes ended: they run from the oldest to the newest by these two. */
export type ChangeKey = { readonly at: Date; readonly id: string }
export type ChangeRequest = {
  readonly limit: number
  readonly since: Date
  /** Changes that late may have siblings that are not committed yet. */
  readonly before: Date
  readonly after: ChangeKey | null
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

export type GroupReads = {
  find(id: string): Promise<Group | null>
  listOf(userId: string, kinds: readonly GroupKind[], page: PageRequest): Promise<Page<Group>>
}

export type ExpenseReads = {
  /** Looks in all groups; callers that know the group use `findIn`. */
  find(id: string): Promise<Expense | null>
  findIn(groupId: string, id: string): Promise<Expense | null>
  list(filter: ExpenseFilter, page: PageRequest): Promise<Page<Expense>>
  /** What changed from `since` to `before`, in the order in which it did. */
  changes(
    filter: ExpenseFilter,
    range: ChangeRequest,
  ): Promise<{ readonly items: readonly Expense[]; readonly next: ChangeKey | null }>
  /** Every change up to then can be read: no transaction that is still open can stamp an earlier one. */
  changesCompleteUntil(now: Date): Promise<Date>
}

export type CategoryReads = {
  find(id: string): Promise<Category | null>
  /** The system's, the person's own, and those of the groups they belong to. */
  visibleTo(userId: string): Promise<readonly Category[]>
}

export type BalanceReads = {
  of(groupId: string): Promise<readonly Balance[]>
  /** Where this person is owed or owes something, in each group they are in. */
  ofPerson(userId: string): Promise<readonly PersonalBalance[]>
}

export type GroupConversionReads = {
  /** With voided ones, newest first. */
  listOf(groupId: string): Promise<readonly GroupConversion[]>
}

export type GroupConversionRepository = GroupConversionReads & {
  insert(conversion: GroupConversion): Promise<void>
  /** Writes voidedAt and the version. */
  setVoided(conversion: GroupConversion): Promise<void>
}

export type RateFilter = { readonly base?: CurrencyCode; readonly quote?: CurrencyCode }

export type RateReads = {
  /**
   * Rates between any two of these currencies that serve on this day, the day's own first:
   * everybody's and those this person typed.
   */
  near(
    currencies: readonly CurrencyCode[],
    on: CalendarDate,
    userId: string,
  ): Promise<readonly StoredRate[]>
  list(userId: string, filter: RateFilter, page: PageRequest): Promise<Page<StoredRate>>
}

export type RateRepository = RateReads & {
  /** A pair has one rate per day and owner: saving it again replaces it. Gives back what is kept. */
  save(rates: readonly StoredRate[]): Promise<readonly StoredRate[]>
}

/** Where rates come from when nobody types them. */
export type RateSource = {
  /** What all its rates are quoted for. */
  readonly base: CurrencyCode
  /** Whether its answers are kept in the database; not where they cost nothing to have again. */
  readonly isKept: boolean
  /**
   * Units of each currency for one unit of the base, on this day or at most a week before; a
   * currency it does not know is left out. Null when it does not answer; it never throws.
   */
  fetch(
    quotes: readonly CurrencyCode[],
    on: CalendarDate,
  ): Promise<{
    readonly on: CalendarDate
    readonly source: string
    readonly rates: ReadonlyMap<CurrencyCode, string>
  } | null>
}

export type ReportFilter = {
  /** Whose shares count, in the groups to which they belong now. */
  readonly userId: string
  readonly groupId?: string
  readonly currency?: CurrencyCode
}

/** Sums of shares in force, per currency; settlements are no spending and appear nowhere. */
export type ReportReads = {
  totals(filter: ReportFilter, range: DateRange): Promise<readonly Totals[]>
  byCategory(
    filter: ReportFilter,
    range: DateRange,
  ): Promise<readonly (Totals & { readonly categoryId: string | null })[]>
  /** In the order of the days; only days on which something happened. */
  byDay(
    filter: ReportFilter,
    range: DateRange,
  ): Promise<readonly (Totals & { readonly date: CalendarDate })[]>
  /** The shares of everybody in the group. */
  byMember(filter: ReportFilter, range: DateRange): Promise<readonly PersonTotals[]>
  /** The own shares of expenses that somebody else paid or shares too, for each of them. */
  byCompanion(filter: ReportFilter, range: DateRange): Promise<readonly PersonTotals[]>
  ofRanges(
    filter: ReportFilter,
    range: DateRange,
    before: DateRange,
  ): Promise<readonly { readonly current: Totals; readonly before: Totals }[]>
}
export type PersonTotals = Totals & { readonly userId: string; readonly displayName: string }

/** Reading without a transaction: each call is one statement and sees one moment. */
export type Reads = {
  readonly users: UserReads
  readonly groups: GroupReads
  readonly expenses: ExpenseReads
  readonly categories: CategoryReads
  readonly balances: BalanceReads
  readonly rates: RateReads
  readonly groupConversions: GroupConversionReads
  readonly settlements: SettlementReads
  readonly comments: CommentReads
  readonly events: EventReads
  readonly ledger: LedgerReads
  readonly reports: ReportReads
  readonly sessions: SessionReads
  readonly accessTokens: AccessTokenReads
  readonly figures: FigureReads
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

export type ChatSpaceRepository = {
  find(platform: Platform, tenant: string, externalId: string): Promise<ChatSpace | null>
  insert(space: ChatSpace): Promise<boolean>
}

export type GroupRepository = GroupReads & {
  /**
   * Locks the group and reads it as it is then. Whatever changes its balances, members or events
   * takes this lock first, and only then touches expenses.
   */
  lock(id: string): Promise<Group | null>
  insert(group: Group): Promise<void>
  update(group: Group): Promise<void>
  addMember(groupId: string, member: Member): Promise<void>
  /** Everything about a membership but its place. */
  updateMember(groupId: string, member: Member): Promise<void>
  /** All groups this person is or was in, in the order of their ids. */
  idsOf(userId: string): Promise<readonly string[]>
  findDirect(peopleKey: Buffer): Promise<string | null>
  /** False when another transaction was quicker. */
  claimDirect(peopleKey: Buffer, groupId: string): Promise<boolean>
  /** Like `claimDirect`; where two groups fall together, the older one is found. */
  claimDirectForOlder(peopleKey: Buffer, groupId: string): Promise<void>
}

export type InviteRepository = {
  insert(invite: Invite, tokenHash: Buffer): Promise<void>
  update(invite: Invite): Promise<void>
  findByToken(tokenHash: Buffer): Promise<Invite | null>
  find(groupId: string, id: string): Promise<Invite | null>
  /** Newest first. */
  listOf(groupId: string): Promise<readonly Invite[]>
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

export type ExpenseRepository = ExpenseReads & {
  /** With what it does to balances and the event that tells of it. */
  insert(expense: Expense, entries: readonly LedgerEntry[], event: NewGroupEvent): Promise<void>
  insertAll(expenses: readonly Expense[]): Promise<void>
  /** Writes the new version with its shares. */
  replace(expense: Expense): Promise<void>
  /** Writes voidedAt and the version; shares stay as they are. */
  setVoided(expense: Expense): Promise<void>
  /** With voided ones. */
  ofCategory(groupId: string, categoryId: string): Promise<readonly Expense[]>
  /** Writes category and version of expenses that go to one category together. */
  setCategory(groupId: string, expenses: readonly Expense[]): Promise<void>
  /** The refunds of an expense that are in force. */
  refundsOf(groupId: string, expenseId: string): Promise<readonly Expense[]>
  /** The newest one this person wrote in these groups that is in force and not older than `since`. */
  latestBy(userId: string, groupIds: readonly string[], since: Date): Promise<Expense | null>
}

export type BalanceRepository = BalanceReads & {
  /** How many odd units each member has borne so far in this group and currency. */
  oddUnits(groupId: string, currency: CurrencyCode): Promise<ReadonlyMap<string, bigint>>
  post(groupId: string, entries: readonly LedgerEntry[]): Promise<void>
}

export type SettlementReads = {
  find(groupId: string, id: string): Promise<Settlement | null>
  list(groupId: string, page: PageRequest): Promise<Page<Settlement>>
}

export type SettlementRepository = SettlementReads & {
  insert(settlement: Settlement): Promise<void>
  setVoided(settlement: Settlement): Promise<void>
  /** Those in force that settle shares of this expense. */
  ofExpense(groupId: string, expenseId: string): Promise<readonly Settlement[]>
}

export type CommentReads = {
  find(groupId: string, id: string): Promise<Comment | null>
  /** Newest first. */
  list(groupId: string, expenseId: string, page: PageRequest): Promise<Page<Comment>>
  /** What this person wrote in the groups to which they belong now, newest first. */
  listBy(userId: string, page: PageRequest): Promise<Page<Comment>>
}

export type CommentRepository = CommentReads & {
  insert(comment: Comment): Promise<void>
  delete(comment: Comment, at: Date): Promise<void>
}

export type CauseFilter = {
  /** Only causes that touch all of these people; all causes where a conversion carried debts over. */
  readonly involving?: readonly string[]
  readonly currency?: CurrencyCode
  /** The newest so many. */
  readonly limit?: number
}

/** A place where the kept balances do not agree with the rows they come from. */
export type LedgerDifference = {
  readonly groupId: string
  readonly userId: string
  readonly currency: string
  readonly kept: string
  readonly computed: string
  readonly what: 'amount' | 'odd-units' | 'expense-sums' | 'event-numbers'
  /** The expense whose sums differ; null for what is no expense's. */
  readonly expenseId: string | null
}

export type LedgerReads = {
  /** What the group's balances come from, newest first. */
  causes(groupId: string, filter?: CauseFilter): Promise<readonly LedgerCause[]>
  /** Recomputes everything from the rows; null: all groups. At most `limit` differences. */
  differences(groupId: string | null, limit: number): Promise<readonly LedgerDifference[]>
  /** How much there is to recompute. */
  size(): Promise<{ readonly groups: number; readonly balances: number }>
}

/** What merging two people rewrites. The people and the group are locked. */
export type MergeRepository = {
  /** On which this person stands, voided ones too; in the order of their ids. */
  expensesOf(
    groupId: string,
    userId: string,
    page: { readonly after: string | null; readonly limit: number },
  ): Promise<readonly Expense[]>
  /** Writes shares, terms and version. */
  rewriteExpenses(groupId: string, expenses: readonly Expense[]): Promise<void>
  settlementsOf(groupId: string, userId: string): Promise<readonly Settlement[]>
  /** Writes the people and the version. */
  rewriteSettlement(settlement: Settlement): Promise<void>
  /** The old membership keeps its row for what still names it, without a place; `into` gets written. */
  moveMembership(groupId: string, fromUserId: string, into: Member, at: Date): Promise<void>
  moveBalances(groupId: string, fromUserId: string, intoUserId: string): Promise<void>
  /** What conversions of the group did to the two. Gives back how many conversions that were. */
  moveConversions(
    groupId: string,
    fromUserId: string,
    intoUserId: string,
    at: Date,
  ): Promise<number>
  /** Who wrote something in a group may change it: that goes over too. The history keeps who it was. */
  moveAuthorship(groupId: string, fromUserId: string, intoUserId: string, at: Date): Promise<void>
  /** Chat identities, and the rates this person typed, but for those the other has for the same day. */
  moveBelongings(fromUserId: string, intoUserId: string): Promise<void>
}

/** A part of a group's events: those before this one, newest first, or those after it as they came. */
export type EventRange = {
  readonly limit: number
  /** Null: from the newest. */
  readonly before?: bigint | null
  readonly after?: bigint
}

export type EventReads = {
  ofGroup(groupId: string, range: EventRange): Promise<readonly GroupEvent[]>
}

export type EventRepository = EventReads & {
  /** Numbers the event under the group's lock. */
  append(event: NewGroupEvent): Promise<void>
  /** Many events of one group, in their order. */
  appendAll(groupId: string, events: readonly NewGroupEvent[]): Promise<void>
  /** Takes people's names out of the events about their memberships. */
  forgetNames(userIds: readonly string[], replacement: string): Promise<void>
  ofSubject(groupId: string, subjectId: string, limit: number): Promise<readonly GroupEvent[]>
}

export type CategoryRepository = CategoryReads & {
  insert(category: Category): Promise<void>
  update(category: Category): Promise<void>
  /** Nobody finds it any more; those below it become top-level ones. */
  archive(category: Category, at: Date): Promise<void>
  /** The groups that have expenses of it. */
  groupsUsing(id: string): Promise<readonly string[]>
}

/** One unit of work on the database: what it did is kept as a whole or not at all. */
export type Transaction = {
  readonly users: UserRepository
  readonly sessions: SessionRepository
  readonly accessTokens: AccessTokenRepository
  readonly accountTokens: AccountTokenRepository
  readonly figures: FigureReads
  readonly identities: IdentityRepository
  readonly chatSpaces: ChatSpaceRepository
  readonly linkCodes: LinkCodeRepository
  readonly groups: GroupRepository
  readonly invites: InviteRepository
  readonly expenses: ExpenseRepository
  readonly categories: CategoryRepository
  readonly balances: BalanceRepository
  readonly rates: RateRepository
  readonly groupConversions: GroupConversionRepository
  readonly settlements: SettlementRepository
  readonly comments: CommentRepository
  readonly ledger: LedgerReads
  readonly reports: ReportReads
  readonly merges: MergeRepository
  readonly events: EventRepository
  readonly inbox: InboxRepository
  readonly ids: Ids
  readonly clock: Clock
}

/** What makes a repeated request the same request, and its stored answer. */
export type RequestKey = {
  readonly userId: string
  readonly method: string
  readonly path: string
  readonly key: string
  /** SHA-256 of the body: another body under the same key is refused. */
  readonly fingerprint: Buffer
}
export type StoredAnswer = { readonly status: number; readonly body: unknown }

export type UnitOfWork = {
  run<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
  /** Runs the work once per key; a repeat gets the stored answer. */
  once(
    key: RequestKey,
    work: (tx: Transaction) => Promise<StoredAnswer>,
  ): Promise<StoredAnswer & { replayed: boolean }>
}

export type InboxEntry = {
  readonly id: string
  readonly platform: Platform
  readonly tenant: string
  readonly deliveryKey: string
  readonly chatId: string
  /** What came in and what was answered, as JSON; its shape is the conversation's business. */
  readonly payload: unknown
  readonly reply: unknown
  readonly state: 'received' | 'handled' | 'answered' | 'failed'
  readonly attempts: number
  readonly receivedAt: Date
}

export type InboxRepository = {
  /** The entry, locked; null when it is not in this state, or somebody else works on it. */
  claim(id: string, state: 'received' | 'handled'): Promise<InboxEntry | null>
  markHandled(id: string, reply: unknown): Promise<void>
}

/** The inbox from outside a transaction. */
export type Inbox = {
  /** False when this delivery is known already. */
  store(entry: Omit<InboxEntry, 'reply' | 'state' | 'attempts'>): Promise<boolean>
  find(id: string): Promise<InboxEntry | null>
  findDelivery(platform: Platform, tenant: string, deliveryKey: string): Promise<InboxEntry | null>
  /** The reply was sent; secrets of the transport are no longer needed and taken out. */
  markAnswered(id: string, payload: unknown): Promise<void>
  /** Counts the attempt; due again later. */
  postpone(id: string, error: string, retryAt: Date): Promise<void>
  /** Counts the attempt and gives up; secrets of the transport go as in `markAnswered`. */
  setAside(id: string, error: string, payload: unknown): Promise<void>
  setReply(id: string, reply: unknown): Promise<void>
  /**
   * Entries that should have been answered by now, oldest first. They are leased to the caller: nobody
   * else gets them for a minute.
   */
  overdue(platform: Platform, now: Date, limit: number): Promise<readonly InboxEntry[]>
  /** The latest entries of one chat, oldest first. */
  history(
    platform: Platform,
    tenant: string,
    chatId: string,
    limit: number,
  ): Promise<readonly InboxEntry[]>
}

/**
 * Deletes what nobody may need any more. Each call deletes at most `limit` rows, so that no lock is
 * held for long, and says how many it were.
 */
/** What callers used up, for all processes together. */
export type RateBuckets = {
  /** Answers what was used of the window in all. */
  add(keyHash: Buffer, windowStartsAt: Date, used: number): Promise<number>
}

export type Housekeeping = {
  idempotencyKeys(expiredBefore: Date, limit: number): Promise<number>
  /** With their refresh tokens. */
  sessions(endedBefore: Date, limit: number): Promise<number>
  refreshTokens(issuedBefore: Date, limit: number): Promise<number>
  /** Messages that were served, or given up. */
  inboxEntries(receivedBefore: Readonly<Record<Platform, Date>>, limit: number): Promise<number>
  linkCodes(expiredBefore: Date, limit: number): Promise<number>
  accountTokens(expiredBefore: Date, limit: number): Promise<number>
  throttles(endedBefore: Date, limit: number): Promise<number>
  /** Invites that expired or were revoked. */
  invites(endedBefore: Date, limit: number): Promise<number>
  rateBuckets(startedBefore: Date, limit: number): Promise<number>
}
