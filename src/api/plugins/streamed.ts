import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/**
 * Sends text as it is made, as a file to keep. The first piece is made before anything is sent, so
 * that a refusal still becomes a problem document; a reader who is slow makes the maker wait.
 */
export async function sendFile(
  reply: FastifyReply,
  file: { readonly name: string; readonly type: string },
  pieces: AsyncGenerator<string>,
): Promise<Readable> {
  const first = await pieces.next()
  reply.header('content-disposition', `attachment; filename="${file.name}"`)
  reply.type(file.type)
  return Readable.from(resumed(first, pieces), { objectMode: false })
}

async function* resumed(first: IteratorResult<string>, rest: AsyncGenerator<string>) {
  if (first.done) return
  yield first.value
  yield* rest
}

/** A list in JSON, made page by page. */
export async function* jsonItems<Item>(
  pages: AsyncIterable<readonly Item[]>,
  present: (item: Item) => unknown,
): AsyncGenerator<string> {
  let separator = ''
  for await (const page of pages) {
    if (page.length === 0) continue
    yield separator + page.map((item) => JSON.stringify(present(item))).join(',')
    separator = ','
  }
}
