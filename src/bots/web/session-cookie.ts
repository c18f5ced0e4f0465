import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ChatPerson } from '../conversation/incoming.ts'
import { isSecure, type Reach, servesDemo } from './own-origin.ts'

type Session = {
  readonly person: ChatPerson
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

const lifetimeSeconds = 24 * 60 * 60

export type SessionCookie = ReturnType<typeof sessionCookie>

/** Who is at the page, signed so that nobody makes one up. A day long, as nothing revokes it. */
export function sessionCookie(secret: string, reach: Reach) {
  // A demo session is worth nothing once the page asks for a log-in.
  const purpose = servesDemo(reach) ? 'chat page demo' : 'chat page session'
  const key = createHmac('sha256', secret).update(purpose).digest()
  const sign = (payload: string) => createHmac('sha256', key).update(payload).digest('base64url')

  function write(request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number) {
    const secure = isSecure(reach, request) ? '; Secure' : ''
    const attributes = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`
    reply.header('set-cookie', `${nameFor(reach, request)}=${value}; ${attributes}`)
  }

  return {
    read(request: FastifyRequest): ChatPerson | null {
      const [payload, signature] = cookieNamed(nameFor(reach, request), request)?.split('.') ?? []
      if (payload === undefined || signature === undefined) return null
      if (!isEqual(signature, sign(payload))) return null
      const session = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Session
      return session.expiresAt > Date.now() ? session.person : null
    },
    start(request: FastifyRequest, reply: FastifyReply, person: ChatPerson): void {
      const session: Session = { person, expiresAt: Date.now() + lifetimeSeconds * 1000 }
      const payload = Buffer.from(JSON.stringify(session)).toString('base64url')
      write(request, reply, `${payload}.${sign(payload)}`, lifetimeSeconds)
    },
    end(request: FastifyRequest, reply: FastifyReply): void {
      write(request, reply, '', 0)
    },
  }
}

/** Cookies ignore ports, so two servers on one machine would overwrite each other's. */
function nameFor(reach: Reach, request: FastifyRequest): string {
  if (isSecure(reach, request)) return '__Host-quits-chat'
  return `quits-chat-${request.socket.localPort ?? 80}`
}

function cookieNamed(name: string, request: FastifyRequest): string | undefined {
  const pairs = request.headers.cookie?.split(';').map((pair) => pair.trim()) ?? []
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}

function isEqual(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
