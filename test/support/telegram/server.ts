import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type BotApi, LostConnection } from './bot-api.ts'
import { Refusal } from './refusal.ts'
import { readCall } from './request-body.ts'
import type { World } from './world.ts'

export interface RunningServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves `/bot<token>/<method>` and `/file/bot<token>/<path>` on the loopback address. */
export async function serve(world: World, api: BotApi, token: string): Promise<RunningServer> {
  const server = createServer((request, response) => {
    answer(world, api, token, request, response).catch((error: unknown) => {
      if (error instanceof Refusal) return reply(response, error.code, error.toWire())
      if (!(error instanceof LostConnection)) world.violated(String(error))
      request.socket.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) }
}

async function answer(
  world: World,
  api: BotApi,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const download = pathname.match(/^\/file\/bot([^/]+)\/(.+)$/)
  if (download) return sendFile(world, download[1] === token ? download[2] : undefined, response)
  const [, calledToken, name] = pathname.match(/^\/bot([^/]+)\/(\w+)$/) ?? []
  if (name === undefined) throw new Refusal(404, 'Not Found')
  if (calledToken !== token) throw new Refusal(401, 'Unauthorized')
  const { params, uploads } = await readCall(request, api.spelling(name) ?? name)
  const hangUp = new AbortController()
  response.on('close', () => hangUp.abort())
  const result = await api.run(name, params, { uploads, signal: hangUp.signal })
  reply(response, 200, { ok: true, result })
}

function sendFile(world: World, path: string | undefined, response: ServerResponse): void {
  const file = [...world.files.values()].find((candidate) => candidate.path === path)
  if (!file) throw new Refusal(404, 'Not Found')
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.bytes)
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
