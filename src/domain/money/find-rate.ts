import type { Actor } from '../accounts/user.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Reads, UnitOfWork } from '../ports.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import { chooseRate, type KnownRate } from './choose-rate.ts'
import { rateMissing, requireOther } from './convert.ts'
import type { CurrencyCode } from './currencies.ts'
import type { RateFilter, RateSource } from './rate-ports.ts'
import type { RateQuote, StoredRate } from './rates.ts'

export type RateServices = {
  readonly reads: Pick<Reads, 'rates'>
  readonly unitOfWork: Pick<UnitOfWork, 'run'>
  /** Null where the operator named none: then only typed rates count. */
  readonly rateSource: RateSource | null
}

const euro = 'EUR' as CurrencyCode

/**
 * The rate by which this person converts. Asks the rate source where what is kept is older than
 * `on`, and keeps its answer. It may take seconds, so never call it inside a transaction.
 * Throws `rate-missing`, `same-currency`.
 */
export async function findRate(
  { reads, unitOfWork, rateSource }: RateServices,
  actor: Actor,
  from: CurrencyCode,
  to: CurrencyCode,
  on: CalendarDate,
): Promise<RateQuote> {
  requireOther(from, to)
  const hubs = [...new Set([euro, rateSource?.base ?? euro])]
  const known = await reads.rates.near([...new Set([from, to, ...hubs])], on, actor.userId)
  const kept = chooseRate(known, from, to, hubs)
  if (kept?.isOwn || (kept?.on === on && rateSource?.isKept !== false)) return quote(kept)
  const fetched = rateSource ? await fetchRates(rateSource, [from, to], on) : []
  if (rateSource?.isKept && fetched.length > 0) {
    await unitOfWork.run((tx) =>
      tx.rates.save(
        fetched.map((rate) => ({ ...rate, id: tx.ids.next(), createdAt: tx.clock.now() })),
      ),
    )
  }
  const best = chooseRate([...fetched, ...known], from, to, hubs)
  if (!best) throw rateMissing(from, to, on)
  return quote(best)
}

/** What this person may convert by: everybody's rates and those they typed; newest first. */
export function listRates(
  reads: Pick<Reads, 'rates'>,
  actor: Actor,
  filter: RateFilter,
  page: PageRequest,
): Promise<Page<StoredRate>> {
  return reads.rates.list(actor.userId, filter, page)
}

async function fetchRates(
  rateSource: RateSource,
  currencies: readonly CurrencyCode[],
  on: CalendarDate,
): Promise<readonly KnownRate[]> {
  const { base } = rateSource
  const quotes = currencies.filter((currency) => currency !== base).sort()
  const fetched = await rateSource.fetch(quotes, on)
  if (!fetched) return []
  return [...fetched.rates].map(([currency, rate]) => ({
    base,
    quote: currency,
    rate,
    on: fetched.on,
    source: fetched.source,
    ownerId: null,
  }))
}

const quote = ({ rate, on, source }: RateQuote): RateQuote => ({ rate, on, source })
