import type { Actor } from '../../src/domain/accounts/user.ts'
import { createCategory } from '../../src/domain/expenses/categories.ts'
import { addComment, deleteComment, listComments } from '../../src/domain/expenses/comments.ts'
import { editDefaultSplit } from '../../src/domain/expenses/default-split.ts'
import { editExpense } from '../../src/domain/expenses/edit-expense.ts'
import { findExpenses } from '../../src/domain/expenses/find-expenses.ts'
import { readBalances, readExpense } from '../../src/domain/expenses/read-expenses.ts'
import { readHistory } from '../../src/domain/expenses/read-history.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { replaceExpense } from '../../src/domain/expenses/replace-expense.ts'
import { revertExpense } from '../../src/domain/expenses/revert-expense.ts'
import { settleShare } from '../../src/domain/expenses/settle-share.ts'
import { restoreExpense, voidExpense } from '../../src/domain/expenses/void-expense.ts'
import { addMember } from '../../src/domain/groups/add-member.ts'
import { changeRole, transferOwnership } from '../../src/domain/groups/change-role.ts'
import { archiveGroup, editGroup, restoreGroup } from '../../src/domain/groups/edit-group.ts'
import { editMemberWeight, renameGuest } from '../../src/domain/groups/edit-member.ts'
import { leaveGroup, removeMember } from '../../src/domain/groups/leave-group.ts'
import { createInvite, listInvites, revokeInvite } from '../../src/domain/groups/manage-invites.ts'
import type { GroupAction } from '../../src/domain/groups/policy.ts'
import { listConversions } from '../../src/domain/groups/read-conversions.ts'
import { readGroup } from '../../src/domain/groups/read-groups.ts'
import { redenominate } from '../../src/domain/groups/redenominate.ts'
import {
  restoreRedenomination,
  voidRedenomination,
} from '../../src/domain/groups/void-redenomination.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { claimGuest, mergeGuest } from '../../src/domain/people/claim-guest.ts'
import type { Transaction } from '../../src/domain/ports.ts'
import { listSettlements, readSettlement } from '../../src/domain/settlements/read-settlements.ts'
import { recordSettlement } from '../../src/domain/settlements/record-settlement.ts'
import { suggestSettlements } from '../../src/domain/settlements/suggest-settlements.ts'
import { restoreSettlement, voidSettlement } from '../../src/domain/settlements/void-settlement.ts'
import { madeBy, type PolicyWorld } from './policy-world.ts'
import { eur } from './workspace.ts'

/** One use case and the action of the policy's table that stands for it. */
export type PolicyRow = {
  readonly name: string
  readonly action: GroupAction
  readonly run: (tx: Transaction, actor: Actor, world: PolicyWorld) => Promise<Attempt>
}
/** Prepared by those who may; what remains is what the actor tries. */
type Attempt = () => Promise<unknown>

/** A row for a use case that needs nothing to exist before. */
function row(
  action: GroupAction,
  name: string,
  attempt: (tx: Transaction, actor: Actor, world: PolicyWorld) => Promise<unknown>,
): PolicyRow {
  return { name, action, run: async (tx, actor, world) => () => attempt(tx, actor, world) }
}

/** A row for a use case on something that was `made` before, by the actor or by somebody else. */
function rowOn<Made>(
  action: GroupAction,
  name: string,
  made: (tx: Transaction, world: PolicyWorld, actor: Actor) => Promise<Made>,
  attempt: (tx: Transaction, actor: Actor, made: Made, world: PolicyWorld) => Promise<unknown>,
): PolicyRow {
  return {
    name,
    action,
    run: async (tx, actor, world) => {
      const subject = await made(tx, world, actor)
      return () => attempt(tx, actor, subject, world)
    },
  }
}

type Maker<Made> = (tx: Transaction, world: PolicyWorld, author: Actor) => Promise<Made>

const own =
  <Made>(make: Maker<Made>) =>
  (tx: Transaction, world: PolicyWorld, actor: Actor): Promise<Made> =>
    madeBy(tx, world, actor, (author) => make(tx, world, author))
const others =
  <Made>(make: Maker<Made>) =>
  (tx: Transaction, world: PolicyWorld): Promise<Made> =>
    make(tx, world, world.otherOwner)

/** Paid and borne by the author alone, so that nobody has a balance. */
const expense: Maker<string> = async (tx, { groupId }, author) => {
  const split = { method: 'equal', participants: [{ userId: author.userId }] } as const
  const input = { groupId, amount: eur('9.00'), description: 'Tea', split }
  return (await recordExpense(tx, author, input)).id
}
const voided: Maker<string> = async (tx, world, author) => {
  const id = await expense(tx, world, author)
  return (await voidExpense(tx, author, id)).id
}
const edited: Maker<string> = async (tx, world, author) => {
  const id = await expense(tx, world, author)
  return (await editExpense(tx, author, id, null, { notes: 'green' })).id
}
const settlement: Maker<string> = async (tx, { groupId, bystander, otherOwner }, author) => {
  const to = author === otherOwner ? bystander : otherOwner
  const people = { fromUserId: author.userId, toUserId: to.userId }
  const input = { groupId, ...people, amount: eur('1.00'), force: true }
  return (await recordSettlement(tx, author, input)).id
}
const voidedSettlement: Maker<string> = async (tx, world, author) => {
  const id = await settlement(tx, world, author)
  return (await voidSettlement(tx, author, world.groupId, id)).id
}
const guest: Maker<string> = async (tx, { groupId }, author) =>
  (await addMember(tx, author, groupId, { guestName: 'Zed' })).userId
const invite: Maker<string> = async (tx, { groupId }, author) =>
  (await createInvite(tx, author, groupId, {})).invite.id
const archived: Maker<string> = async (tx, { groupId }, author) =>
  (await archiveGroup(tx, author, groupId, null)).id
const comment: Maker<{ expenseId: string; id: string }> = (tx, world, author) =>
  expense(tx, world, author).then((expenseId) => addComment(tx, author, expenseId, 'Hm'))
const debt: Maker<string> = async (tx, { groupId, bystander, otherOwner }) => {
  const split = { method: 'equal', participants: [{ userId: bystander.userId }] } as const
  const input = { groupId, amount: eur('9.00'), description: 'Tea', split }
  return (await recordExpense(tx, otherOwner, input)).id
}

const page = { limit: 10, after: null }
const usd = parseCurrency('USD')
const conversion = { from: 'all', to: usd, rates: [], dryRun: false } as const
const converted: Maker<string> = async (tx, { groupId }, author) =>
  (await redenominate(tx, author, groupId, conversion)).conversion!.id
const unconverted: Maker<string> = async (tx, world, author) =>
  (await voidRedenomination(tx, author, world.groupId, await converted(tx, world, author))).id

/** Whoever writes a use case of a group adds a row. Each runs in a transaction that is undone. */
export const policyRows: readonly PolicyRow[] = [
  row('group.read', 'read a group', (tx, actor, { groupId }) => readGroup(tx, actor, groupId)),
  row('group.read', 'list its expenses', (tx, actor, { groupId }) =>
    findExpenses(tx, actor, { groupId }, page),
  ),
  row('group.read', 'read its balances', (tx, actor, { groupId }) =>
    readBalances(tx, actor, groupId),
  ),
  row('group.read', 'list its settlements', (tx, actor, { groupId }) =>
    listSettlements(tx, actor, groupId, page),
  ),
  row('group.read', 'list its conversions', (tx, actor, { groupId }) =>
    listConversions(tx, actor, groupId),
  ),
  row('group.read', 'suggest settlements', (tx, actor, { groupId }) =>
    suggestSettlements(tx, actor, groupId, { strategy: 'minimal' }),
  ),
  rowOn('group.read', 'read a settlement', others(settlement), (tx, actor, id, { groupId }) =>
    readSettlement(tx, actor, groupId, id),
  ),
  rowOn('group.read', 'read an expense', others(expense), (tx, actor, id) =>
    readExpense(tx, actor, id),
  ),
  rowOn('group.read', 'read its history', others(expense), readHistory),
  rowOn('group.read', 'list its comments', others(expense), (tx, actor, id) =>
    listComments(tx, actor, id, page),
  ),
  row('group.edit', 'edit a group', (tx, actor, { groupId }) =>
    editGroup(tx, actor, groupId, null, { name: 'Home' }),
  ),
  row('group.edit', 'set the default split', (tx, actor, { groupId }) =>
    editDefaultSplit(tx, actor, groupId, null, { method: 'shares' }),
  ),
  row('group.archive', 'archive a group', (tx, actor, { groupId }) =>
    archiveGroup(tx, actor, groupId, null),
  ),
  rowOn('group.restore', 'restore a group', others(archived), (tx, actor, id) =>
    restoreGroup(tx, actor, id, null),
  ),
  row('group.redenominate', 'convert balances', (tx, actor, { groupId }) =>
    redenominate(tx, actor, groupId, conversion),
  ),
  rowOn('group.redenominate', 'undo a conversion', others(converted), (tx, actor, id, world) =>
    voidRedenomination(tx, actor, world.groupId, id),
  ),
  rowOn('group.redenominate', 'redo a conversion', others(unconverted), (tx, actor, id, world) =>
    restoreRedenomination(tx, actor, world.groupId, id),
  ),
  row('member.add', 'add a guest', (tx, actor, { groupId }) =>
    addMember(tx, actor, groupId, { guestName: 'Yves' }),
  ),
  row('member.add-privileged', 'add an admin', (tx, actor, { groupId, stranger }) =>
    addMember(tx, actor, groupId, { userId: stranger.userId, role: 'admin' }),
  ),
  row('member.edit', 'weigh a member', (tx, actor, { groupId, bystander }) =>
    editMemberWeight(tx, actor, groupId, bystander.userId, '2'),
  ),
  row('member.change-role', 'make a viewer', (tx, actor, { groupId, bystander }) =>
    changeRole(tx, actor, groupId, bystander.userId, 'viewer'),
  ),
  row('member.change-owner', 'make an owner', (tx, actor, { groupId, bystander }) =>
    changeRole(tx, actor, groupId, bystander.userId, 'owner'),
  ),
  row('member.change-owner', 'unmake an owner', (tx, actor, { groupId, otherOwner }) =>
    changeRole(tx, actor, groupId, otherOwner.userId, 'member'),
  ),
  row('member.change-owner', 'pass on the ownership', (tx, actor, { groupId, bystander }) =>
    transferOwnership(tx, actor, groupId, bystander.userId),
  ),
  row('member.change-owner', 'remove an owner', (tx, actor, { groupId, otherOwner }) =>
    removeMember(tx, actor, groupId, otherOwner.userId),
  ),
  row('member.leave', 'leave', (tx, actor, { groupId }) => leaveGroup(tx, actor, groupId)),
  row('member.remove', 'remove a member', (tx, actor, { groupId, bystander }) =>
    removeMember(tx, actor, groupId, bystander.userId),
  ),
  rowOn('member.force-out', 'force out', others(debt), (tx, actor, _, { groupId, bystander }) =>
    removeMember(tx, actor, groupId, bystander.userId, { force: true }),
  ),
  rowOn('guest.rename', 'rename a guest', others(guest), (tx, actor, id, { groupId }) =>
    renameGuest(tx, actor, groupId, id, 'Zedd'),
  ),
  rowOn('guest.confirm-own', 'confirm a claim', own(guest), (tx, actor, id, world) =>
    claimGuest(tx, world.bystander, world.groupId, id, actor),
  ),
  rowOn('guest.confirm-any', 'say who a guest is', others(guest), (tx, actor, id, world) =>
    mergeGuest(tx, actor, world.groupId, id, world.bystander.userId),
  ),
  row('invite.create', 'invite', (tx, actor, { groupId }) => createInvite(tx, actor, groupId, {})),
  row('invite.create-privileged', 'invite an admin', (tx, actor, { groupId }) =>
    createInvite(tx, actor, groupId, { role: 'admin' }),
  ),
  row('invite.manage-own', 'list invites', (tx, actor, { groupId }) =>
    listInvites(tx, actor, groupId),
  ),
  rowOn('invite.manage-own', 'revoke an own invite', own(invite), (tx, actor, id, { groupId }) =>
    revokeInvite(tx, actor, groupId, id),
  ),
  rowOn('invite.manage-any', 'revoke an invite', others(invite), (tx, actor, id, { groupId }) =>
    revokeInvite(tx, actor, groupId, id),
  ),
  row('expense.record', 'record an expense', (tx, actor, { groupId }) =>
    recordExpense(tx, actor, { groupId, amount: eur('9.00'), description: 'Tea' }),
  ),
  ...(['own', 'any'] as const).flatMap((whose) => {
    const action = `expense.change-${whose}` as const
    const of = whose === 'own' ? own : others
    const words = whose === 'own' ? 'an own expense' : 'an expense of somebody else'
    return [
      rowOn(action, `edit ${words}`, of(expense), (tx, actor, id) =>
        editExpense(tx, actor, id, null, { description: 'Chai' }),
      ),
      rowOn(action, `replace ${words}`, of(expense), (tx, actor, id) =>
        replaceExpense(tx, actor, id, null, { amount: eur('8.00'), description: 'Chai' }),
      ),
      rowOn(action, `void ${words}`, of(expense), (tx, actor, id) => voidExpense(tx, actor, id)),
      rowOn(action, `restore ${words}`, of(voided), (tx, actor, id) =>
        restoreExpense(tx, actor, id),
      ),
      rowOn(action, `put back ${words}`, of(edited), (tx, actor, id) =>
        revertExpense(tx, actor, id, 1),
      ),
    ]
  }),
  rowOn('comment.add', 'comment', others(expense), (tx, actor, id) =>
    addComment(tx, actor, id, 'Hm'),
  ),
  rowOn('comment.add', 'delete an own comment', own(comment), (tx, actor, { expenseId, id }) =>
    deleteComment(tx, actor, expenseId, id),
  ),
  rowOn('comment.delete-any', 'delete a comment', others(comment), (tx, actor, { expenseId, id }) =>
    deleteComment(tx, actor, expenseId, id),
  ),
  row('settlement.record', 'record a settlement', (tx, actor, { groupId, bystander, otherOwner }) =>
    recordSettlement(tx, actor, {
      groupId,
      fromUserId: bystander.userId,
      toUserId: otherOwner.userId,
      amount: eur('1.00'),
      force: true,
    }),
  ),
  rowOn('settlement.record', 'settle a share', others(debt), (tx, actor, id, world) =>
    settleShare(tx, actor, world.groupId, id, world.bystander.userId, 'settled'),
  ),
  rowOn(
    'settlement.change-own',
    'void an own settlement',
    own(settlement),
    (tx, actor, id, world) => voidSettlement(tx, actor, world.groupId, id),
  ),
  rowOn(
    'settlement.change-own',
    'restore an own settlement',
    own(voidedSettlement),
    (tx, actor, id, world) => restoreSettlement(tx, actor, world.groupId, id),
  ),
  rowOn('settlement.change-any', 'void a settlement', others(settlement), (tx, actor, id, world) =>
    voidSettlement(tx, actor, world.groupId, id),
  ),
  rowOn(
    'settlement.change-any',
    'restore a settlement',
    others(voidedSettlement),
    (tx, actor, id, world) => restoreSettlement(tx, actor, world.groupId, id),
  ),
  row('category.edit', 'make a category', (tx, actor, { groupId }) =>
    createCategory(tx, actor, { name: 'Cleaning', groupId }),
  ),
]
