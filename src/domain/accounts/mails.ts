import type { Mail } from './account-ports.ts'

/** The words of the mails; they name nobody, for the address may be somebody else's. */
export function resetMail(to: string, token: string): Mail {
  return {
    to,
    subject: 'A new password for Quits',
    text: [
      'Somebody asked for a new password for the Quits account with this address.',
      'Was it you? This token sets one, once, within 30 minutes:',
      token,
      'Was it not you? Then nothing has to be done: without the token the password stays.',
    ].join('\n\n'),
  }
}

export function verificationMail(to: string, token: string): Mail {
  return {
    to,
    subject: 'Is this your address?',
    text: [
      'An account at Quits was made with this address, or changed to it.',
      'Is it yours? This token says so, once, within a day:',
      token,
      'Is it not? Then nothing has to be done.',
    ].join('\n\n'),
  }
}
