import { afterAll, beforeAll, describe, it } from 'vitest'
import { expectLedgerToHold } from '../support/ledger-laws.ts'
import { openWorkspace, type Workspace } from '../support/workspace.ts'

const seed = Math.floor(Math.random() * 1e9)
process.stderr.write(`everything-at-once with seed ${seed}\n`)
let workspace: Workspace

beforeAll(async () => {
  workspace = await openWorkspace(20)
})

afterAll(() => workspace.close())

describe('the ledger, at length', () => {
  it('holds under 16 writers with 2,000 operations each', { timeout: 1_200_000 }, async () => {
    await expectLedgerToHold(workspace, { writers: 16, operations: 2000, groups: 5, seed }, 50)
  })
})
