import {
  type AccessToken,
  accessTokenPrefix,
  hashAccessToken,
  type Scope,
} from '../accounts/access-token.ts'
import type { Actor } from '../accounts/user.ts'
import { conflict, forbidden, invalid, notFound } from '../errors.ts'
import type { Transaction } from '../ports.ts'
import { requireText } from '../text.ts'
import { requirePermission } from './policy.ts'

export type CreateAccessToken = {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Null or left out: all groups, also those joined later. */
  readonly groupIds?: readonly string[] | null
  /** Null or left out: never. */
  readonly expiresAt?: Date | null
}

/** The secret is in no other answer: who loses it makes another token. */
export type CreatedAccessToken = { readonly accessToken: AccessToken; readonly token: string }

const mostTokens = 100

export async function createAccessToken(
  tx: Transaction,
  actor: Actor,
  input: CreateAccessToken,
): Promise<CreatedAccessToken> {
  const user = await tx.users.hold(actor.userId)
  if (!user || user.disabledAt) throw notFound('user')
  const now = tx.clock.now()
  const { expiresAt = null, groupIds = null } = input
  if (expiresAt && expiresAt <= now) {
    throw invalid('expiry-past', 'It would have expired already.', {}, '/expiresAt')
  }
  if (input.scopes.includes('admin') && actor.role !== 'admin') {
    throw forbidden('admins-only', 'Only an admin of this installation can use this scope.')
  }
  for (const id of groupIds ?? []) {
    requirePermission(await tx.groups.find(id), actor, 'group.read')
  }
  if ((await tx.accessTokens.listOf(user.id)).length >= mostTokens) {
    throw conflict('too-many-tokens', `You have ${mostTokens} tokens. Delete some first.`)
  }
  const accessToken: AccessToken = {
    id: tx.ids.next(),
    userId: user.id,
    name: requireText(input.name, { pointer: '/name', most: 100 }),
    scopes: input.scopes,
    groupIds,
    createdAt: now,
    expiresAt,
    lastUsedAt: null,
  }
  const token = accessTokenPrefix + tx.ids.secret(32)
  await tx.accessTokens.insert(accessToken, hashAccessToken(token))
  return { accessToken, token }
}

export async function deleteAccessToken(tx: Transaction, actor: Actor, id: string): Promise<void> {
  if (!(await tx.accessTokens.delete(actor.userId, id))) throw notFound('token')
}
