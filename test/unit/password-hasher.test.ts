import { describe, expect, it } from 'vitest'
import { createPasswordHasher } from '../../src/api/outbound/password-hasher.ts'
import { DomainError } from '../../src/domain/errors.ts'

describe('the password hasher', () => {
  it('knows the password it hashed, to the last character', async () => {
    const hasher = createPasswordHasher()
    const password = `${'a'.repeat(255)} `
    const hash = await hasher.hash(password)
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await hasher.verify(hash, password)).toBe(true)
    expect(await hasher.verify(hash, password.trimEnd())).toBe(false)
  })

  it('salts: the same password has another hash each time', async () => {
    const hasher = createPasswordHasher()
    expect(await hasher.hash('one password')).not.toBe(await hasher.hash('one password'))
  })

  it('never matches where there is no hash, and does the same work', async () => {
    const hasher = createPasswordHasher()
    const hash = await hasher.hash('a password')
    await hasher.verify(null, 'warm up')
    const time = async (stored: string | null) => {
      const started = performance.now()
      for (let i = 0; i < 5; i += 1) expect(await hasher.verify(stored, 'wrong')).toBe(false)
      return performance.now() - started
    }
    const [wrong, missing] = [await time(hash), await time(null)]
    expect(missing).toBeGreaterThan(wrong / 4)
    expect(await hasher.verify(null, 'nobody has this password')).toBe(false)
  })

  it('refuses what it could not do soon', async () => {
    const hasher = createPasswordHasher(1)
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) => hasher.hash(`password ${i}`)),
    )
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(7)
    expect(refused[0]?.reason).toBeInstanceOf(DomainError)
    expect(refused[0]?.reason).toMatchObject({ kind: 'too-many', code: 'too-many-logins' })
    expect(await hasher.verify(await hasher.hash('later'), 'later')).toBe(true)
  })
})
