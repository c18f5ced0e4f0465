import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { voidExpense } from '../../src/domain/expenses/void-expense.ts'
import type { RequestKey } from '../../src/domain/ports.ts'
import { eventualRefusalOf } from '../support/laws.ts'
import { eur, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let ann: Actor

beforeAll(async () => {
  workspace = await openWorkspace()
  ann = (await workspace.person('Ann')).actor
})

afterAll(() => workspace.close())

const keyFor = (body: string, key: string = randomUUID()): RequestKey => ({
  userId: ann.userId,
  method: 'POST',
  path: '/expenses',
  key,
  fingerprint: createHash('sha256').update(body).digest(),
})

const lunch = (key: RequestKey) =>
  workspace.unitOfWork.once(key, async (tx) => {
    const expense = await recordExpense(tx, ann, { amount: eur('12.00'), description: 'Lunch' })
    return { status: 201, body: { id: expense.id } }
  })

describe('a keyed request', () => {
  it('has one effect and one answer, however often and however simultaneously it comes', async () => {
    const key = keyFor('lunch')
    const answers = await Promise.all(Array.from({ length: 8 }, () => lunch(key)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1)
    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1)
    expect(await lunch(key)).toMatchObject({ status: 201, replayed: true })
  })

  it('is refused under a key that was used with another body', async () => {
    const key = keyFor('lunch')
    await lunch(key)
    expect(await eventualRefusalOf(() => lunch(keyFor('dinner', key.key)))).toMatchObject({
      code: 'key-reused',
    })
  })

  it('leaves the key free when the work is refused', async () => {
    const key = keyFor('lunch')
    const failing = workspace.unitOfWork.once(key, async (tx) => {
      await recordExpense(tx, ann, { amount: eur('0.00'), description: 'Nothing' })
      return { status: 201, body: null }
    })
    expect(await eventualRefusalOf(() => failing)).toMatchObject({ code: 'zero-amount' })
    expect(await lunch(key)).toMatchObject({ replayed: false })
  })

  it('says so when its twin is still running after two seconds', async () => {
    const key = keyFor('lunch')
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let started = (): void => {}
    const running = new Promise<void>((resolve) => {
      started = resolve
    })
    const first = workspace.unitOfWork.once(key, async () => {
      started()
      await held
      return { status: 201, body: null }
    })
    await running
    expect(await eventualRefusalOf(() => lunch(key))).toMatchObject({
      kind: 'conflict',
      code: 'request-running',
    })
    release()
    await first
  })
})

describe('writers of one group', () => {
  it('never leave balances that do not add up to zero, at any moment', async () => {
    const people = await Promise.all(['A', 'B', 'C', 'D'].map((name) => workspace.person(name)))
    const group = await workspace.group(people)
    let isDone = false
    const watch = async (): Promise<void> => {
      while (!isDone) {
        const balances = await workspace.reads.balances.of(group.id)
        expect(balances.reduce((total, { amount }) => total + amount.minor, 0n)).toBe(0n)
      }
    }
    const write = async (writer: number): Promise<void> => {
      const { actor } = people[writer]!
      for (let round = 1; round <= 15; round += 1) {
        const expense = await workspace.unitOfWork.run((tx) =>
          recordExpense(tx, actor, {
            groupId: group.id,
            amount: eur(`${round}.0${writer}`),
            description: 'Race',
          }),
        )
        if (round % 3 === 0)
          await workspace.unitOfWork.run((tx) => voidExpense(tx, actor, expense.id))
      }
    }
    const watcher = watch()
    await Promise.all(people.map((_, writer) => write(writer)))
    isDone = true
    await watcher
    const recomputed = await workspace.knex.raw(
      `select user_id, sum(amount) as amount from (
         select p.user_id, p.amount from expense_payers p join expenses e on e.group_id = p.group_id and e.id = p.expense_id
           where e.group_id = :id and e.voided_at is null
         union all
         select s.user_id, -s.amount from expense_splits s join expenses e on e.group_id = s.group_id and e.id = s.expense_id
           where e.group_id = :id and e.voided_at is null
       ) entries group by user_id having sum(amount) <> 0`,
      { id: group.id },
    )
    const kept = await workspace.balances(group.id)
    expect(Object.keys(kept).length).toBe(recomputed.rows.length)
    for (const row of recomputed.rows) expect(Number(kept[row.user_id])).toBe(Number(row.amount))
  })
})
