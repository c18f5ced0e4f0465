import type { Identity } from '../../domain/accounts/identity.ts'
import type { IdentityResource } from '../schemas/identity.ts'

export function presentIdentity(identity: Identity): IdentityResource {
  return {
    id: identity.id,
    platform: identity.platform,
    tenant: identity.tenant,
    externalId: identity.externalId,
    username: identity.username,
    displayName: identity.displayName,
    createdAt: identity.createdAt.toISOString(),
    lastSeenAt: identity.lastSeenAt?.toISOString() ?? null,
  }
}
