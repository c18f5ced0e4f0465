import type { CurrencyCode } from './currencies.ts'
import {
  chained,
  computedRate,
  inverse,
  isInRange,
  type RateQuote,
  type Ratio,
  ratioOf,
  type StoredRate,
} from './rates.ts'

export type KnownRate = Pick<StoredRate, 'base' | 'quote' | 'rate' | 'on' | 'source' | 'ownerId'>

export type ChosenRate = RateQuote & { readonly isOwn: boolean }

/** Exact until it is chosen, so that a way by a hub is rounded once. */
type Candidate = ChosenRate & { readonly ratio: Ratio }

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
): ChosenRate | null {
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
  const pair = known
    .filter(({ base, quote }) => base === from && quote === to)
    .map((rate) => candidate(rate, ratioOf(rate.rate), rate.rate))
  const back = known
    .filter(({ base, quote }) => base === to && quote === from)
    .map((rate) => {
      const ratio = inverse(ratioOf(rate.rate))
      return candidate(rate, ratio, computedRate(ratio))
    })
  const all = [...pair, ...back]
  return newest(all.filter(({ isOwn }) => isOwn)) ?? newest(all)
}

function candidate({ on, source, ownerId }: KnownRate, ratio: Ratio, rate: string): Candidate {
  return { ratio, rate, on, source, isOwn: ownerId !== null }
}

/** Null too where the rate by way of the hub is none that we take. */
function joined(first: Candidate | null, second: Candidate | null): Candidate | null {
  if (!first || !second) return null
  const ratio = chained(first.ratio, second.ratio)
  if (!isInRange(ratio)) return null
  const older = first.on < second.on ? first : second
  const sources = [...new Set([first.source, second.source])]
  return { ratio, rate: computedRate(ratio), on: older.on, source: sources.join('+'), isOwn: false }
}

/** The first of those that are of the latest day. */
function newest(candidates: readonly (Candidate | null)[]): Candidate | null {
  return candidates.reduce((best, candidate) => {
    if (!best || !candidate) return best ?? candidate
    return candidate.on > best.on ? candidate : best
  }, null)
}
