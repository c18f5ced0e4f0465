import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type RatesServer = {
  readonly url: string
  /** Paths with their queries, in the order they were asked for. */
  readonly asked: readonly string[]
  /** How every request is answered from now on; a text is a body of status 200. */
  answer(how: string | ((request: IncomingMessage, response: ServerResponse) => void)): void
  close(): Promise<void>
}

/** A local server that answers as a test says. */
export async function startRatesServer(): Promise<RatesServer> {
  const asked: string[] = []
  let how: Parameters<RatesServer['answer']>[0] = '{}'
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (typeof how !== 'string') return how(request, response)
    response.setHeader('content-type', 'application/json')
    response.end(how)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer(next) {
      how = next
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
