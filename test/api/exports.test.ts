import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportExpenses } from '../../src/domain/reports/export-expenses.ts'
import { outcome, startTestApi, type TestApi, type TestPerson } from '../support/api.ts'

let api: TestApi
let ann: TestPerson
let bob: TestPerson
let flat: string
let address: string

beforeAll(async () => {
  api = await startTestApi()
  ann = await api.person('ann')
  bob = await api.person('bob')
  flat = (await ann.send('POST', '/groups', { name: '=Flat' })).json().id
  await ann.send('POST', `/groups/${flat}/members`, { userId: bob.id })
  const body = { amount: '10.01', currency: 'EUR', description: '=HYPERLINK("x")', groupId: flat }
  await ann.send('POST', '/expenses', { ...body, date: '2026-03-02', notes: 'one\ntwo, three' })
  const refund = { amount: '-4.00', currency: 'EUR', description: 'Bottles', date: '2026-03-01' }
  await ann.send('POST', '/expenses', refund)
  address = await api.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => api.close())

/** Past every rule, because the rules take their time twenty thousand times over. */
async function seed(person: TestPerson, count: number): Promise<void> {
  const place = `'${person.personalGroupId}', e.id, '${person.id}', 0, 12`
  for (let done = 0; done < count; done += 5000) {
    await api.sql(`begin; set local session_replication_role = replica;
      create temp table e on commit drop as select gen_random_uuid() as id, n from generate_series(1, 5000) n;
      insert into expenses (group_id, id, amount, currency, description, spent_on, terms, source, created_by, created_at, updated_at)
        select '${person.personalGroupId}', id, 12, 'EUR', 'Seeded ' || n, date '2020-01-01' + n % 900,
          '{"payers":[{"userId":"${person.id}","shares":"1"}],"split":{"method":"equal","participants":[{"userId":"${person.id}"}]}}',
          'api', '${person.id}', now(), now() from e;
      insert into expense_payers (group_id, expense_id, user_id, position, amount) select ${place} from e;
      insert into expense_splits (group_id, expense_id, user_id, position, amount) select ${place} from e;
      commit`)
  }
}

describe('GET /exports/csv', () => {
  it('has names, own shares and all shares, and no formula', async () => {
    const reply = await ann.send('GET', '/exports/csv')
    expect(reply.headers['content-type']).toMatch(/^text\/csv; charset=utf-8/)
    expect(reply.headers['content-disposition']).toBe('attachment; filename="expenses.csv"')
    const [head, first, rest] = [
      reply.body.slice(0, reply.body.indexOf('\r\n')).split(','),
      reply.body.split('\r\n')[1]!,
      reply.body.split('\r\n')[2]!,
    ]
    expect(head.slice(0, 8)).toEqual([
      'id',
      'date',
      'description',
      'category',
      'kind',
      'amount',
      'currency',
      'ownShare',
    ])
    expect(first).toContain(`,2026-03-02,"'=HYPERLINK(""x"")",,expense,10.01,EUR,5.01,`)
    expect(first).toContain(`,ann 10.01,ann 5.01; bob 5.00,'=Flat,"one\ntwo, three",`)
    expect(rest).toContain(',2026-03-01,Bottles,,expense,-4.00,EUR,-4.00,ann -4.00,ann -4.00,')
    expect(reply.body.endsWith('\r\n')).toBe(true)
  })

  it('begins with a byte order mark only when asked', async () => {
    const plain = await ann.send('GET', '/exports/csv')
    const marked = await ann.send('GET', '/exports/csv?bom=true')
    expect(marked.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(marked.rawPayload.subarray(3)).toEqual(plain.rawPayload)
  })

  it('takes the filters of the lists and shows nobody what is not theirs', async () => {
    const lines = async (person: TestPerson, query: string) =>
      (await person.send('GET', `/exports/csv?${query}`)).body.split('\r\n').length - 2
    expect(await lines(ann, 'text=bottles')).toBe(1)
    expect(await lines(ann, 'text=nothing')).toBe(0)
    expect(await lines(bob, '')).toBe(1)
    const eve = await api.person('eve')
    expect(await lines(eve, '')).toBe(0)
    const other = await eve.send('GET', `/exports/csv?groupId=${flat}`)
    expect(outcome(other)).toBe('404 group-not-found')
    expect(outcome(await ann.send('GET', '/exports/csv?limit=1'))).toBe('400 malformed-request')
    expect(outcome(await api.send('GET', '/exports/csv'))).toMatch(/^401/)
  })
})

describe('GET /exports/json', () => {
  it('gives the expenses as the list does', async () => {
    const list = (await ann.send('GET', '/expenses')).json().items
    expect((await ann.send('GET', '/exports/json')).json()).toEqual({ items: list })
    expect((await ann.send('GET', '/exports/json?text=nothing')).json()).toEqual({ items: [] })
  })
})

describe('GET /users/me/export', () => {
  it('has all that concerns one, and nothing of others', async () => {
    const [expense] = (await bob.send('GET', '/expenses')).json().items
    const comment = { body: 'Thanks!' }
    await bob.send('POST', `/expenses/${expense.id}/comments`, comment)
    await ann.send('POST', `/expenses/${expense.id}/comments`, { body: 'Hers' })
    const own = { amount: '1.00', currency: 'EUR', description: 'Undone' }
    const undone = (await bob.send('POST', '/expenses', own)).json()
    await bob.send('DELETE', `/expenses/${undone.id}`)
    const payment = { fromUserId: bob.id, toUserId: ann.id, amount: '2.00', currency: 'EUR' }
    await bob.send('POST', `/groups/${flat}/settlements`, payment)
    const reply = await bob.send('GET', '/users/me/export')
    expect(reply.headers['content-disposition']).toBe('attachment; filename="quits.json"')
    const all = reply.json()
    expect(all.profile.id).toBe(bob.id)
    expect(all.identities).toEqual([])
    expect(all.groups.map(({ id }: { id: string }) => id).sort()).toEqual(
      [flat, bob.personalGroupId].sort(),
    )
    expect(all.expenses.map(({ id }: { id: string }) => id).sort()).toEqual(
      [expense.id, undone.id].sort(),
    )
    expect(all.settlements).toMatchObject([{ amount: '2.00', fromUserId: bob.id }])
    expect(all.comments).toMatchObject([comment])
    expect(outcome(await api.send('GET', '/users/me/export'))).toMatch(/^401/)
  })
})

describe('a large export', () => {
  it('begins at once, holds little in memory and has every expense once', async () => {
    const cem = await api.person('cem')
    await seed(cem, 20_000)
    const before = process.memoryUsage().rss
    const started = performance.now()
    const reply = await fetch(`${address}/api/v1/exports/csv`, {
      headers: { authorization: `Bearer ${cem.accessToken}` },
    })
    let [firstByteMs, peak, text] = [0, before, '']
    const ids = new Set<string>()
    for await (const chunk of reply.body!.pipeThrough(new TextDecoderStream())) {
      firstByteMs ||= performance.now() - started
      peak = Math.max(peak, process.memoryUsage().rss)
      const lines = (text + chunk).split('\r\n')
      text = lines.pop()!
      for (const line of lines) ids.add(line.slice(0, 36))
    }
    const totalMs = performance.now() - started
    expect(ids.size).toBe(20_001)
    expect(firstByteMs).toBeLessThan(totalMs / 3)
    expect(peak - before).toBeLessThan(250 * 1024 * 1024)
    const pages = []
    const actor = { userId: cem.id, source: 'api', role: 'user' } as const
    for await (const page of exportExpenses(api.services.reads, actor, {})) pages.push(page.length)
    expect(pages).toEqual(Array(20).fill(1000))
  })
})
