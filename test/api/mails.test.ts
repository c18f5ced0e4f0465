import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createMailer } from '../../src/api/outbound/mailer.ts'
import { outcome, startTestApi, type TestApi, testPassword } from '../support/api.ts'
import { type ReceivedMail, type SmtpServer, startSmtpServer } from '../support/smtp-server.ts'

let server: SmtpServer
let api: TestApi

beforeAll(async () => {
  server = await startSmtpServer()
  const url = `smtp://127.0.0.1:${server.port}`
  api = await startTestApi({ mailer: createMailer(url, 'quits@example.com', { retryDelayMs: 10 }) })
})
afterAll(async () => {
  await api.close()
  await server.close()
})

const waiting = { timeout: 5_000, interval: 10 }
const tokenIn = (mail: ReceivedMail) => mail.text.split('\n\n')[2]!

const mailsTo = (username: string, subject: string) =>
  server.mails.filter(
    ({ to, headers }) => to === `${username}@example.com` && headers.includes(subject),
  )

const mailTo = (username: string, subject: string, count = 1): Promise<ReceivedMail> =>
  vi.waitFor(() => {
    const mails = mailsTo(username, subject)
    expect(mails).toHaveLength(count)
    return mails.at(-1)!
  }, waiting)

const forgot = (email: string) => api.send('POST', '/auth/forgot-password', { email })
const verify = (token: string) => api.send('POST', '/auth/verify-email', { token })

describe('a forgotten password', () => {
  it('is set anew with the token of a mail', async () => {
    const ann = await api.person('ann')
    expect(outcome(await forgot(`${ann.username.toUpperCase()}@example.com`))).toBe('204')
    const token = tokenIn(await mailTo(ann.username, 'new password'))
    const body = { token, newPassword: 'a new long password' }
    expect(outcome(await api.send('POST', '/auth/reset-password', body))).toBe('204')
    const login = { username: ann.username, password: 'a new long password' }
    expect(outcome(await api.send('POST', '/auth/login', login))).toBe('200')
    expect(api.log.join('')).not.toContain(token)
  })

  it('gets the same answer for an unknown address, and no mail', async () => {
    const ann = await api.person('ann')
    const known = await forgot(`${ann.username}@example.com`)
    await mailTo(ann.username, 'new password')
    const unknown = await forgot('stranger@example.com')
    expect([unknown.statusCode, unknown.body]).toEqual([known.statusCode, known.body])
    const other = await api.person('other')
    await mailTo(other.username, 'your address')
    expect(mailsTo('stranger', '')).toEqual([])
  })

  it('is not our worry when the mail server says no', async () => {
    const ann = await api.person('ann')
    await mailTo(ann.username, 'your address')
    server.refuse('550 nobody here')
    expect(outcome(await forgot(`${ann.username}@example.com`))).toBe('204')
    await vi.waitFor(() => expect(api.log.join('')).toContain('background work failed'), waiting)
  })
})

describe('an address', () => {
  it('is verified by the mail that registration sends', async () => {
    const ann = await api.person('ann')
    expect((await ann.send('GET', '/users/me')).json().emailVerifiedAt).toBeNull()
    const token = tokenIn(await mailTo(ann.username, 'your address'))
    expect(outcome(await verify(token))).toBe('204')
    expect((await ann.send('GET', '/users/me')).json().emailVerifiedAt).not.toBeNull()
    expect(outcome(await verify(token))).toBe('422 verify-token-refused')
    const again = await ann.send('POST', '/auth/verify-email/resend')
    expect(outcome(again)).toBe('409 already-verified')
  })

  it('that changes is unverified again, and the old mail proves nothing', async () => {
    const ann = await api.person('ann')
    const first = tokenIn(await mailTo(ann.username, 'your address'))
    const moved = `moved-${ann.username}`
    await ann.send('PUT', '/users/me', { email: `${moved}@example.com` })
    expect(outcome(await verify(first))).toBe('422 verify-token-refused')
    expect(outcome(await ann.send('POST', '/auth/verify-email/resend'))).toBe('204')
    expect(outcome(await verify(tokenIn(await mailTo(moved, 'your address'))))).toBe('204')
    const back = await ann.send('PUT', '/users/me', { email: `${ann.username}@example.com` })
    expect(back.json().emailVerifiedAt).toBeNull()
  })
})

it('without a mail server, an admin has to help', async () => {
  const mute = await startTestApi()
  const body = { username: 'ann', email: 'ann@example.com', password: testPassword }
  const { accessToken } = (await mute.send('POST', '/auth/register', body)).json()
  const bearer = { authorization: `Bearer ${accessToken}` }
  const { email } = body
  expect(outcome(await mute.send('POST', '/auth/forgot-password', { email }))).toBe('409 no-mail')
  const resent = await mute.send('POST', '/auth/verify-email/resend', undefined, bearer)
  expect(outcome(resent)).toBe('409 no-mail')
  await mute.close()
})
