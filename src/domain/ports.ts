import type {
  AccessTokenReads,
  AccessTokenRepository,
  AccountTokenRepository,
  FigureReads,
  IdentityRepository,
  LinkCodeRepository,
  SessionReads,
  SessionRepository,
  UserReads,
  UserRepository,
} from './accounts/account-ports.ts'
import type { Platform } from './accounts/identity.ts'
import type {
  CategoryReads,
  CategoryRepository,
  CommentReads,
  CommentRepository,
  ExpenseReads,
  ExpenseRepository,
} from './expenses/expense-ports.ts'
import type {
  ChatSpaceRepository,
  EventReads,
  EventRepository,
  GroupConversionReads,
  GroupConversionRepository,
  GroupReads,
  GroupRepository,
  InviteRepository,
} from './groups/group-ports.ts'
import type { BalanceReads, BalanceRepository, LedgerReads } from './ledger/ledger-ports.ts'
import type { RateReads, RateRepository } from './money/rate-ports.ts'
import type { MergeRepository } from './people/merge-ports.ts'
import type { ReportReads } from './reports/report-ports.ts'
import type { SettlementReads, SettlementRepository } from './settlements/settlement-ports.ts'

/** The present, so that tests can choose it. */
export type Clock = { now(): Date }

export type Ids = {
  /** A UUIDv7: grows with time, so that rows written together lie together. */
  next(): string
  /** URL-safe random text of so many bytes of entropy. */
  secret(bytes: number): string
}

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
