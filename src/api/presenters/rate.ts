import type { StoredRate } from '../../domain/money/rates.ts'
import type { RateResource } from '../schemas/rate.ts'

export function presentRate(rate: StoredRate): RateResource {
  return {
    id: rate.id,
    base: rate.base,
    quote: rate.quote,
    rate: rate.rate,
    date: rate.on,
    source: rate.source,
    isOwn: rate.ownerId !== null,
    createdAt: rate.createdAt.toISOString(),
  }
}
