import type { Session } from '../../domain/accounts/session.ts'
import type { SessionResource } from '../schemas/session.ts'

export function presentSession(session: Session, currentId: string | null): SessionResource {
  return {
    id: session.id,
    userAgent: session.userAgent,
    isCurrent: session.id === currentId,
    createdAt: session.createdAt.toISOString(),
    lastUsedAt: session.lastUsedAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  }
}
