import type { Actor } from '../accounts/user.ts'
import { type QuoteServices, quoteRate } from '../groups/quote-rate.ts'
import type { RecordSettlement } from './record-settlement.ts'

/**
 * Completes a payment in another currency with the rate it needs: where neither a rate nor the booked
 * amount is stated. Call it before the transaction, because it may ask the rate source.
 */
export async function quoteSettlement(
  services: QuoteServices,
  actor: Actor,
  input: RecordSettlement,
): Promise<RecordSettlement> {
  const { amount, original, groupId, settledOn = null } = input
  if (!original || original.rate || amount) return input
  const quoted = await quoteRate(services, actor, original, { groupId, on: settledOn })
  return { ...input, original: quoted }
}
