import { createHash } from 'node:crypto'
import jwt, { type JWT } from '@fastify/jwt'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Session } from '../../domain/accounts/session.ts'
import type { Actor, User } from '../../domain/accounts/user.ts'
import { DomainError, forbidden } from '../../domain/errors.ts'
import type { Reads } from '../../domain/ports.ts'
import { formats } from '../schemas/fields.ts'
import type { ApiServices } from '../services.ts'
import { findHolder, isAccessToken, limitToGroups, requireScope } from './access-tokens.ts'

/** How long an access token is good for, in seconds. */
export const accessTokenSeconds = 900
const issuer = 'quits'
const audience = 'quits-api'
const leewaySeconds = 30
/** So long may a change of somebody's standing go unnoticed by other instances. */
const standingMs = 30_000
const mostStandings = 10_000

export type Access = 'public' | 'user' | 'admin'
export type SignedIn = { readonly actor: Actor; readonly sessionId: string }
type Claims = { readonly sub: string; readonly sid: string; readonly tv: number }
type Standing = { readonly user: User; readonly session: Session; readonly readAt: number }

export type Authentication = {
  issueAccessToken(user: User, sessionId: string): string
  /** Null for whatever is wrong with the token, its session or its user. */
  authenticate(token: string): Promise<Actor | null>
  /** To be called when sessions of this user end. */
  forget(userId: string): void
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyInstance {
    authentication: Authentication
  }
  interface FastifyRequest {
    actor: Actor | null
    sessionId: string | null
  }
}
declare module '@fastify/jwt' {
  interface FastifyJWT {
    namespaces: 'current' | 'previous'
  }
}

/** For routes that declare `access: 'user'` or more. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new Error('this route does not ask for a sign-in')
  return request.actor
}

export async function registerAuthentication(
  app: FastifyInstance,
  services: ApiServices,
): Promise<void> {
  const keys = await registerKeys(app, services)
  const standings = new Map<string, Standing>()

  const signIn = async (token: string): Promise<SignedIn | null> => {
    const claims = verify(keys, token)
    const standing = claims && (await standingOf(standings, services.reads, claims.sid))
    if (!standing) return null
    const { user, session } = standing
    const isGood =
      user.id === claims.sub &&
      user.tokenVersion === claims.tv &&
      !user.disabledAt &&
      !session.revokedAt &&
      session.expiresAt > services.clock.now()
    if (!isGood) return null
    return { actor: { userId: user.id, role: user.role, source: 'api' }, sessionId: session.id }
  }

  app.decorateRequest('actor', null)
  app.decorateRequest('sessionId', null)
  app.decorateRequest('accessToken', null)
  app.decorate('authentication', {
    issueAccessToken: (user, sessionId) =>
      keys.current.jwt.sign({ sub: user.id, sid: sessionId, tv: user.tokenVersion }),
    authenticate: async (token) => (await signIn(token))?.actor ?? null,
    forget: (userId) => {
      for (const [sid, { user }] of standings) if (user.id === userId) standings.delete(sid)
    },
  })
  requireDeclaredAccess(app)
  limitToGroups(app, services)
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config
    if (access === undefined || access === 'public') return
    const token = bearerOf(request)
    if (token !== null && isAccessToken(token)) {
      const holder = await findHolder(services, token)
      request.actor = holder?.actor ?? null
      request.accessToken = holder?.accessToken ?? null
      return
    }
    const signedIn = token === null ? null : await signIn(token)
    if (!signedIn) return
    request.actor = signedIn.actor
    request.sessionId = signedIn.sessionId
  })
}

/** Registered after what has to happen to refused requests as well. */
export function requireAccess(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const { actor, routeOptions } = request
    const { access } = routeOptions.config
    if (access === undefined || access === 'public') return
    if (!actor) throw notSignedIn()
    requireScope(request)
    if (access === 'admin' && actor.role !== 'admin') {
      throw forbidden('admins-only', 'Only an admin of this installation can do this.')
    }
  })
}

/** Default deny: who adds a route to the API has to say who may call it. */
function requireDeclaredAccess(app: FastifyInstance): void {
  app.addHook('onRoute', ({ url, method, config }) => {
    if (url.startsWith('/api/v1') && !config?.access) {
      throw new Error(`route without access: ${String(method)} ${url}`)
    }
  })
}

type Key = { readonly kid: string; readonly jwt: JWT }
type Keys = { readonly current: Key; readonly previous: Key | null }

async function registerKeys(app: FastifyInstance, { config }: ApiServices): Promise<Keys> {
  const register = async (namespace: 'current' | 'previous', secret: string): Promise<Key> => {
    const kid = createHash('sha256').update(secret).digest('hex').slice(0, 16)
    await app.register(jwt, {
      namespace,
      secret,
      decode: { complete: true },
      sign: {
        algorithm: 'HS256',
        iss: issuer,
        aud: audience,
        expiresIn: accessTokenSeconds * 1000,
        header: { alg: 'HS256', typ: 'at+jwt', kid },
      },
      verify: {
        algorithms: ['HS256'],
        allowedIss: issuer,
        allowedAud: audience,
        checkTyp: 'at+jwt',
        clockTolerance: leewaySeconds * 1000,
        requiredClaims: ['iss', 'aud', 'exp', 'iat', 'sub', 'sid', 'tv'],
      },
    })
    return { kid, jwt: app.jwt[namespace] }
  }
  return {
    current: await register('current', config.jwtSecret),
    previous: config.jwtSecretPrevious
      ? await register('previous', config.jwtSecretPrevious)
      : null,
  }
}

/** The header only chooses between keys from the configuration; it never brings one (RFC 8725 §3.1). */
function verify(keys: Keys, token: string): Claims | null {
  if (token.length > 2000) return null
  try {
    const { header } = keys.current.jwt.decode<{ header: { kid?: unknown } }>(token) ?? {}
    const key = [keys.current, keys.previous].find((one) => one && one.kid === header?.kid)
    const claims = key?.jwt.verify<Claims>(token)
    return claims && formats.uuid.test(claims.sid) ? claims : null
  } catch {
    // Unreadable, forged and expired tokens are all the same to a caller: not signed in.
    return null
  }
}

async function standingOf(
  standings: Map<string, Standing>,
  reads: Reads,
  sessionId: string,
): Promise<Standing | null> {
  const known = standings.get(sessionId)
  if (known && performance.now() - known.readAt < standingMs) return known
  standings.delete(sessionId)
  const readAt = performance.now()
  const session = await reads.sessions.find(sessionId)
  const user = session && (await reads.users.find(session.userId))
  if (!session || !user) return null
  const oldest = standings.keys().next()
  if (standings.size >= mostStandings && !oldest.done) standings.delete(oldest.value)
  const standing = { user, session, readAt }
  standings.set(sessionId, standing)
  return standing
}

function bearerOf(request: FastifyRequest): string | null {
  const match = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(request.headers.authorization ?? '')
  return match?.[1] ?? null
}

function notSignedIn(): DomainError {
  return new DomainError(
    'unauthenticated',
    'not-signed-in',
    'Sign in and send the access token as "Authorization: Bearer …".',
  )
}
