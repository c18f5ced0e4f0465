import type { Actor } from '../accounts/user.ts'
import type { Transaction } from '../ports.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import { requireOther } from './convert.ts'
import type { CurrencyCode } from './currencies.ts'
import { manualSource, parseRate, type StoredRate } from './rates.ts'

export type RecordRate = {
  readonly base: CurrencyCode
  readonly quote: CurrencyCode
  /** Units of `quote` for one unit of `base`. */
  readonly rate: string
  readonly on: CalendarDate
}

/**
 * Keeps a rate that somebody typed, for what they convert themselves. Stating the same pair and day
 * again corrects it; what was converted before stays as it is.
 */
export async function recordRate(
  tx: Transaction,
  actor: Actor,
  { base, quote, rate, on }: RecordRate,
): Promise<StoredRate> {
  requireOther(base, quote, '')
  const [stored] = await tx.rates.save([
    {
      id: tx.ids.next(),
      base,
      quote,
      rate: parseRate(rate),
      on,
      source: manualSource,
      ownerId: actor.userId,
      createdAt: tx.clock.now(),
    },
  ])
  return stored!
}
