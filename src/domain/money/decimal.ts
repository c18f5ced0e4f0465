import { invalid } from '../errors.ts'

export type PlainDecimal = {
  readonly negative: boolean
  readonly whole: string
  readonly fraction: string
}

/** Percentages and weights are whole numbers of this many decimals: "12.5" is 125000n. */
export const ratioDecimals = 4

/** Weights, percentages and quantities stay at or below this. */
export const ratioLimit = 1_000_000_000n

const plainDecimal = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/

/** The one grammar of numbers on the wire: no plus, blank, comma, exponent or needless zero in front. */
export function readPlainDecimal(text: string): PlainDecimal | null {
  const match = plainDecimal.exec(text)
  if (match === null) return null
  return { negative: match[1] === '-', whole: match[2] ?? '', fraction: match[3] ?? '' }
}

/**
 * Reads a percentage or weight as a whole number of ten-thousandths. `what` names it in the
 * refusal. Throws `malformed-number`, `negative-number`, `too-many-decimals`, `number-too-large`.
 */
export function parseRatio(text: string, what: string, pointer?: string): bigint {
  return parseScaled(text, ratioDecimals, what, pointer)
}

/** `parseRatio` for another number of decimals, such as the three of a quantity. */
export function parseScaled(
  text: string,
  decimals: number,
  what: string,
  pointer?: string,
): bigint {
  const read = readPlainDecimal(text)
  if (read === null) {
    const detail = `Write the ${what} as a plain number such as "2.5".`
    throw invalid('malformed-number', detail, {}, pointer)
  }
  if (read.negative) {
    throw invalid('negative-number', `The ${what} must not be negative.`, {}, pointer)
  }
  if (read.fraction.length > decimals) {
    const detail = `The ${what} may have at most ${decimals} decimals.`
    throw invalid('too-many-decimals', detail, { decimals }, pointer)
  }
  if (read.whole.length > 10 || isAboveLimit(read)) {
    const detail = `The ${what} may be at most ${ratioLimit}.`
    throw invalid('number-too-large', detail, { limit: ratioLimit.toString() }, pointer)
  }
  return toScaled(read, decimals)
}

/** The digits as a whole number of 10^-decimals; the fraction must fit. */
export function toScaled(read: PlainDecimal, decimals: number): bigint {
  const magnitude = BigInt(read.whole + read.fraction.padEnd(decimals, '0'))
  return read.negative ? -magnitude : magnitude
}

/** The inverse of `toScaled`, with exactly `decimals` digits after the point. */
export function scaledToText(scaled: bigint, decimals: number): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals)
  return `${scaled < 0n ? '-' : ''}${whole}${decimals === 0 ? '' : `.${fraction}`}`
}

/** A ratio as people write it: 125000n is "12.5". */
export function ratioToText(ratio: bigint): string {
  return scaledToText(ratio, ratioDecimals).replace(/\.?0+$/, '')
}

/** Rounds once, half away from zero, as tills do. The divisor is positive. */
export function divideHalfAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend
  const rounded = (2n * magnitude + divisor) / (2n * divisor)
  return dividend < 0n ? -rounded : rounded
}

/** Rounds once, half to even, so that many roundings lean to no side. The divisor is positive. */
export function divideHalfToEven(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend
  const cut = magnitude / divisor
  const twiceRest = 2n * (magnitude % divisor)
  const isUp = twiceRest > divisor || (twiceRest === divisor && cut % 2n === 1n)
  const rounded = isUp ? cut + 1n : cut
  return dividend < 0n ? -rounded : rounded
}

function isAboveLimit(read: PlainDecimal): boolean {
  const whole = BigInt(read.whole)
  return whole > ratioLimit || (whole === ratioLimit && /[1-9]/.test(read.fraction))
}
