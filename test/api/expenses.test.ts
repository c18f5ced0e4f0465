import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

let api: TestApi
let ann: TestPerson
let bob: TestPerson
let eve: TestPerson
let groupId: string

beforeAll(async () => {
  api = await startTestApi()
  ann = await api.person('ann')
  bob = await api.person('bob')
  eve = await api.person('eve')
  groupId = (await ann.send('POST', '/groups', { name: 'Flat' })).json().id
  await ann.send('POST', `/groups/${groupId}/members`, { userId: bob.id })
})
afterAll(() => api.close())

const lunch = { amount: '12.50', currency: 'EUR', description: 'Lunch' }
const dinner = () => ({ ...lunch, amount: '90.00', description: 'Dinner', groupId })
const both = () => [{ userId: ann.id }, { userId: bob.id }]

async function record(body: object = dinner()): Promise<{ id: string; [field: string]: unknown }> {
  const reply = await ann.send('POST', '/expenses', body)
  expect(outcome(reply)).toBe('201')
  return reply.json()
}

describe('POST /expenses', () => {
  it('records in the personal group of whoever asks, paid by them', async () => {
    const reply = await ann.send('POST', '/expenses', lunch)
    expect(reply.statusCode).toBe(201)
    const expense = reply.json()
    expect(expense).toMatchObject({
      amount: '12.50',
      currency: 'EUR',
      groupId: ann.personalGroupId,
      userId: ann.id,
      createdBy: ann.id,
      payers: [{ userId: ann.id, amount: '12.50' }],
      splits: [{ userId: ann.id, amount: '12.50', status: 'settled' }],
      isShared: false,
      source: 'api',
      version: 1,
    })
    expect(reply.headers.etag).toBe('"1"')
    expect(reply.headers.location).toBe(`/api/v1/expenses/${expense.id}`)
  })

  it('shares equally in a group, and says who bears the odd cent', async () => {
    const fresh = (await ann.send('POST', '/groups', { name: 'Trip' })).json().id
    await ann.send('POST', `/groups/${fresh}/members`, { userId: bob.id })
    const expense = await record({ ...lunch, amount: '10.01', groupId: fresh })
    expect(expense).toMatchObject({
      isShared: true,
      splits: [
        { userId: ann.id, amount: '5.01', status: 'settled', oddUnits: 1 },
        { userId: bob.id, amount: '5.00', status: 'open' },
      ],
      roundingNote: [
        { userId: ann.id, amount: '0.01', text: 'Bears the 0.01 EUR that could not be divided.' },
      ],
    })
  })

  it.each([
    ['equal', {}, ['45.00', '45.00']],
    ['exact', { amount: ['60.00', '30.00'] }, ['60.00', '30.00']],
    ['percentage', { percentage: ['75', '25'] }, ['67.50', '22.50']],
    ['shares', { shares: ['2', '1'] }, ['60.00', '30.00']],
    ['adjustment', { adjustment: ['10.00', '-10.00'] }, ['55.00', '35.00']],
  ])(
    'splits by %s and gives the terms back as they were asked for',
    async (method, detail, owed) => {
      const participants = both().map((person, i) => ({
        ...person,
        ...Object.fromEntries(Object.entries(detail).map(([key, values]) => [key, values[i]])),
      }))
      const expense = await record({ ...dinner(), split: { method, participants } })
      expect(expense.split).toEqual({ method, participants })
      expect((expense.splits as { amount: string }[]).map(({ amount }) => amount)).toEqual(owed)
    },
  )

  it('lets the items of a receipt make the amount', async () => {
    const split = {
      method: 'itemized',
      items: [
        { name: 'Pizza', quantity: '2', unitPrice: '9.50', participants: both() },
        { name: 'Wine', unitPrice: '6.00', participants: [{ userId: bob.id, shares: '1' }] },
      ],
      extras: [{ kind: 'tip', percentage: '10', distribution: 'proportional' }],
    }
    const expense = await record({ ...dinner(), amount: undefined, split })
    expect(expense.amount).toBe('27.50')
    expect(expense.split).toEqual(split)
    expect(expense.splits).toMatchObject([{ amount: '10.45' }, { amount: '17.05' }])
  })

  it('refuses names of items that hide something', async () => {
    const items = [{ name: 'a\u202eb', unitPrice: '1.00', participants: both() }]
    const body = { ...dinner(), amount: undefined, split: { method: 'itemized', items } }
    const reply = await ann.send('POST', '/expenses', body)
    expect(outcome(reply)).toBe('422 text-characters')
    expect(reply.json().errors[0].pointer).toBe('/split/items/0/name')
  })

  it('takes several payers, as amounts, percentages or shares', async () => {
    for (const form of [
      { amount: ['60.00', '30.00'] },
      { percentage: ['66.6667', '33.3333'] },
      { shares: ['2', '1'] },
    ]) {
      const [[key, values]] = Object.entries(form) as [[string, string[]]]
      const payers = both().map((person, i) => ({ ...person, [key]: values[i] }))
      const expense = await record({ ...dinner(), payers })
      expect(expense).toMatchObject({
        userId: ann.id,
        payers: [{ amount: '60.00' }, { amount: '30.00' }],
      })
    }
  })

  it('takes a refund and an income', async () => {
    expect(await record({ ...dinner(), amount: '-9.00' })).toMatchObject({ amount: '-9.00' })
    expect(await record({ ...dinner(), kind: 'income' })).toMatchObject({ kind: 'income' })
  })

  it.each([
    ['a number', { amount: 12.5 }, '400 malformed-request', '/amount'],
    ['zero', { amount: '0.00' }, '400 malformed-request', '/amount'],
    ['an exponent', { amount: '1e3' }, '400 malformed-request', '/amount'],
    ['a plus sign', { amount: '+1' }, '400 malformed-request', '/amount'],
    ['a comma', { amount: '1,50' }, '400 malformed-request', '/amount'],
    ['no amount', { amount: undefined }, '400 malformed-request', '/amount'],
    ['three decimals', { amount: '1.005' }, '422 too-many-decimals', '/amount'],
    ['decimals of yen', { amount: '1.5', currency: 'JPY' }, '422 too-many-decimals', '/amount'],
    ['too much', { amount: '1000000000000' }, '422 amount-too-large', '/amount'],
    ['an unknown currency', { currency: 'EUX' }, '422 unknown-currency', '/currency'],
    ['an impossible day', { date: '2026-02-30' }, '422 impossible-date', '/date'],
    ['another way to write a day', { date: '30.2.2026' }, '400 malformed-request', '/date'],
    ['no description', { description: '  ' }, '422 text-length', '/description'],
    ['a hidden character', { description: 'a\u202eb' }, '422 text-characters', '/description'],
    ['an unknown field', { total: '1' }, '400 malformed-request', '/total'],
    ['an unknown method', { split: { method: 'fair' } }, '400 malformed-request', '/split/method'],
    [
      'a field of another method',
      { split: { method: 'equal', participants: [{ userId: 'x', shares: '1' }] } },
      '400 malformed-request',
      '/split/participants/0/shares',
    ],
  ])('refuses %s', async (_what, change, expected, pointer) => {
    const reply = await ann.send('POST', '/expenses', { ...lunch, ...change })
    expect(outcome(reply)).toBe(expected)
    expect(reply.json().errors[0]).toMatchObject({ pointer })
  })

  it('says how to send an amount', async () => {
    const reply = await ann.send('POST', '/expenses', { ...lunch, amount: 12.5 })
    expect(reply.json().detail).toContain('send amounts as text, e.g. "12.50"')
  })

  it('lists every fault at once', async () => {
    const reply = await ann.send('POST', '/expenses', { amount: 1, currency: 'EURO', foo: null })
    const pointers = reply.json().errors.map(({ pointer }: { pointer: string }) => pointer)
    expect(pointers.sort()).toEqual(['/amount', '/currency', '/description', '/foo'])
  })

  it('names both sums when shares miss the amount', async () => {
    const participants = [
      { userId: ann.id, amount: '40.00' },
      { userId: bob.id, amount: '40.00' },
    ]
    const reply = await ann.send('POST', '/expenses', {
      ...dinner(),
      split: { method: 'exact', participants },
    })
    expect(outcome(reply)).toBe('422 split-does-not-add-up')
    expect(reply.json()).toMatchObject({ amount: '90.00', sum: '80.00', difference: '-10.00' })
  })

  it('refuses people who are not in the group', async () => {
    const payers = [{ userId: eve.id, amount: '90.00' }]
    const reply = await ann.send('POST', '/expenses', { ...dinner(), payers })
    expect(outcome(reply)).toBe('422 not-a-member')
    expect(reply.json().errors[0].pointer).toBe('/payers/0/userId')
  })

  it('tells outsiders that there is no such group', async () => {
    expect(outcome(await eve.send('POST', '/expenses', dinner()))).toBe('404 group-not-found')
  })
})

describe('an Idempotency-Key', () => {
  it('gives one effect and the same answer', async () => {
    const headers = { 'idempotency-key': 'lunch-1' }
    const first = await ann.send('POST', '/expenses', lunch, headers)
    const reordered = { description: 'Lunch', currency: 'EUR', amount: '12.50' }
    const second = await ann.send('POST', '/expenses', reordered, headers)
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect([second.statusCode, second.body]).toEqual([first.statusCode, first.body])
    expect(second.headers.etag).toBe(first.headers.etag)
    expect(second.headers.location).toBe(first.headers.location)
  })

  it('refuses another body, and belongs to one person', async () => {
    const headers = { 'idempotency-key': 'lunch-2' }
    await ann.send('POST', '/expenses', lunch, headers)
    const other = { ...lunch, amount: '13.00' }
    expect(outcome(await ann.send('POST', '/expenses', other, headers))).toBe('422 key-reused')
    expect(outcome(await bob.send('POST', '/expenses', other, headers))).toBe('201')
  })

  it('does not keep refusals', async () => {
    const headers = { 'idempotency-key': 'lunch-3' }
    const broken = { ...lunch, amount: '1.234' }
    await ann.send('POST', '/expenses', broken, headers)
    expect(outcome(await ann.send('POST', '/expenses', lunch, headers))).toBe('201')
  })

  it('has one effect when its twins run at once', async () => {
    const headers = { 'idempotency-key': 'lunch-4' }
    const replies = await Promise.all(
      [1, 2, 3, 4].map(() => ann.send('POST', '/expenses', lunch, headers)),
    )
    expect(new Set(replies.map((reply) => reply.json().id)).size).toBe(1)
  })

  it.each(['', 'with space', 'ä', 'x'.repeat(256)])('is refused as %j', async (key) => {
    const reply = await ann.send('POST', '/expenses', lunch, { 'idempotency-key': key })
    expect(outcome(reply)).toBe('400 malformed-request')
    expect(reply.json().errors[0].pointer).toBe('idempotency-key')
  })
})

describe('GET /expenses/{id}', () => {
  it('gives members what was written', async () => {
    const expense = await record()
    const reply = await bob.send('GET', `/expenses/${expense.id}`)
    expect(reply.json()).toEqual(expense)
    expect(reply.headers.etag).toBe('"1"')
  })

  it('tells outsiders that there is nothing, whatever they try', async () => {
    const { id } = await record()
    for (const [method, path, body] of [
      ['GET', ''],
      ['PUT', '', { ...lunch, date: '2026-01-01' }],
      ['PATCH', '', { description: 'mine' }],
      ['DELETE', ''],
      ['POST', '/restore'],
      ['GET', '/history'],
    ] as const) {
      const reply = await eve.send(method, `/expenses/${id}${path}`, body)
      expect(outcome(reply)).toBe('404 expense-not-found')
    }
  })

  it('refuses an id that is none', async () => {
    const reply = await ann.send('GET', '/expenses/42')
    expect(outcome(reply)).toBe('400 malformed-request')
    expect(reply.json().errors[0].pointer).toBe('id')
  })
})

describe('PATCH /expenses/{id}', () => {
  it('changes only what is sent', async () => {
    const before = await record({ ...dinner(), notes: 'n', tags: ['t'] })
    const reply = await ann.send('PATCH', `/expenses/${before.id}`, { amount: '100.00' })
    expect(reply.headers.etag).toBe('"2"')
    expect(reply.json()).toMatchObject({
      amount: '100.00',
      notes: 'n',
      tags: ['t'],
      description: 'Dinner',
      payers: [{ userId: ann.id, amount: '100.00' }],
      splits: [{ amount: '50.00' }, { amount: '50.00' }],
      version: 2,
    })
  })

  it('moves the amount into another currency', async () => {
    const { id } = await record()
    const reply = await ann.send('PATCH', `/expenses/${id}`, { currency: 'USD' })
    expect(reply.json()).toMatchObject({ amount: '90.00', currency: 'USD' })
  })

  it('asks for the split when fixed amounts cannot follow', async () => {
    const participants = [
      { userId: ann.id, adjustment: '10.00' },
      { userId: bob.id, adjustment: '-10.00' },
    ]
    const { id } = await record({ ...dinner(), split: { method: 'adjustment', participants } })
    const reply = await ann.send('PATCH', `/expenses/${id}`, { currency: 'USD' })
    expect(outcome(reply)).toBe('422 split-needs-amounts')
  })

  it('takes items that make a new amount', async () => {
    const { id } = await record()
    const items = [{ name: 'Pizza', unitPrice: '11.00', participants: both() }]
    const reply = await ann.send('PATCH', `/expenses/${id}`, {
      split: { method: 'itemized', items },
    })
    expect(reply.json()).toMatchObject({ amount: '11.00', version: 2 })
  })

  it('refuses to change nothing, or its group', async () => {
    const { id } = await record()
    expect(outcome(await ann.send('PATCH', `/expenses/${id}`, {}))).toBe('400 malformed-request')
    const moved = await ann.send('PATCH', `/expenses/${id}`, { groupId })
    expect(outcome(moved)).toBe('400 malformed-request')
  })

  it('refuses members who neither wrote nor paid it', async () => {
    const { id } = await record()
    const reply = await bob.send('PATCH', `/expenses/${id}`, { description: 'mine' })
    expect(outcome(reply)).toBe('403 not-yours')
  })
})

describe('If-Match', () => {
  it('lets exactly one of two equal changes through', async () => {
    const { id } = await record()
    const headers = { 'if-match': '"1"' }
    const replies = await Promise.all(
      ['a', 'b'].map((description) =>
        ann.send('PATCH', `/expenses/${id}`, { description }, headers),
      ),
    )
    expect(replies.map(outcome).sort()).toEqual(['200', '412 version-changed'])
  })

  it('guards replacing, voiding and restoring as well', async () => {
    const { id } = await record()
    const stale = { 'if-match': '"7"' }
    const body = { ...lunch, date: '2026-01-01' }
    expect(outcome(await ann.send('PUT', `/expenses/${id}`, body, stale))).toMatch(/^412/)
    expect(outcome(await ann.send('DELETE', `/expenses/${id}`, undefined, stale))).toMatch(/^412/)
    const restore = await ann.send('POST', `/expenses/${id}/restore`, undefined, stale)
    expect(outcome(restore)).toMatch(/^412/)
    expect(restore.json().currentVersion).toBe(1)
  })

  it('takes a star, refuses what is no tag and what was never ours', async () => {
    const { id } = await record()
    const change = (tag: string) =>
      ann.send('PATCH', `/expenses/${id}`, { notes: 'x' }, { 'if-match': tag })
    expect(outcome(await change('*'))).toBe('200')
    expect(outcome(await change('"abc"'))).toBe('412 version-changed')
    for (const tag of ['1', 'W/"1"', '"1', ''])
      expect(outcome(await change(tag))).toBe('400 malformed-request')
  })
})

describe('PUT /expenses/{id}', () => {
  it('states it anew; what is left out goes to its default', async () => {
    const participants = [{ userId: bob.id }]
    const before = await record({
      ...dinner(),
      notes: 'n',
      tags: ['t'],
      kind: 'income',
      split: { method: 'equal', participants },
    })
    const reply = await ann.send('PUT', `/expenses/${before.id}`, {
      amount: '10.00',
      currency: 'EUR',
      description: 'Tea',
      date: '2026-01-02',
    })
    expect(reply.json()).toMatchObject({
      kind: 'expense',
      amount: '10.00',
      description: 'Tea',
      date: '2026-01-02',
      notes: '',
      tags: [],
      groupId,
      splits: [{ amount: '5.00' }, { amount: '5.00' }],
      version: 2,
    })
  })

  it('wants everything that has no default', async () => {
    const { id } = await record()
    const reply = await ann.send('PUT', `/expenses/${id}`, { amount: '1.00' })
    const pointers = reply.json().errors.map(({ pointer }: { pointer: string }) => pointer)
    expect(pointers.sort()).toEqual(['/currency', '/description'])
  })
})

describe('DELETE and restore', () => {
  it('takes an expense out of force and puts it back', async () => {
    const { id } = await record()
    const gone = await ann.send('DELETE', `/expenses/${id}`)
    expect(gone.json()).toMatchObject({ id, version: 2, voidedAt: expect.any(String) })
    expect(outcome(await ann.send('PATCH', `/expenses/${id}`, { notes: 'x' }))).toBe(
      '409 expense-voided',
    )
    const again = await ann.send('DELETE', `/expenses/${id}`)
    expect(again.json().version).toBe(2)
    const back = await ann.send('POST', `/expenses/${id}/restore`)
    expect(back.json()).toMatchObject({ version: 3, voidedAt: null })
  })

  it('leaves the history to read', async () => {
    const { id } = await record()
    await ann.send('PATCH', `/expenses/${id}`, { amount: '30.00' })
    await ann.send('DELETE', `/expenses/${id}`)
    const reply = await bob.send('GET', `/expenses/${id}/history`)
    const events = reply.json().items
    expect(events.map(({ type }: { type: string }) => type)).toEqual([
      'expense.voided',
      'expense.edited',
      'expense.recorded',
    ])
    expect(events[1].changes).toContainEqual({ field: 'amount', from: '90.00', to: '30.00' })
  })
})

describe('lists of expenses', () => {
  it('pages from the newest to the oldest without gap or repeat', async () => {
    const dan = await api.person('dan')
    const dates = ['2026-03-01', '2026-03-03', '2026-03-02', '2026-03-03', '2026-02-01']
    for (const date of dates) await dan.send('POST', '/expenses', { ...lunch, date })
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const after: string = cursor && `&cursor=${cursor}`
      const page = (await dan.send('GET', `/expenses?limit=2${after}`)).json()
      seen.push(...page.items.map(({ date }: { date: string }) => date))
      cursor = page.nextCursor
    }
    expect(seen).toEqual([...dates].sort().reverse())
  })

  it('shows my groups, and apart from them what concerns me', async () => {
    const flat = (await bob.send('POST', '/groups', { name: 'Bobs' })).json().id
    await bob.send('POST', `/groups/${flat}/members`, { userId: eve.id })
    const split = { method: 'equal', participants: [{ userId: bob.id }] }
    const body = { ...lunch, groupId: flat, split }
    const { id } = (await bob.send('POST', '/expenses', body)).json()
    const ids = async (path: string) =>
      (await eve.send('GET', path)).json().items.map((one: { id: string }) => one.id)
    expect(await ids('/expenses')).toContain(id)
    expect(await ids('/users/me/expenses')).not.toContain(id)
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=ten', 'limit'],
    ['cursor=nonsense', 'cursor'],
    [`cursor=${Buffer.from('["2026-01-01","x"]').toString('base64url')}`, 'cursor'],
    ['colour=red', 'colour'],
  ])('refuses %s', async (query, pointer) => {
    const reply = await ann.send('GET', `/expenses?${query}`)
    expect(reply.statusCode).toBe(400)
    expect(reply.json().errors[0].pointer).toBe(pointer)
  })
})
