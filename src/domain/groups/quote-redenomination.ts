import type { Actor } from '../accounts/user.ts'
import { findRate } from '../money/find-rate.ts'
import { todayIn } from '../time/zone.ts'
import { requirePermission } from './policy.ts'
import type { QuoteServices } from './quote-rate.ts'
import { balancesBySource, type Redenominate } from './redenominate.ts'

/**
 * Completes a conversion with today's rates for the currencies that need one and have none. Call it
 * before the transaction, because it may ask the rate source. Throws `rate-missing`.
 */
export async function quoteRedenomination(
  services: QuoteServices,
  actor: Actor,
  groupId: string,
  input: Redenominate,
): Promise<Redenominate> {
  const group = await services.reads.groups.find(groupId)
  requirePermission(group, actor, 'group.redenominate')
  const stated = new Set(input.rates.map(({ currency }) => currency))
  const balances = await services.reads.balances.of(groupId)
  const sources = balancesBySource(balances, input.from, input.to)
  const on = todayIn(group!.timeZone, services.clock.now())
  const missing = [...sources.keys()].filter((currency) => !stated.has(currency))
  const found = await Promise.all(
    missing.map(async (currency) => ({
      currency,
      ...(await findRate(services, actor, currency, input.to, on)),
    })),
  )
  return { ...input, rates: [...input.rates, ...found] }
}
