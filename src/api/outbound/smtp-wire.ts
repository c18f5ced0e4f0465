import { once } from 'node:events'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** What a mail server answered when it would not; 5xx is its last word, 4xx a "not now". */
export class SmtpRefusal extends Error {
  readonly isFinal: boolean

  constructor(reply: string) {
    super(`the mail server answered ${reply.slice(0, 200)}`)
    this.name = 'SmtpRefusal'
    this.isFinal = reply.startsWith('5')
  }
}

/** One command at a time, as RFC 5321 §4.2 has it: a reply is lines of which the last has no dash. */
export type SmtpWire = {
  readonly isEncrypted: boolean
  /** Null: only waits, as for the greeting. Throws SmtpRefusal unless the reply begins so. */
  say(line: string | null, expected: '2' | '3'): Promise<string>
  encrypt(url: URL): Promise<SmtpWire>
  close(): void
}

export async function openWire(url: URL, signal: AbortSignal): Promise<SmtpWire> {
  const isEncrypted = url.protocol === 'smtps:'
  const host = hostOf(url)
  const port = Number(url.port || (isEncrypted ? 465 : 587))
  const socket = isEncrypted
    ? connectTls({ host, port, ...serverName(host) })
    : connectPlain({ host, port })
  await established(socket, isEncrypted ? 'secureConnect' : 'connect', signal)
  return wireOn(socket, isEncrypted, signal)
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/** TLS names hosts only; the certificate is held against an address all the same. */
const serverName = (host: string) => (isIP(host) ? {} : { servername: host })

async function established(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  signal.addEventListener('abort', () => socket.destroy(signal.reason as Error), { once: true })
  await once(socket, event, { signal })
}

function wireOn(socket: Socket, isEncrypted: boolean, signal: AbortSignal): SmtpWire {
  let text = ''
  let failure: Error | null = null
  let wake = () => {}
  const onData = (chunk: Buffer) => {
    text += chunk.toString('latin1')
    wake()
  }
  const onEnd = (error?: Error) => {
    failure ??= error instanceof Error ? error : new Error('the mail server hung up')
    wake()
  }
  socket
    .on('data', onData)
    .on('error', onEnd)
    .on('close', () => onEnd())

  const reply = async (): Promise<string> => {
    for (;;) {
      const whole = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r?\n/.exec(text)?.[0]
      if (whole !== undefined) {
        text = text.slice(whole.length)
        return whole
      }
      if (failure) throw failure
      if (text.length > 65_536) throw new Error('the mail server talks without end')
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    isEncrypted,
    async say(line, expected) {
      if (line !== null) socket.write(`${line}\r\n`)
      const answer = await reply()
      if (!answer.startsWith(expected)) throw new SmtpRefusal(answer)
      return answer
    },
    async encrypt(url) {
      socket.removeAllListeners('data')
      // What came before the handshake is nobody's word.
      text = ''
      const secure = connectTls({ socket, host: hostOf(url), ...serverName(hostOf(url)) })
      await established(secure, 'secureConnect', signal)
      return wireOn(secure, true, signal)
    },
    close: () => socket.destroy(),
  }
}
