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

/** Answers 201 with what the work makes; under an Idempotency-Key the work is done once. */
export async function create<Resource>(
  unitOfWork: UnitOfWork,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Transaction) => Promise<Resource>,
): Promise<Resource> {
  const key = request.headers['idempotency-key']
  reply.code(201)
  if (typeof key !== 'string') return unitOfWork.run(work)
  const answer = await unitOfWork.once(
    {
      userId: actorOf(request).userId,
      method: request.method,
      path: pathOf(request),
      key,
      fingerprint: createHash('sha256').update(canonical(request.body)).digest(),
    },
    async (tx) => ({ status: 201, body: await work(tx) }),
  )
  if (answer.replayed) reply.header('idempotency-replayed', 'true')
  reply.code(answer.status)
  return answer.body as Resource
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
