import type { MessageEntity } from '@grammyjs/types'

/**
 * What Telegram's server marks by itself, after TDLib's `find_entities`. Offsets and lengths are
 * UTF-16 code units, like JavaScript's. Phone and card numbers are left out.
 */
const PATTERNS: [type: MessageEntity.CommonMessageEntity['type'], pattern: RegExp][] = [
  ['url', /\bhttps?:\/\/[^\s<>"]+[^\s<>".,:;!?)\]]/gu],
  ['email', /(?<![\w.+-])[\w.+-]{1,64}@[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,24}\b/giu],
  ['bot_command', /(?<![\p{L}\p{N}_/<>])\/\w{1,64}(?:@\w{3,32})?(?![\p{L}\p{N}_/<>])/gu],
  ['mention', /(?<![\p{L}\p{N}_])@\w{4,32}(?![\p{L}\p{N}_])/gu],
  ['hashtag', /(?<![\p{L}\p{N}_])#(?=[\p{N}_]*\p{L})[\p{L}\p{N}_]{1,256}(?![\p{L}\p{N}_]*#)/gu],
  ['cashtag', /(?<![$\p{L}\p{N}_])\$(?:1INCH|[A-Z]{1,8})(?![$\p{L}\p{N}_])/gu],
]

/** Given entities win over detected ones where the two overlap. */
export function entitiesOf(text: string, given: readonly MessageEntity[] = []): MessageEntity[] {
  const entities = [...given]
  for (const [type, pattern] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const found = { type, offset: match.index, length: match[0].length }
      if (!entities.some((other) => overlap(found, other))) entities.push(found)
    }
  }
  return entities.sort((a, b) => a.offset - b.offset || b.length - a.length)
}

/** Telegram trims texts, so that explicit entities move with what is left. */
export function trimmed(text: string, entities: readonly MessageEntity[] = []) {
  const start = text.length - text.trimStart().length
  const kept = text.trim()
  const moved = entities
    .map((entity) => {
      const from = Math.max(entity.offset - start, 0)
      const to = Math.min(entity.offset + entity.length - start, kept.length)
      return { ...entity, offset: from, length: to - from }
    })
    .filter((entity) => entity.length > 0)
  return { text: kept, entities: moved }
}

/** An entity of ours that leaves the text or cuts a surrogate pair is a bug of the sender. */
export function entityFaults(text: string, entities: readonly MessageEntity[] = []): string[] {
  return entities.flatMap(({ type, offset, length }) => {
    const where = `${type} entity at ${offset}, length ${length}`
    if (offset < 0 || length <= 0 || offset + length > text.length) {
      return [`${where}, leaves the text of ${text.length}`]
    }
    return [offset, offset + length].some((edge) => cutsPair(text, edge))
      ? [`${where}, cuts a surrogate pair`]
      : []
  })
}

function cutsPair(text: string, edge: number): boolean {
  return /[\uD800-\uDBFF]/.test(text[edge - 1] ?? '') && /[\uDC00-\uDFFF]/.test(text[edge] ?? '')
}

function overlap(a: MessageEntity, b: MessageEntity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length
}
