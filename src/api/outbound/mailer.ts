import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import type { Mail, Mailer } from '../../domain/accounts/account-ports.ts'

export type MailerOptions = {
  readonly timeoutMs?: number
  readonly retryDelayMs?: number
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * Sends by SMTP: `smtp://` with STARTTLS where the server has it, `smtps://` encrypted from the start.
 * A password never travels unencrypted beyond this machine. Tries again once, but not after a refusal
 * that is final.
 */
export function createMailer(
  address: string,
  from: string,
  { timeoutMs = 10_000, retryDelayMs = 1_000 }: MailerOptions = {},
): Mailer {
  const url = new URL(address)
  const isSecure = url.protocol === 'smtps:'
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (isSecure ? 465 : 587),
    secure: isSecure,
    requireTLS: !isSecure && url.username !== '' && !loopback.test(url.hostname),
    ...(url.username
      ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
      : {}),
    // A plain server on this machine has no certificate that anybody signed.
    ...(loopback.test(url.hostname) ? { tls: { rejectUnauthorized: false } } : {}),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const attempt = ({ to, subject, text }: Mail) =>
    transport.sendMail({
      from: { name: 'Quits', address: from },
      to,
      subject,
      text,
      textEncoding: 'base64',
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
  return {
    async send(mail) {
      try {
        await attempt(mail)
      } catch (error) {
        if (isFinal(error)) throw error
        await sleep(retryDelayMs)
        await attempt(mail)
      }
    },
  }
}

/** RFC 5321 §4.2.1: a reply that begins with 5 will be the same the next time. */
function isFinal(error: unknown): boolean {
  const { responseCode } = error as { responseCode?: number }
  return responseCode !== undefined && responseCode >= 500
}
