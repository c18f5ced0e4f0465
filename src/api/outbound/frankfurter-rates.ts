import type { CurrencyCode } from '../../domain/money/currencies.ts'
import type { RateSource } from '../../domain/money/rate-ports.ts'
import { rateServesDays } from '../../domain/money/rates.ts'
import { addDays, type CalendarDate } from '../../domain/time/calendar-date.ts'
import { parseWithNumbersAsText, readRateTable } from './rate-table.ts'

type Fetched = Awaited<ReturnType<RateSource['fetch']>>

export type FrankfurterOptions = {
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void
  readonly timeoutMs?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

const mostBytes = 64 * 1024
const mostRemembered = 500
const minute = 60_000
/** A day off, or today before noon, has no rates of its own yet: ask again later, but not each time. */
const answerLastsMs = 30 * minute
const failureLastsMs = minute

const base = 'EUR' as CurrencyCode

/**
 * The reference rates of the European Central Bank from a server of Frankfurter's API
 * (https://frankfurter.dev): `GET /v1/2026-11-20?base=EUR&symbols=USD`.
 */
export function createFrankfurterRates(
  url: string,
  { warn, timeoutMs = 3_000, now = Date.now }: FrankfurterOptions,
): RateSource {
  const root = url.replace(/\/+$/, '').replace(/\/v1$/, '')
  const remembered = new Map<string, { answer: Promise<Fetched>; until: number }>()

  const ask = async (quotes: readonly CurrencyCode[], on: CalendarDate): Promise<Fetched> => {
    const address = `${root}/v1/${on}?base=${base}&symbols=${quotes.join(',')}`
    const text = await getText(address, timeoutMs)
    return text === null ? null : readAnswer(text, quotes, on)
  }

  return {
    base,
    isKept: true,
    fetch(quotes, on) {
      const key = [on, ...quotes].join(' ')
      const known = remembered.get(key)
      if (known && known.until > now()) return known.answer
      const remember = (answer: Promise<Fetched>, lastsMs: number): Promise<Fetched> => {
        remembered.delete(key)
        const [oldest] = remembered.keys()
        if (oldest !== undefined && remembered.size >= mostRemembered) remembered.delete(oldest)
        remembered.set(key, { answer, until: now() + lastsMs })
        return answer
      }
      return remember(
        ask(quotes, on).catch((error: unknown) => {
          warn({ reason: reasonOf(error) }, 'rates not fetched')
          return remember(Promise.resolve(null), failureLastsMs)
        }),
        answerLastsMs,
      )
    },
  }
}

/** Null: there are none for what was asked. Tries twice, but waits for silence only once. */
async function getText(address: string, timeoutMs: number): Promise<string | null> {
  try {
    return await getOnce(address, timeoutMs)
  } catch (error) {
    if (isTimeout(error) || error instanceof UnusableAnswer) throw error
    return getOnce(address, timeoutMs)
  }
}

async function getOnce(address: string, timeoutMs: number): Promise<string | null> {
  const response = await fetch(address, {
    redirect: 'manual',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (response.ok) return readBounded(response)
  await response.body?.cancel()
  if (response.status === 404 || response.status === 422) return null
  if (response.status >= 500) throw new Error(`status ${response.status}`)
  throw new UnusableAnswer(`status ${response.status}`)
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > mostBytes) throw new UnusableAnswer('the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function readAnswer(text: string, quotes: readonly CurrencyCode[], on: CalendarDate): Fetched {
  const table = readRateTable(parsed(text))
  if (!table || table.base !== base || table.on === null) {
    throw new UnusableAnswer('the answer is no table of rates')
  }
  if (table.on > on || table.on < addDays(on, -rateServesDays)) return null
  const wanted = [...table.rates].filter(([currency]) => quotes.includes(currency))
  return { on: table.on, source: 'ecb', rates: new Map(wanted) }
}

function parsed(text: string): unknown {
  try {
    return parseWithNumbersAsText(text)
  } catch {
    throw new UnusableAnswer('the answer is no JSON')
  }
}

/** An answer that would be no better the second time. */
class UnusableAnswer extends Error {}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.name === 'TimeoutError'

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return error.cause instanceof Error ? error.cause.message : error.message
}
