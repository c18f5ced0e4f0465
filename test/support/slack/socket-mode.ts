import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { acceptWebSocket, type ServerSocket } from './websocket.ts'
import { isJson, type Json, randomId } from './wire.ts'
import type { Workspace } from './workspace.ts'

/** Slack's end of Socket Mode: tickets, connections, envelopes and their acknowledgements. */
export class SocketMode {
  readonly #workspace: Workspace
  readonly #tickets = new Set<string>()
  readonly #open = new Set<ServerSocket>()
  readonly #awaited = new Map<string, (payload: Json) => void>()

  constructor(workspace: Workspace) {
    this.#workspace = workspace
  }

  get connections(): number {
    return this.#open.size
  }

  /** The query of a WebSocket address that works once, as `apps.connections.open` gives it. */
  newTicket(): string {
    const ticket = randomId('ticket')
    this.#tickets.add(ticket)
    return ticket
  }

  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://fake').searchParams.get('ticket') ?? ''
    if (!this.#tickets.delete(ticket)) {
      stream.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const socket = acceptWebSocket(request, stream, head, {
      onText: (text) => this.#acknowledged(text),
      onEnd: () => {
        this.#open.delete(socket)
        this.#workspace.changed()
      },
    })
    this.#open.add(socket)
    const { appId } = this.#workspace.app
    socket.sendText(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#open.size,
        connection_info: { app_id: appId },
        debug_info: { host: 'applink-fake', approximate_connection_time: 18_060 },
      }),
    )
    this.#workspace.changed()
  }

  /**
   * Sends one envelope over one connection and resolves with the acknowledged payload;
   * undefined when none came within `timeoutMs`. Throws when no app is connected.
   */
  send(envelope: Json, timeoutMs: number): Promise<Json | undefined> {
    const socket = [...this.#open].at(-1)
    if (!socket) throw new Error('no app is connected over Socket Mode')
    const envelopeId = crypto.randomUUID()
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#awaited.delete(envelopeId)
        resolve(undefined)
      }, timeoutMs)
      this.#awaited.set(envelopeId, (payload) => {
        clearTimeout(timer)
        resolve(payload)
      })
      socket.sendText(JSON.stringify({ envelope_id: envelopeId, ...envelope }))
    })
  }

  /** Asks every connection to reconnect, as Slack does every few hours. */
  refresh(): void {
    const { appId } = this.#workspace.app
    for (const socket of this.#open) {
      const debug_info = { host: 'applink-fake' }
      socket.sendText(
        JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info, appId }),
      )
    }
  }

  close(): void {
    for (const socket of this.#open) socket.destroy()
  }

  #acknowledged(text: string): void {
    const message: unknown = JSON.parse(text)
    if (!isJson(message) || typeof message.envelope_id !== 'string') return
    const resolve = this.#awaited.get(message.envelope_id)
    this.#awaited.delete(message.envelope_id)
    resolve?.(isJson(message.payload) ? message.payload : {})
  }
}
