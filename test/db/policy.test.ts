import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/accounts/user.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { type GroupAction, groupActions, may } from '../../src/domain/groups/policy.ts'
import { type PolicyRow, policyRows } from '../support/policy-rows.ts'
import {
  buildPolicyWorld,
  groupOf,
  type PolicyWorld,
  roleOf,
  type Standing,
  standings,
} from '../support/policy-world.ts'
import { openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
let world: PolicyWorld

beforeAll(async () => {
  workspace = await openWorkspace()
  world = await buildPolicyWorld(workspace)
})

afterAll(() => workspace.close())

class Undo extends Error {
  readonly outcome: string
  constructor(outcome: string) {
    super('undone')
    this.outcome = outcome
  }
}

/** What becomes of the attempt: `allowed`, or the kind and code of the refusal. Nothing of it stays. */
async function outcomeOf(row: PolicyRow, actor: Actor, isArchived = false): Promise<string> {
  const undone = workspace.unitOfWork.run(async (tx) => {
    const attempt = await row.run(tx, actor, world)
    if (isArchived) {
      await tx.groups.update({ ...(await groupOf(tx, world)), archivedAt: tx.clock.now() })
    }
    const outcome = await attempt().then(
      () => 'allowed',
      (error: unknown) => {
        if (!(error instanceof DomainError)) throw error
        return error.code === 'group-archived' ? error.code : error.kind
      },
    )
    throw new Undo(outcome)
  })
  return undone.catch((error: unknown) => {
    if (error instanceof Undo) return error.outcome
    throw error
  })
}

function expectedFor(standing: Standing, action: GroupAction): string {
  const role = roleOf(standing)
  if (!role) return 'not-found'
  return may(role, action) ? 'allowed' : 'forbidden'
}

describe('the policy', () => {
  it.each(policyRows)('decides who may: $name ($action)', async (row) => {
    const outcomes = []
    for (const standing of standings) {
      outcomes.push([standing, await outcomeOf(row, world.actors[standing])])
    }
    expect(outcomes).toEqual(
      standings.map((standing) => [standing, expectedFor(standing, row.action)]),
    )
  })

  it.each(policyRows)('knows what an archived group allows: $name ($action)', async (row) => {
    const allowed = ['group.read', 'group.archive', 'group.restore', 'member.leave']
    const expected = allowed.includes(row.action) ? 'allowed' : 'group-archived'
    expect(await outcomeOf(row, world.actors.owner, true)).toBe(expected)
  })

  it('has a use case for each of its actions', () => {
    const walked = new Set(policyRows.map(({ action }) => action))
    expect(groupActions.filter((action) => !walked.has(action))).toEqual([])
  })

  it('lets viewers look, comment and leave, and admins do all that owners keep not for themselves', () => {
    const viewers = groupActions.filter((action) => may('viewer', action))
    expect(viewers).toEqual(['group.read', 'member.leave', 'comment.add'])
    const ownersOnly = groupActions.filter(
      (action) => may('owner', action) && !may('admin', action),
    )
    expect(ownersOnly).toEqual([
      'group.archive',
      'group.restore',
      'member.change-owner',
      'member.force-out',
    ])
    expect(groupActions.every((action) => may('owner', action))).toBe(true)
  })
})
