import { expect, it } from 'vitest'
import { memoize } from '../../src/domain/memoize.ts'

it('makes each result once and forgets the oldest beyond its capacity', () => {
  const made: string[] = []
  const pair = memoize(2, (left: string, right: string) => {
    made.push(left + right)
    return { left, right }
  })
  const first = pair('a', '1')
  expect(pair('a', '1')).toBe(first)
  pair('b', '2')
  pair('c', '3')
  expect(pair('a', '1')).not.toBe(first)
  expect(made).toEqual(['a1', 'b2', 'c3', 'a1'])
})
