import { createHash } from 'node:crypto'
import type { Ids } from '../ports.ts'

/** for-chat: made by an account, sent to the bot. for-account: made by the bot, entered in an account. */
export type LinkCode = {
  readonly id: string
  readonly purpose: 'for-chat' | 'for-account'
  /** Who asked for the code: the account, or the person in the chat. */
  readonly userId: string
  /** The chat identity that asked for it. */
  readonly identityId: string | null
  /** The account that entered the bot's code and waits for a yes in the chat. */
  readonly enteredBy: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly usedAt: Date | null
}

export const linkCodeMinutes = 10

/** Crockford's 32: nothing in it looks like anything else in it. Five bits a character. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const codeBytes = 5

/** Eight characters, forty random bits. */
export function newLinkCode(ids: Ids): string {
  const bytes = Buffer.from(ids.secret(codeBytes), 'base64url')
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join('')
}

/** However it was typed: small letters, dashes, blanks, and the letters that stand for digits. */
export function hashLinkCode(typed: string): Buffer {
  const code = typed
    .slice(0, 64)
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  return createHash('sha256').update(code).digest()
}
