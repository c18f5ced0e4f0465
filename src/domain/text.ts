import { invalid } from './errors.ts'

/** Control characters (tab and newline excepted), and the characters that reverse or hide text. */
const forbidden = /(?![\t\n])\p{Cc}|[\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/u

/** NFC, without space around; so that two spellings of one name are one. */
export function normaliseText(text: string): string {
  return text.normalize('NFC').trim()
}

/**
 * Normalised text of 1 to `most` code points, or a refusal that names the field.
 * Unpaired surrogates, control and direction characters are refused: they break lists and mislead readers.
 */
export function requireText(
  text: string,
  options: { pointer: string; most: number; least?: number },
): string {
  const normal = normaliseText(text)
  const field = options.pointer.split('/').at(-1) ?? 'text'
  const length = [...normal].length
  if (length < (options.least ?? 1) || length > options.most) {
    const detail =
      length === 0
        ? `${field} must not be empty.`
        : `${field} may have at most ${options.most} characters.`
    throw invalid('text-length', detail, { most: options.most }, options.pointer)
  }
  if (!normal.isWellFormed() || forbidden.test(normal)) {
    throw invalid(
      'text-characters',
      `${field} has control or direction characters. Remove them.`,
      {},
      options.pointer,
    )
  }
  return normal
}
