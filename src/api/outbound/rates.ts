import { readFile } from 'node:fs/promises'
import type { RateSource } from '../../domain/ports.ts'
import { createFixedRates } from './fixed-rates.ts'
import { createFrankfurterRates, type FrankfurterOptions } from './frankfurter-rates.ts'

/** The rate source that an address names: a table in a file, or a server of Frankfurter's API. */
export async function createRateSource(
  url: string,
  options: FrankfurterOptions,
): Promise<RateSource> {
  const { protocol } = new URL(url)
  if (protocol !== 'file:') return createFrankfurterRates(url, options)
  return createFixedRates(await readFile(new URL(url), 'utf8'))
}
