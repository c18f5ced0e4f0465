import { connect, type Socket } from 'node:net'

export type Call = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly token?: string
  readonly body?: unknown
  readonly idempotencyKey?: string
}

export type LoadResult = {
  readonly requests: number
  readonly seconds: number
  /** Sorted. */
  readonly latenciesMs: readonly number[]
}

type Load = {
  readonly port: number
  readonly connections: number
  readonly durationMs: number
  readonly expectedStatus: number
  /** The next request of this connection. */
  next(connection: number): Call
}

/**
 * Keeps so many connections busy, each with one request at a time. Written on sockets because the
 * generator shares its cores with what it measures. Rejects on any answer that was not expected.
 */
export async function applyLoad(load: Load): Promise<LoadResult> {
  const latenciesMs: number[] = []
  const start = performance.now()
  const end = start + load.durationMs
  await Promise.all(
    Array.from({ length: load.connections }, (_, index) => {
      return keepBusy(load, index, end, (latencyMs) => latenciesMs.push(latencyMs))
    }),
  )
  const seconds = (performance.now() - start) / 1000
  return { requests: latenciesMs.length, seconds, latenciesMs: latenciesMs.sort((a, b) => a - b) }
}

/** One request, and its answer as JSON. */
export async function call(
  port: number,
  request: Call,
): Promise<{ status: number; body: unknown }> {
  const socket = connect(port, '127.0.0.1')
  try {
    const answer = await exchange(socket, encode(request))
    return { status: answer.status, body: JSON.parse(answer.text || 'null') }
  } finally {
    socket.destroy()
  }
}

async function keepBusy(
  load: Load,
  index: number,
  end: number,
  record: (latencyMs: number) => void,
): Promise<void> {
  const socket = connect(load.port, '127.0.0.1')
  socket.setNoDelay(true)
  try {
    while (performance.now() < end) {
      const request = encode(load.next(index))
      const sentAt = performance.now()
      const { status, text } = await exchange(socket, request)
      record(performance.now() - sentAt)
      if (status !== load.expectedStatus) throw new Error(`answered ${status}: ${text}`)
    }
  } finally {
    socket.destroy()
  }
}

function encode({ method, path, token, body, idempotencyKey }: Call): string {
  const text = body === undefined ? '' : JSON.stringify(body)
  const headers = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...(token ? [`authorization: Bearer ${token}`] : []),
    ...(idempotencyKey ? [`idempotency-key: ${idempotencyKey}`] : []),
    ...(text
      ? ['content-type: application/json', `content-length: ${Buffer.byteLength(text)}`]
      : []),
  ]
  return `${headers.join('\r\n')}\r\n\r\n${text}`
}

type Answer = { readonly status: number; readonly text: string }

function exchange(socket: Socket, request: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    let needed = Number.POSITIVE_INFINITY
    let bodyStart = 0
    const finish = (settle: () => void): void => {
      socket.off('data', onData).off('error', onEnd).off('close', onEnd)
      settle()
    }
    const onEnd = (): void => finish(() => reject(new Error('the server closed a connection')))
    const onData = (chunk: Buffer): void => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      if (needed === Number.POSITIVE_INFINITY) {
        const headEnd = received.indexOf('\r\n\r\n')
        if (headEnd < 0) return
        bodyStart = headEnd + 4
        needed = bodyStart + lengthIn(received.toString('latin1', 0, headEnd))
      }
      if (received.length < needed) return
      const status = Number(received.toString('latin1', 9, 12))
      finish(() => resolve({ status, text: received.toString('utf8', bodyStart) }))
    }
    socket.on('data', onData).on('error', onEnd).on('close', onEnd)
    socket.write(request)
  })
}

function lengthIn(head: string): number {
  const match = /\r\ncontent-length: (\d+)/i.exec(head)
  if (!match) throw new Error('an answer came without a length')
  return Number(match[1])
}
