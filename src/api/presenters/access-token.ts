import type { AccessToken } from '../../domain/accounts/access-token.ts'
import type { AccessTokenResource } from '../schemas/access-token.ts'

export function presentAccessToken(token: AccessToken): AccessTokenResource {
  return {
    id: token.id,
    name: token.name,
    scopes: [...token.scopes],
    groupIds: token.groupIds && [...token.groupIds],
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt?.toISOString() ?? null,
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  }
}
