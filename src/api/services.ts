import type {
  Mailer,
  PasswordHasher,
  RateBuckets,
  Throttles,
} from '../domain/accounts/account-ports.ts'
import type { RegistrationPolicy } from '../domain/accounts/register.ts'
import type { LedgerReads } from '../domain/ledger/ledger-ports.ts'
import type { CurrencyCode } from '../domain/money/currencies.ts'
import type { RateSource } from '../domain/money/rate-ports.ts'
import type { Clock, Ids, Reads, UnitOfWork } from '../domain/ports.ts'
import type { TimeZone } from '../domain/time/zone.ts'

export type ApiConfig = {
  readonly jwtSecret: string
  /** Tokens signed with it stay good until they end; new ones are signed with the current one. */
  readonly jwtSecretPrevious: string | null
  /** Addresses of proxies whose forwarded headers count. */
  readonly trustProxy: readonly string[]
  readonly registration: RegistrationPolicy
  /** Per person, and per address of those not signed in; 0: no limit. */
  readonly requestsPerMinute: number
  /** Of pages elsewhere whose scripts may call the API. */
  readonly corsOrigins: readonly string[]
  /** Log-ins and the like, per account and per address; 0: without a limit. */
  readonly loginLimitPerMinute: number
  readonly defaultCurrency: CurrencyCode
  readonly defaultTimeZone: TimeZone
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}

/** Everything the API needs from the rest of the program. */
export type ApiServices = {
  readonly reads: Reads
  readonly unitOfWork: UnitOfWork
  readonly hasher: PasswordHasher
  readonly throttles: Throttles
  /** Null: this installation sends no mail. */
  readonly mailer: Mailer | null
  /** Null: only rates that somebody typed count. */
  readonly rateSource: RateSource | null
  /** May take longer than a request usually does, on connections of its own. */
  readonly audit: Pick<LedgerReads, 'differences'>
  readonly rateBuckets: RateBuckets
  readonly clock: Clock
  readonly ids: Ids
  readonly config: ApiConfig
  isDatabaseReady(): Promise<boolean>
  /** Standard error when left out. */
  readonly logStream?: { write(line: string): void }
}
