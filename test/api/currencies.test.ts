import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CurrencyCode } from '../../src/domain/money/currencies.ts'
import type { RateSource } from '../../src/domain/money/rate-ports.ts'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

let api: TestApi
let ann: TestPerson
let bob: TestPerson
let eve: TestPerson
let ecb: Record<string, string> | null
let asked = 0

/** Rates of a central bank as a test sets them; null: it does not answer. */
const rateSource: RateSource = {
  base: 'EUR' as CurrencyCode,
  isKept: false,
  async fetch(quotes, on) {
    asked += 1
    if (!ecb) return null
    const rates = quotes.flatMap((quote) => (ecb?.[quote] ? [[quote, ecb[quote]] as const] : []))
    return { on, source: 'ecb', rates: new Map(rates) }
  },
}

beforeAll(async () => {
  api = await startTestApi({ rateSource })
  ann = await api.person('ann')
  bob = await api.person('bob')
  eve = await api.person('eve')
})
beforeEach(() => {
  ecb = { USD: '1.25', CHF: '0.95' }
})
afterAll(() => api.close())

async function flat(): Promise<string> {
  const { id } = (await ann.send('POST', '/groups', { name: 'Flat' })).json()
  await ann.send('POST', `/groups/${id}/members`, { userId: bob.id })
  return id
}

const dinner = (change: object = {}) => ({
  currency: 'EUR',
  description: 'Dinner',
  date: '2026-11-20',
  original: { amount: '100.00', currency: 'USD' },
  ...change,
})

async function owing(groupId: string): Promise<unknown[]> {
  return (await ann.send('GET', `/groups/${groupId}/balances`)).json().items
}

describe('an expense in another currency', () => {
  const record = (body: object) => ann.send('POST', '/expenses', body)

  it('is booked by the rate of its day, which is kept with it', async () => {
    const reply = await record(dinner())
    expect(outcome(reply)).toBe('201')
    const booked = {
      amount: '80.00',
      currency: 'EUR',
      original: { amount: '100.00', currency: 'USD' },
      rate: '0.8',
      rateDate: '2026-11-20',
      rateSource: 'ecb',
    }
    expect(reply.json()).toMatchObject(booked)
    const again = await ann.send('GET', `/expenses/${reply.json().id}`)
    expect(again.json()).toEqual(reply.json())
  })

  it('is booked by a stated rate, or by both amounts', async () => {
    const stated = await record(dinner({ rate: '0.90', rateSource: 'my bank' }))
    expect(stated.json()).toMatchObject({
      amount: '90.00',
      rate: '0.9',
      rateDate: '2026-11-20',
      rateSource: 'my bank',
    })
    const dated = await record(dinner({ rate: '0.9', rateDate: '2026-11-18' }))
    expect(dated.json()).toMatchObject({ rateDate: '2026-11-18', rateSource: 'manual' })
    const both = await record(dinner({ amount: '92.28' }))
    expect(both.json()).toMatchObject({ amount: '92.28', rate: '0.9228', rateSource: 'typed' })
  })

  it('is converted as a whole and then split, exact amounts in the booked currency', async () => {
    const groupId = await flat()
    const participants = [ann, bob].map(({ id: userId }, i) => ({
      userId,
      amount: ['30.00', '50.00'][i],
    }))
    const body = dinner({ split: { method: 'exact', participants } })
    const reply = await ann.send('POST', `/groups/${groupId}/splits`, body)
    expect(reply.json().splits).toMatchObject([{ amount: '30.00' }, { amount: '50.00' }])
    expect(await owing(groupId)).toContainEqual({
      userId: bob.id,
      currency: 'EUR',
      amount: '-50.00',
    })
  })

  it.each([
    ['an unknown rate', dinner({ original: { amount: '1', currency: 'XAF' } }), '422 rate-missing'],
    ['a rate without an original', dinner({ original: undefined, amount: '1', rate: '1' }), '400'],
    ['a day without a rate', dinner({ rateDate: '2026-11-20' }), '400'],
    ['a rate as a number', dinner({ rate: 0.9 }), '400'],
    ['a negative rate', dinner({ rate: '-0.9' }), '400'],
    ['zero as the original', dinner({ original: { amount: '0', currency: 'USD' } }), '400'],
    ['amounts that miss each other', dinner({ rate: '0.9', amount: '80' }), '422 conversion-diff'],
    ['amounts of other signs', dinner({ amount: '-80.00' }), '422 sign-differs'],
    [
      'its own currency',
      dinner({ original: { amount: '1.00', currency: 'EUR' } }),
      '422 same-currency',
    ],
    [
      'digits the original has not',
      dinner({ original: { amount: '1.005', currency: 'USD' } }),
      '422 too-many-decimals',
    ],
  ])('refuses %s', async (_what, body, expected) => {
    expect(outcome(await record(body))).toMatch(new RegExp(`^${expected}`))
  })

  it('has one effect under an Idempotency-Key, though no rate is known by then', async () => {
    const headers = { 'idempotency-key': 'hotel' }
    const first = await ann.send('POST', '/expenses', dinner(), headers)
    ecb = null
    const second = await ann.send('POST', '/expenses', dinner(), headers)
    expect([second.statusCode, second.body]).toEqual([201, first.body])
    expect(outcome(await record(dinner()))).toBe('422 rate-missing')
  })

  it('follows a change of its original, its rate or its currency', async () => {
    const { id } = (await record(dinner())).json()
    const patch = async (body: object) => (await ann.send('PATCH', `/expenses/${id}`, body)).json()
    const original = { amount: '50.00', currency: 'USD' }
    expect(await patch({ original })).toMatchObject({ amount: '40.00', rate: '0.8' })
    expect(await patch({ rate: '0.9' })).toMatchObject({ amount: '45.00', original, rate: '0.9' })
    const francs = { amount: '19.00', currency: 'CHF' }
    expect(await patch({ original: francs })).toMatchObject({
      amount: '20.00',
      original: francs,
      rateSource: 'ecb',
    })
    const plain = await patch({ original: null })
    expect(plain.amount).toBe('20.00')
    expect(plain).not.toHaveProperty('original')
    expect(await patch({ original: null, rate: '1' })).toMatchObject({ code: 'malformed-request' })
    const noOriginal = await ann.send('PATCH', `/expenses/${id}`, { rate: '2' })
    expect(outcome(noOriginal)).toBe('422 no-original')
  })

  it('is stated anew with or without it', async () => {
    const { id } = (await record(dinner())).json()
    const put = async (body: object) => (await ann.send('PUT', `/expenses/${id}`, body)).json()
    const original = { amount: '10.00', currency: 'USD' }
    expect(await put(dinner({ original }))).toMatchObject({ amount: '8.00', original })
    const plain = await put(dinner({ original: undefined, amount: '7.00' }))
    expect(plain.amount).toBe('7.00')
    expect(plain).not.toHaveProperty('original')
  })

  it('asks no rate source for strangers, who learn nothing', async () => {
    const groupId = await flat()
    const before = asked
    const body = dinner({ original: { amount: '1.00', currency: 'CHF' } })
    const reply = await eve.send('POST', `/groups/${groupId}/splits`, body)
    expect(outcome(reply)).toBe('404 group-not-found')
    expect(asked).toBe(before)
  })
})

describe('a refund', () => {
  it('in another currency than its expense is refused, with an amount or without', async () => {
    const lunch = { amount: '10.00', currency: 'EUR', description: 'Lunch' }
    const { id: refundOf } = (await ann.send('POST', '/expenses', lunch)).json()
    for (const amount of [undefined, '-1.00']) {
      const body = { amount, currency: 'USD', description: 'Back', refundOf }
      const reply = await ann.send('POST', '/expenses', body)
      expect(outcome(reply)).toBe('422 refund-currency-differs')
      expect(reply.json().errors[0].pointer).toBe('/currency')
    }
    const { id } = (await ann.send('POST', '/expenses', lunch)).json()
    const anew = { currency: 'USD', description: 'Back', refundOf, date: '2026-11-20' }
    const put = await ann.send('PUT', `/expenses/${id}`, anew)
    expect(outcome(put)).toBe('422 refund-currency-differs')
  })
})

describe('a settlement in another currency', () => {
  async function owing80(): Promise<string> {
    const groupId = await flat()
    const split = { method: 'equal', participants: [{ userId: bob.id }] }
    const body = { amount: '80.00', currency: 'EUR', description: 'Rent', split }
    await ann.send('POST', `/groups/${groupId}/splits`, body)
    return groupId
  }
  const pay = (groupId: string, change: object) =>
    bob.send('POST', `/groups/${groupId}/settlements`, {
      fromUserId: bob.id,
      toUserId: ann.id,
      currency: 'EUR',
      original: { amount: '100.00', currency: 'USD' },
      ...change,
    })

  it('shrinks the debt by what it is worth', async () => {
    const groupId = await owing80()
    const reply = await pay(groupId, {})
    expect(outcome(reply)).toBe('201')
    expect(reply.json()).toMatchObject({
      amount: '80.00',
      currency: 'EUR',
      original: { amount: '100.00', currency: 'USD' },
      rate: '0.8',
      rateSource: 'ecb',
    })
    expect(await owing(groupId)).toEqual([])
  })

  it('takes a stated rate or both amounts, and no more than is owed', async () => {
    const groupId = await owing80()
    expect(outcome(await pay(groupId, { rate: '0.81' }))).toBe('409 settlement-exceeds-debt')
    expect((await pay(groupId, { rate: '0.4' })).json()).toMatchObject({ amount: '40.00' })
    expect((await pay(groupId, { amount: '20.00' })).json()).toMatchObject({ rate: '0.2' })
    expect(await owing(groupId)).toContainEqual({
      userId: bob.id,
      currency: 'EUR',
      amount: '-20.00',
    })
  })

  it.each([
    [{ original: { amount: '-1.00', currency: 'USD' } }, '400 malformed-request'],
    [{ original: undefined }, '400 malformed-request'],
    [{ original: undefined, amount: '1.00', rate: '2' }, '400 malformed-request'],
    [{ original: { amount: '1.00', currency: 'EUR' } }, '422 same-currency'],
    [{ original: { amount: '1.00', currency: 'SEK' } }, '422 rate-missing'],
  ])('refuses %j', async (change, expected) => {
    expect(outcome(await pay(await owing80(), change))).toBe(expected)
  })
})

describe('/rates', () => {
  const yen = { base: 'EUR', quote: 'JPY', rate: '180.50', date: '2026-11-20' }

  it('keeps what somebody types, for them alone', async () => {
    const dan = await api.person('dan')
    const headers = { 'idempotency-key': 'yen' }
    const made = await dan.send('POST', '/rates', yen, headers)
    expect(made.statusCode).toBe(201)
    expect(made.json()).toMatchObject({ ...yen, rate: '180.5', source: 'manual', isOwn: true })
    expect((await dan.send('POST', '/rates', yen, headers)).body).toBe(made.body)
    await dan.send('POST', '/rates', { ...yen, rate: '181' })
    const list = (await dan.send('GET', '/rates?base=EUR&quote=jpy')).json()
    expect(list.items).toMatchObject([{ rate: '181', isOwn: true }])
    expect((await eve.send('GET', '/rates?quote=JPY')).json().items).toEqual([])
    const original = { amount: '1810', currency: 'JPY' }
    const booked = await dan.send('POST', '/expenses', dinner({ original }))
    expect(booked.json()).toMatchObject({ amount: '10.00', rateSource: 'manual' })
  })

  it.each([
    [{ ...yen, rate: 180 }, '400 malformed-request'],
    [{ ...yen, rate: '0' }, '400 malformed-request'],
    [{ ...yen, date: undefined }, '400 malformed-request'],
    [{ ...yen, quote: 'EUR' }, '422 same-currency'],
    [{ ...yen, quote: 'XXQ' }, '422 unknown-currency'],
    [{ ...yen, rate: '99999999999' }, '422 rate-out-of-range'],
    [{ ...yen, date: '2026-02-30' }, '422 impossible-date'],
  ])('refuses %j', async (body, expected) => {
    expect(outcome(await ann.send('POST', '/rates', body))).toBe(expected)
  })

  it('refuses to list by what is no currency', async () => {
    expect(outcome(await ann.send('GET', '/rates?base=XXQ'))).toBe('422 unknown-currency')
    expect(outcome(await ann.send('GET', '/rates?base=EURO'))).toBe('400 malformed-request')
  })
})

describe('POST /groups/{id}/redenominate', () => {
  async function owingDollars(): Promise<string> {
    const { id } = (await ann.send('POST', '/groups', { name: 'Trip', currency: 'USD' })).json()
    await ann.send('POST', `/groups/${id}/members`, { userId: bob.id })
    const body = { amount: '100.00', currency: 'USD', description: 'Hotel' }
    await ann.send('POST', `/groups/${id}/splits`, body)
    return id
  }
  const redenominate = (id: string, change: object = {}, person = ann, headers = {}) =>
    person.send(
      'POST',
      `/groups/${id}/redenominate`,
      { from: 'USD', to: 'EUR', ...change },
      headers,
    )

  it('shows first what would happen, and changes nothing', async () => {
    const id = await owingDollars()
    const shown = await redenominate(id, { dryRun: true })
    expect(shown.statusCode).toBe(200)
    expect(shown.json()).toMatchObject({
      rates: [{ currency: 'USD', rate: '0.8', rateSource: 'ecb' }],
      currency: 'EUR',
      conversionId: null,
    })
    expect(shown.json().balances).toContainEqual({
      userId: bob.id,
      before: { amount: '-50.00', currency: 'USD' },
      after: { amount: '-40.00', currency: 'EUR' },
      exact: '-40',
      difference: '0',
    })
    expect(await owing(id)).toContainEqual({ userId: bob.id, currency: 'USD', amount: '-50.00' })
  })

  it('moves the balances, once under an Idempotency-Key, and is taken back', async () => {
    const id = await owingDollars()
    const rates = [{ currency: 'USD', rate: '0.9' }]
    const headers = { 'idempotency-key': 'euros' }
    const made = await redenominate(id, { rates }, ann, headers)
    expect(made.statusCode).toBe(201)
    expect((await redenominate(id, { rates }, ann, headers)).body).toBe(made.body)
    const euros = { userId: bob.id, currency: 'EUR', amount: '-45.00' }
    expect(await owing(id)).toContainEqual(euros)
    const { items } = (await bob.send('GET', `/groups/${id}/conversions`)).json()
    expect(items).toMatchObject([
      { id: made.json().conversionId, to: 'EUR', currencyBefore: 'USD', voidedAt: null },
    ])
    expect(items[0].rates).toMatchObject([{ rate: '0.9', rateSource: 'manual' }])
    const one = `/groups/${id}/conversions/${items[0].id}`
    const stale = await ann.send('POST', `${one}/void`, undefined, { 'if-match': '"9"' })
    expect(outcome(stale)).toBe('412 version-changed')
    expect(outcome(await bob.send('POST', `${one}/void`))).toBe('403 role-too-low')
    const gone = await ann.send('POST', `${one}/void`)
    expect(gone.json()).toMatchObject({ version: 2, voidedAt: expect.any(String) })
    expect(gone.headers.etag).toBe('"2"')
    expect(await owing(id)).toContainEqual({ userId: bob.id, currency: 'USD', amount: '-50.00' })
    expect((await ann.send('POST', `${one}/restore`)).json()).toMatchObject({ version: 3 })
    expect(await owing(id)).toContainEqual(euros)
  })

  it('converts everything there is', async () => {
    const id = await owingDollars()
    const francs = { amount: '19.00', currency: 'CHF', description: 'Cheese' }
    await ann.send('POST', `/groups/${id}/splits`, francs)
    await redenominate(id, { from: 'all' })
    expect(await owing(id)).toContainEqual({ userId: bob.id, currency: 'EUR', amount: '-50.00' })
  })

  it.each([
    [{ from: 'USD', to: 'USD' }, '422 same-currency'],
    [{ from: 'CHF' }, '409 nothing-to-convert'],
    [{ to: 'XAF' }, '422 rate-missing'],
    [{ to: 'XAF', dryRun: true }, '422 rate-missing'],
    [{ rates: [{ currency: 'USD', rate: '0' }] }, '400 malformed-request'],
    [
      {
        rates: [
          { currency: 'USD', rate: '1' },
          { currency: 'USD', rate: '2' },
        ],
      },
      '422 duplicate',
    ],
    [{ from: 'everything' }, '400 malformed-request'],
    [{ to: undefined }, '400 malformed-request'],
  ])('refuses %j', async (change, expected) => {
    const reply = await redenominate(await owingDollars(), change)
    expect(outcome(reply)).toMatch(new RegExp(`^${expected}`))
  })

  it('is for admins of the group, and hidden from outsiders', async () => {
    const id = await owingDollars()
    expect(outcome(await redenominate(id, {}, bob))).toBe('403 role-too-low')
    expect(outcome(await redenominate(id, {}, eve))).toBe('404 group-not-found')
    expect(outcome(await eve.send('GET', `/groups/${id}/conversions`))).toBe('404 group-not-found')
  })
})
