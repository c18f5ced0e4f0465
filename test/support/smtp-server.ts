import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export type ReceivedMail = {
  readonly from: string
  readonly to: string
  readonly headers: string
  readonly text: string
}

export type SmtpServer = {
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** Every line that came in, but for the mails' own. */
  readonly lines: readonly string[]
  /** The next recipients are refused with these replies; "hang up" and "say nothing" are no replies. */
  refuse(...replies: string[]): void
  close(): Promise<void>
}

/** A mail server that keeps what it gets, as far as our mailer talks to one. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = []
  const lines: string[] = []
  const refusals: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let rest = ''
    let envelope = { from: '', to: '' }
    let message: string[] | null = null
    const answer = (line: string): void => {
      if (message) {
        if (line !== '.') return void message.push(line)
        mails.push({ ...envelope, ...readMessage(message) })
        message = null
        return void socket.write('250 kept\r\n')
      }
      lines.push(line)
      const verb = line.split(/[ :]/, 1)[0]!.toUpperCase()
      const address = /<(.*)>/.exec(line)?.[1] ?? ''
      if (verb === 'EHLO') return void socket.write('250-test\r\n250 AUTH PLAIN\r\n')
      if (verb === 'DATA') message = []
      if (verb === 'MAIL') envelope = { from: address, to: '' }
      if (verb === 'RCPT') {
        envelope = { ...envelope, to: address }
        const refusal = refusals.shift()
        if (refusal === 'hang up') return void socket.destroy()
        if (refusal === 'say nothing') return
        if (refusal !== undefined) return void socket.write(`${refusal}\r\n`)
      }
      socket.write(verb === 'DATA' ? '354 go on\r\n' : '250 well\r\n')
    }
    socket.write('220 test\r\n')
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      const parts = (rest + chunk.toString()).split('\r\n')
      rest = parts.pop()!
      for (const line of parts) answer(line)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    lines,
    refuse: (...replies) => refusals.push(...replies),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function readMessage(lines: readonly string[]): { headers: string; text: string } {
  const [headers = '', ...body] = lines.join('\n').split('\n\n')
  const text = body.join('\n\n')
  const isBase64 = /^content-transfer-encoding: base64$/im.test(headers)
  return { headers, text: isBase64 ? Buffer.from(text, 'base64').toString() : text }
}
