import type { CurrencyCode } from '../money/currencies.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import type { DateRange } from '../time/period.ts'
import type { Totals } from './report.ts'

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
