import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  type AccessToken,
  accessTokenPrefix,
  hashAccessToken,
  type Scope,
} from '../../domain/accounts/access-token.ts'
import type { Actor } from '../../domain/accounts/user.ts'
import { DomainError, forbidden, notFound } from '../../domain/errors.ts'
import type { ApiServices } from '../services.ts'

/** `session`: only for somebody who logged in, never for a token. */
export type NeededScope = Scope | 'session'
type Holder = { readonly actor: Actor; readonly accessToken: AccessToken }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Left out: `admin` for admins' routes, `read`, `groups` or `write` by method and path. */
    scope?: NeededScope
  }
  interface FastifyRequest {
    accessToken: AccessToken | null
  }
}

const lastUsedStepMs = 60_000

export const isAccessToken = (token: string): boolean => token.startsWith(accessTokenPrefix)

/** Null for an unknown or expired token, and for one whose owner may not act. */
export async function findHolder(
  { reads, unitOfWork, clock }: ApiServices,
  token: string,
): Promise<Holder | null> {
  const accessToken = await reads.accessTokens.findByHash(hashAccessToken(token))
  const now = clock.now()
  if (!accessToken || (accessToken.expiresAt && accessToken.expiresAt <= now)) return null
  const user = await reads.users.find(accessToken.userId)
  if (!user || user.disabledAt) return null
  const { lastUsedAt } = accessToken
  if (!lastUsedAt || now.getTime() - lastUsedAt.getTime() >= lastUsedStepMs) {
    await unitOfWork.run((tx) => tx.accessTokens.setLastUsed(accessToken.id, now))
  }
  return { actor: { userId: user.id, role: user.role, source: 'api' }, accessToken }
}

const groupsPath =
  /^\/api\/v1\/(groups(\/:id(\/(restore|default-split|redenominate|conversions|members|invites)(\/.*)?)?)?|invites\/.*)$/

export function neededScope({ config, method, url = '' }: Route): NeededScope {
  if (config.scope) return config.scope
  if (config.access === 'admin') return 'admin'
  if (['GET', 'HEAD'].includes(String(method))) return 'read'
  return groupsPath.test(url) ? 'groups' : 'write'
}
type Route = Pick<FastifyRequest['routeOptions'], 'config' | 'method' | 'url'>

/** For a request that came with a token: refused where the token's scopes do not reach. */
export function requireScope({ accessToken, routeOptions }: FastifyRequest): void {
  if (!accessToken) return
  const scope = neededScope(routeOptions)
  if (scope === 'session') throw sessionNeeded()
  if (accessToken.scopes.includes(scope)) return
  throw new DomainError(
    'forbidden',
    'scope-too-small',
    `This takes a token with the scope "${scope}".`,
    { scope },
  )
}

export function sessionNeeded(): DomainError {
  return forbidden('session-needed', 'A token cannot do this: log in with your password.')
}

/** Lists of which a limited token sees a part, and to which group an item of them belongs. */
const filteredLists: Readonly<Record<string, (item: Item) => string | null | undefined>> = {
  '/api/v1/groups': ({ id }) => id,
  '/api/v1/categories': ({ groupId }) => groupId,
}
type Item = { readonly id?: string; readonly groupId?: string | null }

/** What concerns no group and may be known to a limited token. */
const groupless: ReadonlySet<string> = new Set(['/api/v1/users/me', '/api/v1/rates'])

/**
 * A token that is limited to groups reaches only what names one of them or lies in one: default deny,
 * so a new route is out of reach until it does. To it, other groups do not exist.
 */
export function limitToGroups(app: FastifyInstance, { reads }: ApiServices): void {
  app.addHook('preHandler', async (request) => {
    const limit = request.accessToken?.groupIds
    if (!limit) return
    const { url = '', method } = request.routeOptions
    const isRead = method === 'GET' || method === 'HEAD'
    if (isRead && (groupless.has(url) || filteredLists[url])) return
    const named = groupsNamedIn(request)
    if (named.some((id) => !limit.includes(id))) throw notFound('group')
    if (url.startsWith('/api/v1/expenses/:id')) {
      const { id } = request.params as { id: string }
      const expense = await reads.expenses.find(id)
      if (!expense || !limit.includes(expense.groupId)) throw notFound('expense')
    } else if (named.length === 0) {
      const detail = 'This token is limited to some groups: name one of them as groupId.'
      throw forbidden('token-limited-to-groups', detail)
    }
  })
  app.addHook('preSerialization', async (request, _reply, payload) => {
    const limit = request.accessToken?.groupIds
    const groupOf = filteredLists[request.routeOptions.url ?? '']
    const { items } = (payload ?? {}) as { items?: readonly Item[] }
    if (!limit || !groupOf || !items) return payload
    const seen = items.filter((item) => limit.includes(groupOf(item) ?? limit[0]!))
    return { ...(payload as object), items: seen }
  })
}

function groupsNamedIn({ routeOptions, params, query, body }: FastifyRequest): string[] {
  const inPath = routeOptions.url?.startsWith('/api/v1/groups/:id')
    ? (params as { id: string }).id
    : null
  const named = [query, body].map((part) => (part as { groupId?: unknown } | undefined)?.groupId)
  return [inPath, ...named].filter((id) => typeof id === 'string')
}
