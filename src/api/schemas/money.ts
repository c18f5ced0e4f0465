import { Type } from 'typebox'
import type { CurrencyCode } from '../../domain/money/currencies.ts'
import { type Money, parseDecimal, toDecimal } from '../../domain/money/money.ts'

const digits = '(0|[1-9][0-9]{0,29})(\\.[0-9]{1,20})?$'

/** The pattern says what a number looks like; what the currency allows is the domain's to say (422). */
export function amount(description: string, example = '12.50') {
  return Type.String({
    format: 'decimal',
    pattern: `^-?${digits}`,
    description,
    examples: [example],
  })
}

export function nonZeroAmount(description: string, example = '12.50') {
  return Type.String({
    format: 'decimal',
    pattern: `^-?(?!0(\\.0*)?$)${digits}`,
    description,
    examples: [example],
  })
}

/** Of a payment, which has its direction from who pays whom. */
export function positiveAmount(description: string, example = '12.50') {
  return Type.String({
    format: 'decimal',
    pattern: `^(?!0(\\.0*)?$)${digits}`,
    description,
    examples: [example],
  })
}

/** Percentages, weights and quantities. */
export function ratio(description: string, example: string) {
  return Type.String({ format: 'decimal', pattern: `^${digits}`, description, examples: [example] })
}

export function readAmount(text: string, currency: CurrencyCode, pointer: string): Money {
  return parseDecimal(text, currency, pointer)
}

export const amountText: (amount: Money) => string = toDecimal
