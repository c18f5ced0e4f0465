import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRateSource } from '../../src/api/outbound/rates.ts'
import { type CurrencyCode, parseCurrency } from '../../src/domain/money/currencies.ts'
import type { RateSource } from '../../src/domain/money/rate-ports.ts'
import type { CalendarDate } from '../../src/domain/time/calendar-date.ts'
import { type RatesServer, startRatesServer } from '../support/rates-server.ts'

const on = '2026-11-20' as CalendarDate
const [usd, gbp] = ['USD', 'GBP'].map((code) => parseCurrency(code)) as [CurrencyCode, CurrencyCode]
const body = (rates: string, date = '2026-11-20'): string =>
  `{"amount":1.0,"base":"EUR","date":"${date}","rates":{${rates}}}`

describe('rates from a server of Frankfurter’s API', () => {
  let server: RatesServer
  let source: RateSource
  let now = 0
  const warnings: unknown[] = []

  beforeAll(async () => {
    server = await startRatesServer()
  })
  beforeEach(async () => {
    now += 3_600_000
    warnings.length = 0
    ;(server.asked as string[]).length = 0
    source = await createRateSource(server.url, {
      warn: (fields) => warnings.push(fields.reason),
      timeoutMs: 200,
      now: () => now,
    })
  })
  afterAll(() => server.close())

  const ask = (...quotes: CurrencyCode[]) => source.fetch(quotes, on)

  it('asks for a day and some currencies and keeps every digit of the answer', async () => {
    server.answer(body('"GBP":0.8745000000000001,"USD":1.10000000'))
    expect(await ask(gbp, usd)).toEqual({
      on,
      source: 'ecb',
      rates: new Map([
        [gbp, '0.8745000000000001'],
        [usd, '1.1'],
      ]),
    })
    expect(server.asked).toEqual(['/v1/2026-11-20?base=EUR&symbols=GBP,USD'])
  })

  it('takes an address with the version or a slash at its end for the same', async () => {
    server.answer(body('"USD":1.1'))
    const other = await createRateSource(`${server.url}/api/v1/`, { warn: () => {} })
    await other.fetch([usd], on)
    expect(server.asked).toEqual(['/api/v1/2026-11-20?base=EUR&symbols=USD'])
  })

  it('keeps the date of the rates, which may be some days older', async () => {
    server.answer(body('"USD":1.1', '2026-11-13'))
    expect((await ask(usd))?.on).toBe('2026-11-13')
  })

  it.each(['2026-11-12', '2026-11-21'])('takes no rates of %s', async (date) => {
    server.answer(body('"USD":1.1', date))
    expect(await ask(usd)).toBeNull()
  })

  it('leaves out what it did not ask for and rates that are none', async () => {
    server.answer(body('"USD":0,"GBP":-1,"JPY":163.4,"XYZ":2'))
    expect((await ask(gbp, usd))?.rates).toEqual(new Map())
  })

  it('remembers an answer for a while, and asks once when two ask at once', async () => {
    server.answer(body('"USD":1.1'))
    await Promise.all([ask(usd), ask(usd)])
    await ask(usd)
    expect(server.asked).toHaveLength(1)
    now += 31 * 60_000
    await ask(usd)
    expect(server.asked).toHaveLength(2)
  })

  it('remembers for a while that there is no answer', async () => {
    server.answer((_, response) => response.writeHead(404).end('{"message":"not found"}'))
    expect(await ask(usd)).toBeNull()
    expect(await ask(usd)).toBeNull()
    expect(server.asked).toHaveLength(1)
    expect(warnings).toEqual([])
  })

  it('tries again when the server stumbles', async () => {
    let requests = 0
    server.answer((_, response) => {
      requests += 1
      if (requests === 1) response.writeHead(503).end()
      else response.end(body('"USD":1.1'))
    })
    expect((await ask(usd))?.rates.get(usd)).toBe('1.1')
    expect(warnings).toEqual([])
  })

  it('gives up after the second time, and soon asks anew', async () => {
    server.answer((request) => request.socket.destroy())
    expect(await ask(usd)).toBeNull()
    expect(server.asked).toHaveLength(2)
    expect(warnings).toHaveLength(1)
    now += 61_000
    server.answer(body('"USD":1.1'))
    expect(await ask(usd)).not.toBeNull()
  })

  it('waits for a silent server once, until the time is over', async () => {
    server.answer(() => {})
    const since = performance.now()
    expect(await ask(usd)).toBeNull()
    expect(performance.now() - since).toBeLessThan(2_000)
    expect(server.asked).toHaveLength(1)
  })

  it('waits no longer for a body that drips', async () => {
    server.answer((_, response) => {
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
    })
    expect(await ask(usd)).toBeNull()
    expect(server.asked).toHaveLength(1)
  })

  it.each([
    ['garbage', '<html>', 'the answer is no JSON'],
    ['another shape', '[1.1]', 'the answer is no table of rates'],
    ['another base', body('"USD":1.1').replace('EUR', 'USD'), 'the answer is no table of rates'],
    ['no single unit', body('"USD":11').replace('1.0', '10'), 'the answer is no table of rates'],
    ['an impossible day', body('"USD":1.1', '2026-11-31'), 'the answer is no table of rates'],
    ['a huge body', `"${'x'.repeat(200_000)}"`, 'the answer is too large'],
  ])('refuses %s', async (_, answer, reason) => {
    server.answer(answer)
    expect(await ask(usd)).toBeNull()
    expect(warnings).toEqual([reason])
    expect(server.asked).toHaveLength(1)
  })

  it('follows no redirect', async () => {
    server.answer((request, response) => {
      if (request.url === '/elsewhere') response.end(body('"USD":1.1'))
      else response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect(await ask(usd)).toBeNull()
    expect(server.asked).toHaveLength(1)
  })
})

describe('rates from a table in a file', () => {
  let folder: string
  const open = async (json: string): Promise<RateSource> => {
    const path = join(folder, 'rates.json')
    await writeFile(path, json)
    return createRateSource(pathToFileURL(path).href, { warn: () => {} })
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quits-rates-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('serves always when it has no date', async () => {
    const source = await open('{"base": "EUR", "rates": {"USD": "1.08", "GBP": 0.870}}')
    expect(await source.fetch([gbp], on)).toEqual({
      on,
      source: 'fixed',
      rates: new Map([[gbp, '0.87']]),
    })
  })

  it('serves from its date on until the next', async () => {
    const source = await open(
      '[{"base":"USD","date":"2026-11-20","rates":{"GBP":"0.8"}},{"base":"USD","date":"2026-01-01","rates":{"GBP":"0.7"}}]',
    )
    const rateOn = async (day: string) =>
      (await source.fetch([gbp], day as CalendarDate))?.rates.get(gbp)
    expect(source.base).toBe('USD')
    expect(await rateOn('2025-12-31')).toBeUndefined()
    expect(await rateOn('2026-11-19')).toBe('0.7')
    expect(await rateOn('2026-11-20')).toBe('0.8')
  })

  it.each([
    '{}',
    '[]',
    '{"base":"EURO","rates":{}}',
    '[{"base":"EUR","rates":{}},{"base":"USD","rates":{}}]',
  ])('refuses %s', async (json) => {
    await expect(open(json)).rejects.toThrow('A table of rates looks like')
  })

  it('says so when there is no such file', async () => {
    const url = pathToFileURL(join(folder, 'none.json')).href
    await expect(createRateSource(url, { warn: () => {} })).rejects.toMatchObject({
      name: 'RatesSetupError',
      message: `RATES_URL=${url} cannot be used: there is no such file.`,
    })
  })
})
