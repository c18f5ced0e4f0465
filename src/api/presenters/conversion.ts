import type { Conversion } from '../../domain/money/convert.ts'
import { amountText } from '../schemas/money.ts'

export function presentConversion(conversion: Conversion | null) {
  if (!conversion) return {}
  const { original, rate, rateOn, rateSource } = conversion
  return {
    original: { amount: amountText(original), currency: original.currency },
    rate,
    rateDate: rateOn,
    rateSource,
  }
}
