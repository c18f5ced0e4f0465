import { type CurrencyCode, currencies, exponentOf, isCurrency } from '../money/currencies.ts'
import { type Money, parseDecimal } from '../money/money.ts'

/** Signs that mean one currency everywhere. The dollar, krona and yen signs depend on the default. */
const currencyOfSign: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  '₽': 'RUB',
  '₺': 'TRY',
  '₩': 'KRW',
  '₪': 'ILS',
  '₫': 'VND',
  '₴': 'UAH',
  '₱': 'PHP',
  '฿': 'THB',
  zł: 'PLN',
}

const number = String.raw`\d[\d.,' \u00a0\u202f]*\d|\d`
const unit = '[€£$¥₹₽₺₩₪₫₴₱฿]|kr|zł|[A-Za-z]{3}'
const amountPattern = new RegExp(`^(-?)(${unit})?[ ]?(${number})[ ]?(${unit})?$`, 'iu')

/**
 * One amount as people write it: "12", "12,50 €", "USD 1,234.50", "-8". Null when the text is
 * something else. Throws DomainError when it is an amount that cannot be (decimals, size).
 */
export function readAmount(
  text: string,
  locale: string,
  defaultCurrency: CurrencyCode,
): Money | null {
  const match = amountPattern.exec(text.trim())
  if (!match) return null
  const [, sign, before, digits, after] = match
  if (before && after) return null
  const unitText = before ?? after
  const currency = unitText ? currencyNamed(unitText, defaultCurrency) : defaultCurrency
  const decimal = currency && toDecimalText(digits!, currency, decimalSignOf(locale))
  return decimal ? parseDecimal(`${sign}${decimal}`, currency) : null
}

function currencyNamed(unitText: string, defaultCurrency: CurrencyCode): CurrencyCode | null {
  const code = unitText.toUpperCase()
  if (isCurrency(code)) return code
  const fixed = currencyOfSign[unitText.toLowerCase()]
  if (fixed && isCurrency(fixed)) return fixed
  if (unitText === '$') return dollarLike(defaultCurrency, 'USD', /dollar/i)
  if (unitText === '¥') return defaultCurrency === 'CNY' ? defaultCurrency : ('JPY' as CurrencyCode)
  if (code === 'KR') return dollarLike(defaultCurrency, 'SEK', /kron[ae]|krona/i)
  return null
}

function dollarLike(defaultCurrency: CurrencyCode, otherwise: string, name: RegExp): CurrencyCode {
  const own = currencies.find((currency) => currency.code === defaultCurrency)
  return own && name.test(own.name) ? defaultCurrency : (otherwise as CurrencyCode)
}

const decimalSignOf = (locale: string): string =>
  new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === 'decimal')?.value ??
  '.'

/**
 * Two different separators: the last is the decimal sign. One, followed by exactly three digits:
 * thousands, unless the currency has three decimals or the locale writes decimals with it. One,
 * followed by another number of digits: decimals. Spaces and apostrophes group.
 */
function toDecimalText(digits: string, currency: CurrencyCode, localSign: string): string | null {
  const compact = digits.replace(/[ \u00a0\u202f']/g, '')
  if (!/^\d+(?:[.,]\d+)*$/.test(compact) || !isGrouped(digits)) return null
  const last = Math.max(compact.lastIndexOf('.'), compact.lastIndexOf(','))
  if (last === -1) return plain(compact, '')
  const sign = compact[last]!
  const others = compact.slice(0, last)
  const fraction = compact.slice(last + 1)
  const repeats = others.includes(sign)
  const isThousands =
    repeats ||
    (fraction.length === 3 &&
      !/[.,]/.test(others) &&
      exponentOf(currency) !== 3 &&
      sign !== localSign)
  return isThousands
    ? plain(compact.replace(/[.,]/g, ''), '')
    : plain(others.replace(/[.,]/g, ''), fraction)
}

const plain = (whole: string, fraction: string): string => {
  const trimmed = whole.replace(/^0+(?=\d)/, '')
  return fraction ? `${trimmed}.${fraction}` : trimmed
}

/** A space inside a number only ever stands before three digits. */
const isGrouped = (digits: string): boolean => !/[ \u00a0\u202f'](?!\d{3}(?!\d))/.test(digits)
