import { afterAll, beforeAll, describe, it } from 'vitest'
import { expectSharesToAddUp } from '../support/ledger-laws.ts'
import { openWorkspace, type Workspace } from '../support/workspace.ts'

const seed = Math.floor(Math.random() * 1e9)
process.stderr.write(`shares-add-up with seed ${seed}\n`)
let workspace: Workspace

beforeAll(async () => {
  workspace = await openWorkspace(20)
})

afterAll(() => workspace.close())

describe('the ledger, at length', () => {
  it('shows shares that add up to the balances in 2,000 groups', { timeout: 900_000 }, async () => {
    await expectSharesToAddUp(workspace, 2000, seed)
  })
})
