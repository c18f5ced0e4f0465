import type { Actor } from '../accounts/user.ts'
import { conflict, invalid } from '../errors.ts'
import type { Balance } from '../ledger/balances.ts'
import { type ConvertedBalance, convertBalances } from '../ledger/convert-balances.ts'
import { rateMissing, requireOther } from '../money/convert.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import { manualSource, parseRate, type StatedRate } from '../money/rates.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import type { CalendarDate } from '../time/calendar-date.ts'
import { todayIn } from '../time/zone.ts'
import { conversionEvent } from './conversion-events.ts'
import type { Group } from './group.ts'
import {
  type ConversionRate,
  entriesFor,
  type GroupConversion,
  ledgerEntriesOf,
} from './group-conversion.ts'
import { requirePermission } from './policy.ts'

/** Of today when left out. */
export type StatedConversionRate = StatedRate & Pick<ConversionRate, 'currency'>

export type Redenominate = {
  readonly from: CurrencyCode | 'all'
  readonly to: CurrencyCode
  /** One for each currency in which somebody has a balance; others are not looked at. */
  readonly rates: readonly StatedConversionRate[]
  /** Shows what would happen and changes nothing. */
  readonly dryRun: boolean
}

export type Redenomination = {
  readonly balances: readonly ConvertedBalance[]
  readonly rates: readonly ConversionRate[]
  /** The group's default currency then. */
  readonly currency: CurrencyCode
  /** Null after a dry run. */
  readonly conversion: GroupConversion | null
}

/**
 * Moves what is owed in one currency, or in all, into another; nothing written before is rewritten.
 * The group's default currency follows when it is among those converted.
 * Throws `rate-missing`, `duplicate-rate`, `same-currency`, `nothing-to-convert`.
 */
export async function redenominate(
  tx: Transaction,
  actor: Actor,
  groupId: string,
  { from, to, rates, dryRun }: Redenominate,
): Promise<Redenomination> {
  const group = await tx.groups.lock(groupId)
  requirePermission(group, actor, 'group.redenominate')
  if (from !== 'all') requireOther(from, to, '')
  const currency = from === 'all' || from === group!.currency ? to : group!.currency
  const convertedOn = todayIn(group!.timeZone, tx.clock.now())
  const sources = balancesBySource(await tx.balances.of(groupId), from, to)
  const used = [...sources.keys()].map((source) => {
    const rate = rateFor(source, rates, convertedOn)
    if (!rate) throw rateMissing(source, to, convertedOn, '/rates')
    return rate
  })
  if (sources.size === 0 && currency === group!.currency) throw nothingToConvert(from)
  const carried = await tx.balances.oddUnits(groupId, to)
  const balances = used.flatMap(({ currency: source, rate }) =>
    convertBalances(sources.get(source)!, rate, to, carried),
  )
  const result = { balances, rates: used, currency }
  if (dryRun) return { ...result, conversion: null }
  const now = tx.clock.now()
  const conversion: GroupConversion = {
    id: tx.ids.next(),
    groupId,
    to,
    rates: used,
    entries: entriesFor(balances),
    currencyBefore: group!.currency,
    currencyAfter: currency,
    convertedOn,
    source: actor.source,
    version: 1,
    createdBy: actor.userId,
    createdAt: now,
    updatedAt: now,
    voidedAt: null,
  }
  await tx.groupConversions.insert(conversion)
  await tx.balances.post(groupId, ledgerEntriesOf(conversion))
  const after = await withCurrency(tx, group!, currency)
  const groups = { before: group!, after }
  await tx.events.append(conversionEvent('group.redenominated', conversion, groups, actor, tx))
  return { ...result, conversion }
}

/** Gives the group another default currency, if it is another. */
export async function withCurrency(
  tx: Transaction,
  group: Group,
  currency: CurrencyCode,
): Promise<Group> {
  if (group.currency === currency) return group
  const after = { ...group, currency, version: group.version + 1, updatedAt: tx.clock.now() }
  await tx.groups.update(after)
  return after
}

/** What is to be converted, by currency. */
export function balancesBySource(
  balances: readonly Balance[],
  from: CurrencyCode | 'all',
  to: CurrencyCode,
): ReadonlyMap<CurrencyCode, readonly Balance[]> {
  return Map.groupBy(
    balances.filter(({ amount: { currency } }) =>
      from === 'all' ? currency !== to : currency === from,
    ),
    ({ amount }) => amount.currency,
  )
}

function rateFor(
  source: CurrencyCode,
  rates: readonly StatedConversionRate[],
  convertedOn: CalendarDate,
): ConversionRate | undefined {
  const index = rates.findIndex(({ currency }) => currency === source)
  const rate = rates[index]
  if (!rate) return undefined
  const twin = rates.findLastIndex(({ currency }) => currency === source)
  if (twin !== index) {
    const detail = `There are two rates for ${source}. State one.`
    throw invalid('duplicate-rate', detail, { currency: source }, `/rates/${twin}`)
  }
  const pointer = `/rates/${index}`
  return {
    currency: source,
    rate: parseRate(rate.rate, `${pointer}/rate`),
    on: rate.on ?? convertedOn,
    source: requireText(rate.source ?? manualSource, {
      pointer: `${pointer}/rateSource`,
      most: 50,
    }),
  }
}

function nothingToConvert(from: CurrencyCode | 'all'): Error {
  const detail =
    from === 'all'
      ? 'Nobody owes anything in another currency, and the group has this one already.'
      : `Nobody owes anything in ${from}.`
  return conflict('nothing-to-convert', detail)
}
