import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import type { PasswordHasher } from '../../domain/accounts/account-ports.ts'
import { DomainError } from '../../domain/errors.ts'

/** OWASP's figures for argon2id, the library's default algorithm; `memoryCost` is in KiB. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** So many may wait for each one that runs; a hash takes some 20 ms, so nobody waits a second. */
const waitingPerRunning = 32

/** Leaves one core to everything else, and refuses work it could not do soon. */
export function createPasswordHasher(
  parallel = Math.max(1, availableParallelism() - 1),
): PasswordHasher {
  const inTurn = limitParallel(parallel, parallel * waitingPerRunning)
  let dummy: Promise<string> | null = null
  return {
    hash: (password) => inTurn(() => hash(password, cost)),
    verify: (stored, password) =>
      inTurn(async () => {
        dummy ??= hash('nobody has this password', cost)
        const matches = await verify(stored ?? (await dummy), password)
        return stored !== null && matches
      }),
  }
}

function limitParallel(parallel: number, most: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= parallel) {
      if (waiting.length >= most) throw tooMany()
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}

function tooMany(): DomainError {
  return new DomainError(
    'too-many',
    'too-many-logins',
    'Too many people are logging in at this moment. Try again in a few seconds.',
    { retryAfterSeconds: 2 },
  )
}
