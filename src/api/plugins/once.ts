import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Transaction, UnitOfWork } from '../../domain/ports.ts'
import { pathOf } from '../problem-details.ts'
import { actorOf } from './authentication.ts'

/** No version of ours: a tag that somebody made up matches nothing. */
const noVersion = -1

/** The version that If-Match asks for; null when any will do. Its shape is the header schema's. */
export function expectedVersion(request: FastifyRequest): number | null {
  const tag = request.headers['if-match']
  if (tag === undefined || tag === '*') return null
  const match = /^"([1-9][0-9]{0,8})"$/.exec(tag)
  return match ? Number(match[1]) : noVersion
}

export function tagged<Resource extends { readonly version: number }>(
  reply: FastifyReply,
  resource: Resource,
): Resource {
  reply.header('etag', `"${resource.version}"`)
  return resource
}

/**
 * Answers 201 with what the work makes; under an Idempotency-Key the work is done once. What is
 * kept to be repeated goes through `forget`, for answers with a secret in them.
 */
export async function create<Resource>(
  unitOfWork: UnitOfWork,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Transaction) => Promise<Resource>,
  forget: (resource: Resource) => Resource = (resource) => resource,
): Promise<Resource> {
  const key = request.headers['idempotency-key']
  reply.code(201)
  if (typeof key !== 'string') return unitOfWork.run(work)
  // The last one counts: work that lost a race is done again.
  const made: Resource[] = []
  const answer = await unitOfWork.once(
    {
      userId: actorOf(request).userId,
      method: request.method,
      path: pathWithoutSecrets(request),
      key,
      fingerprint: createHash('sha256').update(canonical(request.body)).digest(),
    },
    async (tx) => {
      const resource = await work(tx)
      made.push(resource)
      return { status: 201, body: forget(resource) }
    },
  )
  reply.code(answer.status)
  if (!answer.replayed) return made.at(-1)!
  reply.header('idempotency-replayed', 'true')
  return answer.body as Resource
}

/** The key is stored with its path, and of the token in a path only a hash may be stored. */
function pathWithoutSecrets(request: FastifyRequest): string {
  const { token } = request.params as { token?: string }
  const path = pathOf(request)
  if (token === undefined) return path
  return path.replace(token, createHash('sha256').update(token).digest('hex'))
}

/** The same text for the same JSON, in whatever order its fields came. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, item: unknown) =>
      item && typeof item === 'object' && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? ''
  )
}
