import { afterAll, beforeAll, describe, it } from 'vitest'
import { expectLedgerToHold, expectSharesToAddUp } from '../support/ledger-laws.ts'
import { openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace

beforeAll(async () => {
  workspace = await openWorkspace()
})

afterAll(() => workspace.close())

describe('the ledger', () => {
  it('shows shares that add up to the balances it shows', async () => {
    await expectSharesToAddUp(workspace, 15, 1)
  })

  it('holds while everything happens at once', { timeout: 60_000 }, async () => {
    await expectLedgerToHold(workspace, { writers: 6, operations: 40, groups: 2, seed: 2 }, 10)
  })
})
