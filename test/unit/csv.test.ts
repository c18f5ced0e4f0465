import { describe, expect, it } from 'vitest'
import { csvCell, csvLine } from '../../src/api/csv.ts'

describe('a cell', () => {
  it.each([
    ['Lunch', 'Lunch'],
    ['', ''],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['+49 30', "'+49 30"],
    ['-cmd', "'-cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['＝1', "'＝1"],
    ['=a,"b"', '"\'=a,""b"""'],
    ['-12.50', '-12.50'],
    ['12', '12'],
    ['-1+1', "'-1+1"],
  ])('of %j is %j', (text, cell) => {
    expect(csvCell(text)).toBe(cell)
  })
})

it('ends a line with CRLF', () => {
  expect(csvLine(['a', 'b,c'])).toBe('a,"b,c"\r\n')
})
