import { createHash } from 'node:crypto'
import type { Transaction } from '../ports.ts'

export type AccountTokenPurpose = 'reset-password' | 'verify-email' | 'register'

/** A secret that is good once. */
export type AccountToken = {
  readonly purpose: AccountTokenPurpose
  /** Whose password or address it is about; `register`: the admin who invites. */
  readonly userId: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly usedAt: Date | null
}

/** The secret is in no other answer. */
export type GivenAccountToken = { readonly token: string; readonly expiresAt: Date }

const goodForMs: Readonly<Record<AccountTokenPurpose, number>> = {
  'reset-password': 30 * 60_000,
  'verify-email': 24 * 3_600_000,
  register: 7 * 24 * 3_600_000,
}

export async function giveAccountToken(
  tx: Transaction,
  purpose: AccountTokenPurpose,
  userId: string,
): Promise<GivenAccountToken> {
  const createdAt = tx.clock.now()
  const expiresAt = new Date(createdAt.getTime() + goodForMs[purpose])
  const token = tx.ids.secret(32)
  await tx.accountTokens.insert(
    { purpose, userId, createdAt, expiresAt, usedAt: null },
    hashAccountToken(token),
  )
  return { token, expiresAt }
}

/** Null for whatever is wrong with it; of two uses at once only one gets it. */
export async function spendAccountToken(
  tx: Transaction,
  purpose: AccountTokenPurpose,
  token: string,
): Promise<AccountToken | null> {
  const hash = hashAccountToken(token)
  const found = await tx.accountTokens.lock(hash)
  const now = tx.clock.now()
  if (found?.purpose !== purpose || found.usedAt || found.expiresAt <= now) return null
  await tx.accountTokens.setUsed(hash, now)
  return found
}

/** A long random secret, so one round of SHA-256 is enough to store it safely. */
function hashAccountToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
