/** Somebody mentioned with their id; `start` and `end` are UTF-16 offsets in the decoded text. */
export type IdMention = {
  readonly start: number
  readonly end: number
  readonly userId: string
  /** What Slack wrote beside the id; it does so in slash commands only. */
  readonly label: string | null
}

export type DecodedText = {
  readonly text: string
  readonly mentions: readonly IdMention[]
  readonly namesBot: boolean
}

const reference = /<([^<>]*)>/g
const userReference = /^@([UW][A-Z0-9]+)(?:\|(.*))?$/

/**
 * Text as people wrote it, out of Slack's escapes and references
 * (https://docs.slack.dev/messaging/formatting-message-text). The bot's own mention is taken out;
 * `nameOf` gives the name that a mention without a label is written with.
 */
export function decodeText(
  raw: string,
  botUserId: string | null,
  nameOf: (userId: string) => string | null,
): DecodedText {
  const mentions: IdMention[] = []
  let text = ''
  let position = 0
  let namesBot = false
  for (const found of raw.matchAll(reference)) {
    text += unescaped(raw.slice(position, found.index))
    position = found.index + found[0].length
    const user = userReference.exec(found[1]!)
    if (!user) {
      text += wordsOf(found[1]!)
    } else if (user[1] === botUserId) {
      namesBot = true
      position += /^\s*(?:[:,]\s*)?/.exec(raw.slice(position))![0].length
    } else {
      const label = user[2] ? unescaped(user[2]) : null
      const start = text.length
      text += `@${label ?? nameOf(user[1]!) ?? user[1]}`
      mentions.push({ start, end: text.length, userId: user[1]!, label })
    }
  }
  return { text: text + unescaped(raw.slice(position)), mentions, namesBot }
}

/** What stands for a channel, a special mention or a link in plain text. */
function wordsOf(inside: string): string {
  const bar = inside.indexOf('|')
  const target = bar === -1 ? inside : inside.slice(0, bar)
  const label = bar === -1 ? '' : unescaped(inside.slice(bar + 1))
  if (target.startsWith('#')) return `#${label || target.slice(1)}`
  if (/^!(?:here|channel|everyone)\b/.test(target)) return 'everyone'
  // A user group is not one person, so its name must not read as somebody's handle.
  if (target.startsWith('!')) return label.replace(/^@/, '') || target.slice(1)
  return label || unescaped(target).replace(/^(?:mailto|tel):/, '')
}

const characterOf: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' }

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_whole, name: string) => characterOf[name]!)
}
