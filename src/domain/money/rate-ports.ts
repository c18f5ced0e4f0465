import type { Page, PageRequest } from '../page.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import type { CurrencyCode } from './currencies.ts'
import type { StoredRate } from './rates.ts'

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
