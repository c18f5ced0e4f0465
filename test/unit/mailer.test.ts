import { afterEach, beforeEach, expect, it } from 'vitest'
import { createMailer } from '../../src/api/outbound/mailer.ts'
import { type SmtpServer, startSmtpServer } from '../support/smtp-server.ts'

let server: SmtpServer
beforeEach(async () => {
  server = await startSmtpServer()
})
afterEach(() => server.close())

const mail = {
  to: 'ann@bücher.example',
  subject: 'Hello',
  text: `Grüße\n\n.\n${'long '.repeat(99)}`,
}
const mailer = (credentials = '') =>
  createMailer(`smtp://${credentials}127.0.0.1:${server.port}`, 'quits@example.com', {
    timeoutMs: 500,
    retryDelayMs: 10,
  })

it('hands a mail over, whatever its text', async () => {
  await mailer().send(mail)
  expect(server.mails).toEqual([
    {
      from: 'quits@example.com',
      to: 'ann@xn--bcher-kva.example',
      headers: expect.stringContaining('\nSubject: Hello\n'),
      text: mail.text,
    },
  ])
})

it('logs in where it has a name and a password', async () => {
  await mailer('us%40er:pass%20word@').send(mail)
  const secret = Buffer.from('\0us@er\0pass word').toString('base64')
  expect(server.lines).toContain(`AUTH PLAIN ${secret}`)
})

it.each(['451 later', 'hang up', 'say nothing'])('tries once more after "%s"', async (reply) => {
  server.refuse(reply)
  await mailer().send(mail)
  expect(server.mails).toHaveLength(1)
})

it('gives up after the second time', async () => {
  server.refuse('451 later', '451 later')
  await expect(mailer().send(mail)).rejects.toThrow('451 later')
  expect(server.mails).toEqual([])
})

it('takes a final no for an answer', async () => {
  server.refuse('550 nobody here')
  await expect(mailer().send(mail)).rejects.toThrow('550 nobody here')
  expect(server.lines.filter((line) => line.startsWith('RCPT'))).toHaveLength(1)
})

it('fails when nobody listens', async () => {
  const nobody = createMailer('smtp://127.0.0.1:1', 'quits@example.com', { retryDelayMs: 10 })
  await expect(nobody.send(mail)).rejects.toThrow('ECONNREFUSED')
})
