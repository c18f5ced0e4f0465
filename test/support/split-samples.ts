import type { SplitInput } from '../../src/domain/expenses/split.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import { type Money, parseDecimal, toDecimal } from '../../src/domain/money/money.ts'

export const usd = parseCurrency('USD')
export const nobody: ReadonlyMap<string, bigint> = new Map()

/** "12.50" is US dollars; "100 JPY" names its currency. */
export function amount(text: string): Money {
  const [digits = '', code = 'USD'] = text.split(' ')
  return parseDecimal(digits, parseCurrency(code))
}

export function amountsOf(shares: readonly { readonly amount: Money }[]): readonly string[] {
  return shares.map((share) => toDecimal(share.amount))
}

export function equally(...userIds: string[]): SplitInput {
  return { method: 'equal', participants: userIds.map((userId) => ({ userId })) }
}

export function minors(shares: readonly { readonly amount: Money }[]): readonly bigint[] {
  return shares.map((share) => share.amount.minor)
}
