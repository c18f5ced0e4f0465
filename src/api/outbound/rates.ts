import { readFile } from 'node:fs/promises'
import type { RateSource } from '../../domain/money/rate-ports.ts'
import { createFixedRates } from './fixed-rates.ts'
import { createFrankfurterRates, type FrankfurterOptions } from './frankfurter-rates.ts'

/** The operator's table cannot be read, or is none. */
export class RatesSetupError extends Error {
  constructor(url: string, cause: unknown) {
    const { code, message } = cause as Error & { code?: string }
    super(
      `RATES_URL=${url} cannot be used: ${code === 'ENOENT' ? 'there is no such file.' : message}`,
    )
    this.name = 'RatesSetupError'
    this.cause = cause
  }
}

/**
 * The rate source that an address names: a table in a file, or a server of Frankfurter's API.
 * Throws `RatesSetupError`.
 */
export async function createRateSource(
  url: string,
  options: FrankfurterOptions,
): Promise<RateSource> {
  const { protocol } = new URL(url)
  if (protocol !== 'file:') return createFrankfurterRates(url, options)
  try {
    return createFixedRates(await readFile(new URL(url), 'utf8'))
  } catch (error) {
    throw new RatesSetupError(url, error)
  }
}
