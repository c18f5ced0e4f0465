import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** The server's end of one WebSocket. */
export interface ServerSocket {
  sendText(text: string): void
  /** Starts the closing handshake. */
  close(): void
  /** Drops the connection without a word. */
  destroy(): void
}

const opcodes = { continuation: 0, text: 1, close: 8, ping: 9, pong: 10 }

/**
 * Answers the upgrade and reads frames: as much of RFC 6455 as a Socket Mode client uses
 * (text, fragments, ping, close; no extensions). `onEnd` comes once.
 */
export function acceptWebSocket(
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
  handlers: { onText(text: string): void; onEnd(): void },
): ServerSocket {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64')
  stream.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  let unread = Buffer.from(head)
  let fragments: Buffer[] = []
  const send = (opcode: number, payload: Buffer) => {
    if (stream.writable) stream.write(frame(opcode, payload))
  }
  const read = (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk])
    for (let next = takeFrame(unread); next; next = takeFrame(unread)) {
      unread = unread.subarray(next.size)
      if (next.opcode === opcodes.ping) send(opcodes.pong, next.payload)
      if (next.opcode === opcodes.close) {
        send(opcodes.close, next.payload)
        stream.end()
      }
      if (next.opcode > opcodes.text) continue
      fragments.push(next.payload)
      if (!next.final) continue
      const whole = Buffer.concat(fragments).toString()
      fragments = []
      handlers.onText(whole)
    }
  }
  stream.on('data', read)
  stream.on('error', () => stream.destroy())
  stream.once('close', () => handlers.onEnd())
  read(Buffer.alloc(0))
  return {
    sendText: (text) => send(opcodes.text, Buffer.from(text)),
    close: () => send(opcodes.close, Buffer.from([0x03, 0xe8])),
    destroy: () => stream.destroy(),
  }
}

/** A final, unmasked frame, as servers send them. */
function frame(opcode: number, payload: Buffer): Buffer {
  const size = payload.length
  const header = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10)
  header[0] = 0x80 | opcode
  if (size < 126) {
    header[1] = size
  } else if (size < 65_536) {
    header[1] = 126
    header.writeUInt16BE(size, 2)
  } else {
    header[1] = 127
    header.writeBigUInt64BE(BigInt(size), 2)
  }
  return Buffer.concat([header, payload])
}

interface Frame {
  final: boolean
  opcode: number
  payload: Buffer
  /** Bytes the frame takes, header included. */
  size: number
}

/** The first frame in `bytes`, unmasked; undefined while it is incomplete. */
function takeFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined
  const masked = (bytes.readUInt8(1) & 0x80) !== 0
  let length = bytes.readUInt8(1) & 0x7f
  let at = 2
  if (length === 126) {
    if (bytes.length < 4) return undefined
    length = bytes.readUInt16BE(2)
    at = 4
  } else if (length === 127) {
    if (bytes.length < 10) return undefined
    length = Number(bytes.readBigUInt64BE(2))
    at = 10
  }
  const start = at + (masked ? 4 : 0)
  if (bytes.length < start + length) return undefined
  const mask = bytes.subarray(at, start)
  const payload = Buffer.from(bytes.subarray(start, start + length))
  if (masked) for (let i = 0; i < length; i++) payload[i]! ^= mask[i % 4]!
  return {
    final: (bytes.readUInt8(0) & 0x80) !== 0,
    opcode: bytes.readUInt8(0) & 0x0f,
    payload,
    size: start + length,
  }
}
