import { describe, expect, it } from 'vitest'
import { isCommonPassword } from '../../src/domain/accounts/common-passwords.ts'

describe('a common password', () => {
  it.each(['password', '12345678', 'PASSWORD', 'Password1', 'iloveyou', 'qwertyuiop', '11111111'])(
    'is %s',
    (password) => {
      expect(isCommonPassword(password)).toBe(true)
    },
  )

  it.each(['correct horse battery', 'password ', 'passwörd', 'a new long password', ''])(
    'is not "%s"',
    (password) => {
      expect(isCommonPassword(password)).toBe(false)
    },
  )
})
