import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { domainToASCII } from 'node:url'
import type { Mail, Mailer } from '../../domain/ports.ts'
import { openWire, SmtpRefusal, type SmtpWire } from './smtp-wire.ts'

export type MailerOptions = {
  readonly timeoutMs?: number
  readonly retryDelayMs?: number
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * Sends by SMTP: `smtp://` with STARTTLS where the server has it, `smtps://` encrypted from the start.
 * Tries again once, but not after a refusal that is final.
 */
export function createMailer(
  address: string,
  from: string,
  { timeoutMs = 10_000, retryDelayMs = 1_000 }: MailerOptions = {},
): Mailer {
  const url = new URL(address)
  const attempt = (mail: Mail) => deliver(url, from, mail, AbortSignal.timeout(timeoutMs))
  return {
    async send(mail) {
      try {
        await attempt(mail)
      } catch (error) {
        if (error instanceof SmtpRefusal && error.isFinal) throw error
        await sleep(retryDelayMs)
        await attempt(mail)
      }
    },
  }
}

async function deliver(url: URL, from: string, mail: Mail, signal: AbortSignal): Promise<void> {
  let wire = await openWire(url, signal)
  try {
    const domain = from.slice(from.lastIndexOf('@') + 1)
    await wire.say(null, '2')
    let abilities = await wire.say(`EHLO ${domain}`, '2')
    if (!wire.isEncrypted && /STARTTLS/i.test(abilities)) {
      await wire.say('STARTTLS', '2')
      wire = await wire.encrypt(url)
      abilities = await wire.say(`EHLO ${domain}`, '2')
    }
    if (url.username) await logIn(wire, url)
    const to = asciiDomain(mail.to)
    const isInternational = /[^\x20-\x7e]/.test(to)
    await wire.say(`MAIL FROM:<${from}>${isInternational ? ' SMTPUTF8' : ''}`, '2')
    await wire.say(`RCPT TO:<${to}>`, '2')
    await wire.say('DATA', '3')
    await wire.say(`${messageOf(mail, from, to)}\r\n.`, '2')
  } finally {
    wire.close()
  }
}

async function logIn(wire: SmtpWire, url: URL): Promise<void> {
  if (!wire.isEncrypted && !loopback.test(url.hostname)) {
    throw new Error('the mail server offers no encryption, so it does not get the password')
  }
  const [user, password] = [url.username, url.password].map(decodeURIComponent)
  const secret = Buffer.from(`\0${user}\0${password}`).toString('base64')
  await wire.say(`AUTH PLAIN ${secret}`, '2')
}

function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}`
}

/** Base64 needs no escaping of dots and keeps lines short, whatever the text. */
function messageOf({ subject, text }: Mail, from: string, to: string): string {
  const domain = from.slice(from.lastIndexOf('@') + 1)
  const body =
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  return [
    `From: Quits <${from}>`,
    `To: <${to}>`,
    `Subject: ${subject}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@${domain}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...body,
  ].join('\r\n')
}
