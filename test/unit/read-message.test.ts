import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { toDecimal } from '../../src/domain/money/money.ts'
import type { Intent, ReadingContext } from '../../src/domain/parsing/intent.ts'
import { readMessage } from '../../src/domain/parsing/read-message.ts'
import { law } from '../support/laws.ts'

const context = (changes: Partial<ReadingContext> = {}): ReadingContext => ({
  isPrivate: true,
  addressed: true,
  locale: 'en-US',
  defaultCurrency: parseCurrency('EUR'),
  members: [
    { userId: 'ann', names: ['Ann Lee', 'Ann'] },
    { userId: 'bob', names: ['Bob'] },
    { userId: 'zoe', names: ['Zoë'] },
  ],
  mentions: [],
  ...changes,
})

const inGroup = context({ isPrivate: false })
const overheard = context({ isPrivate: false, addressed: false })

/** "12.00 EUR lunch", "90.00 EUR dinner / member:ann handle:kim", "missing-amount" … */
function brief(intent: Intent): string {
  switch (intent.type) {
    case 'expense':
      return `${toDecimal(intent.amount)} ${intent.amount.currency} ${intent.description}`.trim()
    case 'split': {
      const people =
        intent.people === 'everyone'
          ? 'everyone'
          : intent.people.map((ref) => `${ref.kind}:${Object.values(ref)[1]}`).join(' ')
      return `${toDecimal(intent.amount)} ${intent.amount.currency} ${intent.description} / ${people}`
    }
    case 'unclear':
      return intent.problem
    default:
      return intent.type
  }
}

const read = (text: string, where = context()): string => brief(readMessage(text, where))

describe('spending', () => {
  it.each([
    ['/spent 12 lunch', '12.00 EUR lunch'],
    ['12 lunch', '12.00 EUR lunch'],
    ['lunch 12', '12.00 EUR lunch'],
    ['lunch for 12', '12.00 EUR lunch'],
    ['spent 12 on lunch', '12.00 EUR lunch'],
    ['/spent@quits_bot 12.50 lunch', '12.50 EUR lunch'],
    ['/SPENT 12 lunch', '12.00 EUR lunch'],
    ['€12.50 lunch', '12.50 EUR lunch'],
    ['12.50€ lunch', '12.50 EUR lunch'],
    ['12 USD taxi', '12.00 USD taxi'],
    ['USD 12 taxi', '12.00 USD taxi'],
    ['$12 taxi', '12.00 USD taxi'],
    ['1,234.56 rent', '1234.56 EUR rent'],
    ['1.234,56 rent', '1234.56 EUR rent'],
    ['1,234 rent', '1234.00 EUR rent'],
    ["15'300 rent", '15300.00 EUR rent'],
    ['7,50 coffee', '7.50 EUR coffee'],
    ['¥1200 ramen', '1200 JPY ramen'],
    ['1.234 KWD tea', '1.234 KWD tea'],
    ['-8 returned shoes', '-8.00 EUR returned shoes'],
    ['3 coffees 7.50', 'several-amounts'],
    ['coffee 3 cakes 4', 'several-amounts'],
    ['/spent lunch', 'missing-amount'],
    ['12.345 lunch', 'bad-amount'],
    ['1e309 lunch', 'missing-amount'],
    ['12', '12.00 EUR'],
  ])('%s → %s', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  it('reads one separator before three digits by the locale', () => {
    expect(read('1.500 rent', context({ locale: 'de-DE' }))).toBe('1500.00 EUR rent')
    expect(read('1,500 rent', context({ locale: 'de-DE' }))).toBe('bad-amount')
    expect(read('1,500 rent')).toBe('1500.00 EUR rent')
  })
})

describe('splitting', () => {
  it.each([
    ['/split 90 dinner @ann @bob', '90.00 EUR dinner / handle:ann handle:bob'],
    ['/split 90 dinner with ann and bob', '90.00 EUR dinner / member:ann member:bob'],
    ['split 90 dinner with Zoe', '90.00 EUR dinner / member:zoe'],
    ['/split 90 dinner with @kim and me', '90.00 EUR dinner / handle:kim'],
    ['/split 90 dinner with everyone', '90.00 EUR dinner / everyone'],
    ['/split 90 dinner', '90.00 EUR dinner / everyone'],
    ['/split 90 dinner with carl', 'unknown-name'],
    ['/split dinner @ann', 'missing-amount'],
  ])('%s → %s', (text, expected) => {
    expect(read(text, inGroup)).toBe(expected)
  })

  it('asks with whom in private, where there is nobody else', () => {
    expect(read('/split 90 dinner')).toBe('missing-people')
  })

  it('takes mentions by their place, so that a name with spaces is one person', () => {
    const text = '/split 90 dinner Ann Lee Junior'
    const mentions = [{ start: 17, end: text.length, handle: null }]
    expect(read(text, context({ isPrivate: false, mentions }))).toBe('90.00 EUR dinner / mention:0')
  })
})

describe('talk that is not for us', () => {
  it.each(['12 lunch', 'see you at 12', 'split in spring', 'help!', 'balance'])(
    '%s is left alone',
    (text) => {
      expect(read(text, overheard)).toBe('none')
    },
  )

  it("another bot's command in a group is left alone, in private it is answered", () => {
    expect(read('/weather', inGroup)).toBe('none')
    expect(read('/weather')).toBe('unknown-command')
  })
})

describe('whatever is typed', () => {
  it('never throws and reads the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(readMessage(text, inGroup)).toEqual(readMessage(text, inGroup))
      }),
      law,
    )
  })

  it('never records a number that was not written', () => {
    const word = fc.stringMatching(/^[a-z]{4,8}$/)
    fc.assert(
      fc.property(fc.nat({ max: 999_999 }), word, (amount, label) => {
        const intent = readMessage(`/spent ${amount} ${label}`, context())
        if (intent.type === 'expense') expect(toDecimal(intent.amount)).toBe(`${amount}.00`)
        else expect(intent).toMatchObject({ type: 'unclear' })
      }),
      law,
    )
  })

  it('reads 4,000 hostile characters at once', () => {
    for (const text of [
      '1 '.repeat(2000),
      '1,'.repeat(2000),
      '@a '.repeat(1333),
      '('.repeat(4000),
    ]) {
      const started = performance.now()
      readMessage(text.slice(0, 2000), inGroup)
      expect(performance.now() - started).toBeLessThan(1000)
    }
  })
})
