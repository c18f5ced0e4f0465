import { DomainError } from '../errors.ts'
import type { Money } from '../money/money.ts'
import type { Intent, PersonRef, Problem, ReadingContext } from './intent.ts'
import { readAmount } from './read-amount.ts'

/** Longer messages are not sentences to us. */
const mostCharacters = 2000

type Command = 'spent' | 'split'
const unclear = (problem: Problem, command: Command, word = ''): Intent => ({
  type: 'unclear',
  problem,
  command,
  word,
})

/** What a message asks for. The same text and context always read the same; nothing is guessed. */
export function readMessage(text: string, context: ReadingContext): Intent {
  if (text.length > mostCharacters) return context.addressed ? { type: 'help' } : { type: 'none' }
  const tokens = tokenize(text, context)
  const [first] = tokens
  if (!first) return context.addressed ? { type: 'help' } : { type: 'none' }
  if (first.kind === 'word' && first.text.startsWith('/'))
    return readCommand(first.text, tokens.slice(1), context)
  if (!context.addressed) return { type: 'none' }
  return readPlain(tokens, context)
}

function readCommand(command: string, rest: readonly Token[], context: ReadingContext): Intent {
  const name = command.slice(1).replace(/@.*$/, '').toLowerCase()
  switch (name) {
    case 'spent':
      return readExpense(rest, context)
    case 'split':
      return readSplit(rest, context)
    case 'balance':
      return { type: 'balance' }
    case 'undo':
      return { type: 'undo' }
    case 'start':
    case 'help':
      return { type: 'help' }
    default:
      // In a group an unknown command is most likely another bot's.
      return context.isPrivate ? unclear('unknown-command', 'spent', command) : { type: 'none' }
  }
}

function readPlain(tokens: readonly Token[], context: ReadingContext): Intent {
  const word = tokens[0]!.text.toLowerCase()
  if (tokens.length === 1 && (word === 'balance' || word === 'undo' || word === 'help'))
    return { type: word }
  if (word === 'split') return readSplit(tokens.slice(1), context)
  if (word === 'spent') return readExpense(tokens.slice(1), context)
  return tokens.some((token) => token.text.endsWith('?'))
    ? { type: 'help' }
    : readExpense(tokens, context)
}

function readExpense(tokens: readonly Token[], context: ReadingContext): Intent {
  return withAmount(tokens, context, 'spent', (amount, rest) => ({
    type: 'expense',
    amount,
    description: describe(rest),
  }))
}

function readSplit(tokens: readonly Token[], context: ReadingContext): Intent {
  return withAmount(tokens, context, 'split', (amount, rest) => {
    const people = readPeople(rest, context)
    if (typeof people === 'string') return unclear('unknown-name', 'split', people)
    const description = describe(people.words)
    if (people.everyone) return { type: 'split', amount, description, people: 'everyone' }
    if (people.refs.length > 0) return { type: 'split', amount, description, people: people.refs }
    // Without names a split in a group chat means all of it; in private there is nobody to share with.
    return context.isPrivate
      ? unclear('missing-people', 'split')
      : { type: 'split', amount, description, people: 'everyone' }
  })
}

/** Two amounts are one too many to guess between. */
function withAmount(
  tokens: readonly Token[],
  context: ReadingContext,
  command: Command,
  build: (amount: Money, rest: readonly Token[]) => Intent,
): Intent {
  try {
    const [found, ...others] = amountsIn(tokens, context)
    if (!found) return unclear('missing-amount', command)
    if (others.length > 0) return unclear('several-amounts', command)
    return build(found.amount, [...tokens.slice(0, found.from), ...tokens.slice(found.to)])
  } catch (error) {
    if (error instanceof DomainError) return unclear('bad-amount', command, error.detail)
    throw error
  }
}

type Found = { readonly from: number; readonly to: number; readonly amount: Money }

/** Each amount by its longest reading, so that "12 EUR" is one amount and not a number and a word. */
function amountsIn(tokens: readonly Token[], context: ReadingContext): readonly Found[] {
  const found: Found[] = []
  for (let from = 0; from < tokens.length; from += 1) {
    for (const to of [from + 2, from + 1]) {
      const span = tokens.slice(from, to)
      if (span.length < to - from || span.some((token) => token.kind !== 'word')) continue
      const words = span.map((token) => token.text).join(' ')
      const amount = readAmount(words, context.locale, context.defaultCurrency)
      if (!amount) continue
      found.push({ from, to, amount })
      from = to - 1
      break
    }
  }
  return found
}

type Token =
  | { readonly kind: 'word'; readonly text: string }
  | {
      readonly kind: 'mention'
      readonly text: string
      readonly index: number
      readonly handle: string | null
    }

function tokenize(text: string, context: ReadingContext): readonly Token[] {
  const tokens: Token[] = []
  const words = (part: string): void => {
    for (const word of part.split(/\s+/)) if (word) tokens.push({ kind: 'word', text: word })
  }
  let position = 0
  context.mentions.forEach(({ start, end, handle }, index) => {
    words(text.slice(position, start))
    tokens.push({ kind: 'mention', text: text.slice(start, end), index, handle })
    position = end
  })
  words(text.slice(position))
  return tokens
}

const linkWords: ReadonlySet<string> = new Set(['with', 'between', 'and', '&', '+', ','])
const ownNames: ReadonlySet<string> = new Set(['me', 'i', 'myself'])
const everyoneWords: ReadonlySet<string> = new Set(['everyone', 'everybody', 'all', 'us'])

type People = { refs: PersonRef[]; everyone: boolean; words: Token[] }

/** People and the words that are not about people; or the name that nobody in the group has. */
function readPeople(tokens: readonly Token[], context: ReadingContext): People | string {
  const people: People = { refs: [], everyone: false, words: [] }
  let naming = false
  for (const token of tokens) {
    const word = token.text.toLowerCase().replace(/,$/, '')
    const ref = refOf(token, word, context)
    if (ref) people.refs.push(ref)
    else if (linkWords.has(word)) {
      naming = naming || word === 'with' || word === 'between'
      if (!naming && people.refs.length === 0) people.words.push(token)
    } else if (naming && everyoneWords.has(word)) people.everyone = true
    else if (naming && ownNames.has(word)) continue
    else if (naming) return token.text
    else people.words.push(token)
  }
  return people
}

function refOf(token: Token, word: string, context: ReadingContext): PersonRef | null {
  if (token.kind === 'mention') {
    return token.handle === null
      ? { kind: 'mention', index: token.index }
      : { kind: 'handle', handle: token.handle }
  }
  if (/^@[\p{L}\p{N}_.-]+$/u.test(word))
    return { kind: 'handle', handle: token.text.slice(1).replace(/,$/, '') }
  const named = context.members.filter((member) =>
    member.names.some((name) => isSameName(name, word)),
  )
  return named.length === 1 ? { kind: 'member', userId: named[0]!.userId } : null
}

/** Names match without regard to case and diacritics. */
function isSameName(left: string, right: string): boolean {
  return left.localeCompare(right, 'en', { sensitivity: 'base' }) === 0
}

const edgeWords: ReadonlySet<string> = new Set(['for', 'on', 'at', '-', '–', ':', ','])

/** What is left over, without the little words that tied it to the amount. */
function describe(tokens: readonly Token[]): string {
  const words = tokens.map((token) => token.text)
  while (words.length > 0 && edgeWords.has(words[0]!.toLowerCase())) words.shift()
  while (words.length > 0 && edgeWords.has(words.at(-1)!.toLowerCase())) words.pop()
  return words.join(' ')
}
