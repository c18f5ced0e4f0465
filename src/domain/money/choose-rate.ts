import { DomainError } from '../errors.ts'
import type { CurrencyCode } from './currencies.ts'
import { crossRate, inverseRate, type RateQuote, type StoredRate } from './rates.ts'

export type KnownRate = Pick<StoredRate, 'base' | 'quote' | 'rate' | 'on' | 'source' | 'ownerId'>

type Candidate = RateQuote & { readonly isOwn: boolean }

/**
 * The rate to convert by, among rates of the days that count: what the person typed for this pair
 * before anything else, then the newest; of one day the pair itself, its inverse, and last the way
 * by a hub, whose day is that of its older half. Null without any.
 */
export function chooseRate(
  known: readonly KnownRate[],
  from: CurrencyCode,
  to: CurrencyCode,
  hubs: readonly CurrencyCode[],
): Candidate | null {
  const straight = straightRate(known, from, to)
  if (straight?.isOwn) return straight
  const ways = hubs
    .filter((hub) => hub !== from && hub !== to)
    .map((hub) => joined(straightRate(known, from, hub), straightRate(known, hub, to)))
  return newest([straight, ...ways])
}

function straightRate(
  known: readonly KnownRate[],
  from: CurrencyCode,
  to: CurrencyCode,
): Candidate | null {
  const own = (rate: KnownRate): boolean => rate.ownerId !== null
  const pair = known
    .filter(({ base, quote }) => base === from && quote === to)
    .map((rate) => ({ ...quoteOf(rate, rate.rate), isOwn: own(rate) }))
  const back = known
    .filter(({ base, quote }) => base === to && quote === from)
    .map((rate) => ({ ...quoteOf(rate, inverseRate(rate.rate)), isOwn: own(rate) }))
  const all = [...pair, ...back]
  return newest(all.filter(({ isOwn }) => isOwn)) ?? newest(all)
}

const quoteOf = ({ on, source }: KnownRate, rate: string): RateQuote => ({ rate, on, source })

/** The first of those that are of the latest day. */
function newest(candidates: readonly (Candidate | null)[]): Candidate | null {
  return candidates.reduce((best, candidate) => {
    if (!best || !candidate) return best ?? candidate
    return candidate.on > best.on ? candidate : best
  }, null)
}

function joined(first: Candidate | null, second: Candidate | null): Candidate | null {
  if (!first || !second) return null
  const rate = crossed(first.rate, second.rate)
  if (rate === null) return null
  const older = first.on < second.on ? first : second
  const sources = [...new Set([first.source, second.source])]
  return { rate, on: older.on, source: sources.join('+'), isOwn: false }
}

/** Null where the rate by way of the hub is none that we take. */
function crossed(first: string, second: string): string | null {
  try {
    return crossRate(first, second)
  } catch (error) {
    if (error instanceof DomainError) return null
    throw error
  }
}
