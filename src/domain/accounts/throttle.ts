import { createHash } from 'node:crypto'
import { DomainError } from '../errors.ts'
import type { Throttles } from './account-ports.ts'
import { loginKey } from './register.ts'

/** What can be tried again and again until it is right, or until it costs us too much. */
export type ThrottledAction =
  | 'log-in'
  | 'refresh'
  | 'register'
  | 'password'
  | 'reset'
  | 'verify'
  | 'link-code'

export type Attempt = {
  readonly action: ThrottledAction
  /** A username, an address or a user's id, whether there is such a user or not. */
  readonly account: string | null
  /** Where it comes from, on the network. */
  readonly address: string
}

const windowSeconds = 60

/**
 * Counts the attempt and throws `too-many-attempts` when it is one too many for its account or its
 * address. A right password is refused as well: else trying would go on to the right one.
 * `mostPerMinute` 0 switches it off.
 */
export async function requireFewAttempts(
  throttles: Throttles,
  mostPerMinute: number,
  { action, account, address }: Attempt,
): Promise<void> {
  if (mostPerMinute === 0) return
  const keys = [hash(action, 'address', address)]
  if (account !== null) keys.push(hash(action, 'account', loginKey(account)))
  const counts = await throttles.count(keys, windowSeconds)
  const waits = counts
    .filter(({ attempts }) => attempts > mostPerMinute)
    .map(({ secondsLeft }) => secondsLeft)
  if (waits.length === 0) return
  const retryAfterSeconds = Math.max(1, Math.ceil(Math.max(...waits)))
  throw new DomainError(
    'too-many',
    'too-many-attempts',
    `Too many attempts. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  )
}

function hash(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(parts.join('\n')).digest()
}
