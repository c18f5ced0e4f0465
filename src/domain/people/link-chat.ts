import type { Identity } from '../accounts/identity.ts'
import { hashLinkCode, type LinkCode, linkCodeMinutes, newLinkCode } from '../accounts/link-code.ts'
import type { Actor, User } from '../accounts/user.ts'
import { conflict, notFound } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import { countWrongCode, requireFewAttempts } from './link-throttle.ts'
import { combinePeople } from './merge-users.ts'

/** Shown once, to be typed within ten minutes. */
export type GivenCode = { readonly code: string; readonly expiresAt: Date }

/** The chat person as the platform knows them, and whether nobody else reads along. */
export type ChatSide = { readonly identity: Identity; readonly isPrivate: boolean }

/** Both sides are told the other's name. */
export type Linked = {
  readonly outcome: 'linked'
  readonly account: User
  readonly identity: Identity
}

/** Refusals that are not thrown, because the count of wrong codes must be kept. */
export type Redeemed =
  | Linked
  | { readonly outcome: 'wrong-code' | 'not-private' | 'already-linked' }

export type Entered =
  | { readonly outcome: 'wrong-code' }
  | {
      readonly outcome: 'waiting'
      readonly linkId: string
      /** Where the question "Link to …?" has to be asked. */
      readonly identity: Identity
      readonly expiresAt: Date
    }

/** For an account: the code is sent to the bot, in private. Earlier codes stop working. */
export async function createLinkCode(tx: Transaction, actor: Actor): Promise<GivenCode> {
  await accountOf(tx, actor)
  return giveCode(tx, actor, { purpose: 'for-chat', identityId: null })
}

/** For a person in a chat: the code is entered in the account, and then confirmed in the chat. */
export async function createChatLinkCode(
  tx: Transaction,
  actor: Actor,
  { identity, isPrivate }: ChatSide,
): Promise<GivenCode> {
  if (!isPrivate)
    throw conflict('not-private', 'Codes are given in private only: write to me there.')
  const user = await tx.users.find(actor.userId)
  if (!user || identity.userId !== user.id) throw notFound('user')
  if (user.username) throw alreadyLinked()
  return giveCode(tx, actor, { purpose: 'for-account', identityId: identity.id })
}

/** `/link CODE`: the chat person becomes the account. A code in a group is burnt: others have read it. */
export async function redeemLinkCode(
  tx: Transaction,
  actor: Actor,
  { identity, isPrivate }: ChatSide,
  typed: string,
): Promise<Redeemed> {
  await requireFewAttempts(tx, actor.userId)
  const code = await tx.linkCodes.lockByHash(hashLinkCode(typed))
  const isGood = code?.purpose === 'for-chat' && isOpen(tx, code)
  if (!isPrivate) {
    if (isGood) await spend(tx, code)
    return { outcome: 'not-private' }
  }
  const account = isGood ? await tx.users.find(code.userId) : null
  if (!isGood || !account || account.disabledAt) {
    await countWrongCode(tx, actor.userId)
    return { outcome: 'wrong-code' }
  }
  const person = await tx.users.find(actor.userId)
  if (!person || identity.userId !== person.id) throw notFound('user')
  if (person.username) return { outcome: 'already-linked' }
  await spend(tx, code)
  return link(tx, actor, account, identity)
}

/** The account's side of a code that the bot gave; nothing is linked before the chat has said yes. */
export async function enterLinkCode(
  tx: Transaction,
  actor: Actor,
  typed: string,
): Promise<Entered> {
  await accountOf(tx, actor)
  await requireFewAttempts(tx, actor.userId)
  const code = await tx.linkCodes.lockByHash(hashLinkCode(typed))
  const isGood = code?.purpose === 'for-account' && isOpen(tx, code) && !code.enteredBy
  const identity = isGood ? await tx.identities.findById(code.identityId!) : null
  if (!isGood || identity?.userId !== code.userId) {
    await countWrongCode(tx, actor.userId)
    return { outcome: 'wrong-code' }
  }
  const expiresAt = inTenMinutes(tx)
  await tx.linkCodes.update({ ...code, enteredBy: actor.userId, expiresAt })
  return { outcome: 'waiting', linkId: code.id, identity, expiresAt }
}

/** The yes or no of the person in the chat, who alone can give it. */
export async function answerLink(
  tx: Transaction,
  actor: Actor,
  linkId: string,
  isConfirmed: boolean,
): Promise<Linked | { readonly outcome: 'declined' | 'expired' | 'already-linked' }> {
  const code = await tx.linkCodes.lock(linkId)
  if (!code?.enteredBy || code.userId !== actor.userId) throw notFound('link')
  if (!isOpen(tx, code)) return { outcome: 'expired' }
  await spend(tx, code)
  if (!isConfirmed) return { outcome: 'declined' }
  const identity = await tx.identities.findById(code.identityId!)
  const account = await tx.users.find(code.enteredBy)
  if (!identity || identity.userId !== actor.userId || !account || account.disabledAt) {
    return { outcome: 'expired' }
  }
  const person = (await tx.users.find(actor.userId))!
  return person.username ? { outcome: 'already-linked' } : link(tx, actor, account, identity)
}

async function link(
  tx: Transaction,
  actor: Actor,
  account: User,
  identity: Identity,
): Promise<Linked> {
  await combinePeople(tx, actor, { fromUserId: identity.userId, intoUserId: account.id })
  return { outcome: 'linked', account, identity: { ...identity, userId: account.id } }
}

async function giveCode(
  tx: Transaction,
  actor: Actor,
  kind: Pick<LinkCode, 'purpose' | 'identityId'>,
): Promise<GivenCode> {
  await tx.linkCodes.deleteUnusedOf(actor.userId)
  const code = newLinkCode(tx.ids)
  const expiresAt = inTenMinutes(tx)
  const row: LinkCode = {
    ...kind,
    id: tx.ids.next(),
    userId: actor.userId,
    enteredBy: null,
    createdAt: tx.clock.now(),
    expiresAt,
    usedAt: null,
  }
  await tx.linkCodes.insert(row, hashLinkCode(code))
  return { code, expiresAt }
}

async function accountOf(tx: Transaction, actor: Actor): Promise<User> {
  const user = await tx.users.find(actor.userId)
  if (!user || user.disabledAt) throw notFound('user')
  if (!user.username) {
    throw conflict('no-login', 'Only an account with a login can be linked to a chat.')
  }
  return user
}

const alreadyLinked = () =>
  conflict('already-linked', 'You are linked to an account already. Unlink it there first.')

const isOpen = (tx: Transaction, code: LinkCode): boolean =>
  !code.usedAt && code.expiresAt > tx.clock.now()

const spend = (tx: Transaction, code: LinkCode): Promise<void> =>
  tx.linkCodes.update({ ...code, usedAt: tx.clock.now() })

const inTenMinutes = (tx: Transaction): Date =>
  new Date(tx.clock.now().getTime() + linkCodeMinutes * 60_000)
