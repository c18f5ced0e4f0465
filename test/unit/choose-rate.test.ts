import { describe, expect, it } from 'vitest'
import { chooseRate, type KnownRate } from '../../src/domain/money/choose-rate.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import type { CalendarDate } from '../../src/domain/time/calendar-date.ts'

/** "EUR/USD 1.1 20 ecb" of November 2026; a star at the end means typed by the person. */
const known = (text: string): KnownRate => {
  const [pair = '', rate = '', day = '', source = ''] = text.split(' ')
  const [base = '', quote = ''] = pair.split('/')
  return {
    base: parseCurrency(base),
    quote: parseCurrency(quote),
    rate,
    on: `2026-11-${day}` as CalendarDate,
    source: source.replace('*', ''),
    ownerId: source.endsWith('*') ? 'ann' : null,
  }
}

const choose = (from: string, to: string, ...rates: string[]): string => {
  const chosen = chooseRate(rates.map(known), parseCurrency(from), parseCurrency(to), [
    parseCurrency('EUR'),
  ])
  return chosen ? `${chosen.rate} ${chosen.on.slice(-2)} ${chosen.source}` : 'none'
}

describe('choosing a rate', () => {
  it('takes the pair itself, else its inverse', () => {
    expect(choose('EUR', 'USD', 'EUR/USD 1.25 20 ecb')).toBe('1.25 20 ecb')
    expect(choose('USD', 'EUR', 'EUR/USD 1.25 20 ecb')).toBe('0.8 20 ecb')
    expect(choose('USD', 'EUR', 'EUR/USD 1.25 20 ecb', 'USD/EUR 0.81 20 bank')).toBe('0.81 20 bank')
  })

  it('goes by way of the euro, as old as the older half', () => {
    const halves = ['EUR/USD 1.25 20 ecb', 'EUR/GBP 0.9 18 ecb']
    expect(choose('USD', 'GBP', ...halves)).toBe('0.72 18 ecb')
    expect(choose('USD', 'GBP', halves[0]!, 'EUR/GBP 0.9 18 bank')).toBe('0.72 18 ecb+bank')
    expect(choose('USD', 'GBP', halves[0]!)).toBe('none')
  })

  it('rounds once on the way by the euro', () => {
    expect(choose('GBP', 'USD', 'EUR/GBP 0.9 20 ecb', 'EUR/USD 1.5 20 ecb')).toBe(
      '1.66666666667 20 ecb',
    )
  })

  it('takes the newest, whichever way it comes', () => {
    const halves = ['EUR/USD 1.25 20 ecb', 'EUR/GBP 0.9 20 ecb']
    expect(choose('USD', 'GBP', 'USD/GBP 0.7 19 bank', ...halves)).toBe('0.72 20 ecb')
    expect(choose('USD', 'GBP', 'USD/GBP 0.7 20 bank', ...halves)).toBe('0.7 20 bank')
    expect(choose('EUR', 'USD', 'EUR/USD 1.1 18 ecb', 'EUR/USD 1.2 19 ecb')).toBe('1.2 19 ecb')
  })

  it('prefers what the person typed, in either direction, to a newer one', () => {
    const rates = ['EUR/USD 1.25 20 ecb', 'USD/EUR 0.5 15 manual*']
    expect(choose('EUR', 'USD', ...rates)).toBe('2 15 manual')
    expect(choose('USD', 'EUR', ...rates)).toBe('0.5 15 manual')
  })

  it('has none without any, never 1', () => {
    expect(choose('EUR', 'USD')).toBe('none')
    expect(choose('USD', 'GBP', 'EUR/USD 1000000 20 ecb', 'EUR/GBP 0.0001 20 ecb')).toBe('none')
  })
})
