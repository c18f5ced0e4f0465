import type { FastifyRequest } from 'fastify'
import { forbidden } from '../../domain/errors.ts'

export type Reach = {
  /** The server listens on a loopback address only. */
  readonly isLoopback: boolean
  readonly publicOrigin: string | null
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']
const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/** Whoever sits at this machine needs no login; with an outside address it could be anybody. */
export function servesDemo(reach: Reach): boolean {
  return reach.isLoopback && reach.publicOrigin === null
}

/** Refuses names that are not ours: a foreign name may be re-pointed at us to read our answers. */
export function requireOwnHost(reach: Reach, request: FastifyRequest): void {
  if (servesDemo(reach)) {
    requireLoopback(request)
    return
  }
  if (reach.publicOrigin === null) return
  const { host, origin } = new URL(reach.publicOrigin)
  if (request.host.toLowerCase() === host) return
  throw forbidden('foreign-host', `This page answers at ${origin} only (PUBLIC_URL).`)
}

/** Refuses changes that another site's page asks for. */
export function requireOwnOrigin(reach: Reach, request: FastifyRequest): void {
  const { origin } = request.headers
  const own = reach.publicOrigin ? new URL(reach.publicOrigin).host : request.host.toLowerCase()
  if (origin !== undefined && hostOf(origin) === own && hasOwnScheme(reach, origin)) return
  throw forbidden('foreign-origin', 'Changes are taken from the chat page itself only.')
}

export function isSecure(reach: Reach, request: FastifyRequest): boolean {
  return (reach.publicOrigin ?? '').startsWith('https:') || request.protocol === 'https'
}

function requireLoopback(request: FastifyRequest): void {
  if (proxyHeaders.some((name) => request.headers[name] !== undefined))
    throw forbidden('behind-a-proxy', 'Set PUBLIC_URL to open the chat page through a proxy.')
  const port = request.socket.localPort ?? 80
  const own = loopbackNames.flatMap((name) =>
    port === 80 ? [name, `${name}:80`] : [`${name}:${port}`],
  )
  if (own.includes(request.headers.host?.toLowerCase() ?? '')) return
  throw forbidden('foreign-host', `The chat page answers at http://${own[0]} only.`)
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

function hasOwnScheme(reach: Reach, origin: string): boolean {
  if (reach.publicOrigin) return origin === new URL(reach.publicOrigin).origin
  return servesDemo(reach) ? origin.startsWith('http://') : true
}
