import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRateSource } from '../../src/api/outbound/rates.ts'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { findRate, listRates } from '../../src/domain/money/find-rate.ts'
import type { RateSource } from '../../src/domain/money/rate-ports.ts'
import { recordRate } from '../../src/domain/money/record-rate.ts'
import type { CalendarDate } from '../../src/domain/time/calendar-date.ts'
import { eventualRefusalOf } from '../support/laws.ts'
import { type RatesServer, startRatesServer } from '../support/rates-server.ts'
import { openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let server: RatesServer
let ann: Actor
let bob: Actor

beforeAll(async () => {
  workspace = await openWorkspace()
  server = await startRatesServer()
  ann = (await workspace.person('Ann')).actor
  bob = (await workspace.person('Bob')).actor
})
afterAll(async () => {
  await server.close()
  await workspace.close()
})

const day = (text: string): CalendarDate => `2026-${text}` as CalendarDate

/** A source of its own each time, as another process or a later day would have. */
const freshSource = (): Promise<RateSource> => createRateSource(server.url, { warn: () => {} })

async function find(
  actor: Actor,
  pair: string,
  on: CalendarDate,
  rateSource: RateSource | null,
): Promise<string> {
  const [from, to] = pair.split('/').map((code) => parseCurrency(code)) as [never, never]
  const found = await findRate({ ...workspace, rateSource }, actor, from, to, on)
  return `${found.rate} ${found.on.slice(5)} ${found.source}`
}

const record = (actor: Actor, pair: string, rate: string, on: CalendarDate) => {
  const [base, quote] = pair.split('/').map((code) => parseCurrency(code)) as [never, never]
  return workspace.unitOfWork.run((tx) => recordRate(tx, actor, { base, quote, rate, on }))
}

const serve = (date: string, rates: string): void =>
  server.answer(`{"amount":1.0,"base":"EUR","date":"2026-${date}","rates":{${rates}}}`)

describe('a rate that nobody typed', () => {
  it('is fetched once and kept, for the pair, its inverse and the way by the euro', async () => {
    serve('03-02', '"USD":1.25,"GBP":0.9')
    const on = day('03-02')
    expect(await find(ann, 'USD/GBP', on, await freshSource())).toBe('0.72 03-02 ecb')
    const asked = server.asked.length
    expect(await find(bob, 'EUR/USD', on, await freshSource())).toBe('1.25 03-02 ecb')
    expect(await find(bob, 'USD/EUR', on, await freshSource())).toBe('0.8 03-02 ecb')
    expect(await find(bob, 'GBP/EUR', on, null)).toBe('1.11111111111 03-02 ecb')
    expect(server.asked).toHaveLength(asked)
  })

  it('is asked for where what is kept is older, and keeps its own date on a day off', async () => {
    serve('04-03', '"USD":1.3')
    expect(await find(ann, 'EUR/USD', day('04-03'), await freshSource())).toBe('1.3 04-03 ecb')
    serve('04-04', '"USD":1.4')
    expect(await find(ann, 'EUR/USD', day('04-05'), await freshSource())).toBe('1.4 04-04 ecb')
  })

  it('serves for seven days when the source is away, and then no more', async () => {
    serve('05-04', '"USD":1.5')
    await find(ann, 'EUR/USD', day('05-04'), await freshSource())
    server.answer((_, response) => response.writeHead(500).end())
    const away = await freshSource()
    expect(await find(ann, 'EUR/USD', day('05-11'), away)).toBe('1.5 05-04 ecb')
    expect(await find(ann, 'EUR/USD', day('05-11'), null)).toBe('1.5 05-04 ecb')
    const refused = await eventualRefusalOf(() => find(ann, 'EUR/USD', day('05-12'), away))
    expect(refused).toMatchObject({
      kind: 'invalid',
      code: 'rate-missing',
      facts: { from: 'EUR', to: 'USD', date: '2026-05-12' },
    })
  })

  it('is refused where the source does not know the currency, and between one and itself', async () => {
    serve('06-01', '"USD":1.5')
    const source = await freshSource()
    const unknown = await eventualRefusalOf(() => find(ann, 'USD/RSD', day('06-01'), source))
    expect(unknown.code).toBe('rate-missing')
    const same = await eventualRefusalOf(() => find(ann, 'USD/USD', day('06-01'), source))
    expect(same.code).toBe('same-currency')
  })

  it('is kept once though many ask at the same moment', async () => {
    serve('07-01', '"USD":1.5,"GBP":0.9')
    const sources = await Promise.all(Array.from({ length: 8 }, freshSource))
    const found = await Promise.all(
      sources.map((source) => find(ann, 'GBP/USD', day('07-01'), source)),
    )
    expect(new Set(found)).toEqual(new Set(['1.66666666667 07-01 ecb']))
    const rows = await workspace.knex('rates').where({ rate_on: '2026-07-01' })
    expect(rows).toHaveLength(2)
  })

  it('comes from a fixed table for every day, without being kept', async () => {
    const table: RateSource = {
      base: parseCurrency('USD'),
      isKept: false,
      fetch: async (_, on) => ({
        on,
        source: 'fixed',
        rates: new Map([
          [parseCurrency('PHP'), '50'],
          [parseCurrency('THB'), '40'],
        ]),
      }),
    }
    expect(await find(ann, 'PHP/THB', day('08-01'), table)).toBe('0.8 08-01 fixed')
    expect(await workspace.knex('rates').where({ rate_on: '2026-08-01' })).toEqual([])
  })
})

describe('a rate that somebody typed', () => {
  it('goes before any other, for that person alone', async () => {
    serve('09-01', '"USD":1.5')
    await record(ann, 'USD/EUR', '0.50', day('09-01'))
    const source = await freshSource()
    expect(await find(ann, 'EUR/USD', day('09-03'), source)).toBe('2 09-01 manual')
    expect(await find(bob, 'EUR/USD', day('09-03'), source)).toBe('1.5 09-01 ecb')
  })

  it('is corrected by stating it again, not doubled', async () => {
    const first = await record(ann, 'CHF/EUR', '1.1', day('10-01'))
    const second = await record(ann, 'CHF/EUR', '1.2', day('10-01'))
    expect(second).toMatchObject({ id: first.id, rate: '1.2', source: 'manual' })
    await record(bob, 'CHF/EUR', '1.3', day('10-01'))
    expect(await find(ann, 'CHF/EUR', day('10-01'), null)).toBe('1.2 10-01 manual')
  })

  it('is refused when it is none, or of one currency', async () => {
    const code = async (work: () => Promise<unknown>) => (await eventualRefusalOf(work)).code
    expect(await code(() => record(ann, 'CHF/EUR', '0', day('10-01')))).toBe('rate-out-of-range')
    expect(await code(() => record(ann, 'EUR/EUR', '1', day('10-01')))).toBe('same-currency')
  })

  it('is listed for its owner with everybody’s, newest first, page by page', async () => {
    await record(ann, 'SEK/EUR', '0.1', day('11-01'))
    await record(ann, 'SEK/EUR', '0.2', day('11-03'))
    await record(bob, 'SEK/EUR', '0.3', day('11-02'))
    const filter = { base: parseCurrency('SEK'), quote: parseCurrency('EUR') }
    const first = await listRates(workspace.reads, ann, filter, { limit: 1, after: null })
    expect(first.items.map(({ rate }) => rate)).toEqual(['0.2'])
    const second = await listRates(workspace.reads, ann, filter, { limit: 5, after: first.next })
    expect(second.items.map(({ rate }) => rate)).toEqual(['0.1'])
    expect(second.next).toBeNull()
    const all = await listRates(workspace.reads, bob, {}, { limit: 200, after: null })
    expect(new Set(all.items.map(({ ownerId }) => ownerId))).toEqual(new Set([null, bob.userId]))
  })

  it('is checked by the database too', async () => {
    for (const rate of ['1,5', '-1', '0', '0.0', '1e3', '']) {
      const changed = workspace.knex('rates').where({ quote: 'EUR' }).update({ rate })
      await expect(changed, rate).rejects.toThrow('rates_rate_check')
    }
  })
})
