import type { Problem } from '../../../domain/parsing/intent.ts'
import { type Block, code, note, text } from '../reply.ts'

const list = new Intl.ListFormat('en', { type: 'conjunction' })

/** Every word we say in English. */
export const say = {
  recorded: 'Recorded',
  splitDone: 'Split',
  undone: 'Undone:',
  undo: 'Undo',
  redo: 'Redo',
  somebody: 'somebody',
  expense: 'Expense',
  nothingToUndo: 'There is nothing of yours from the last day to undo here.',
  alreadyUndone: 'It was undone already.',
  alreadyThere: 'It is recorded already.',
  changedSince: 'This changed since; here is how it stands now.',
  tooLate: 'Undo works for a day. Change the expense instead.',
  unknownButton: 'This button is too old to work. Send the command again.',
  fault: 'Something went wrong on our side. Nothing was recorded; please send it again later.',
  paidBy: (names: readonly string[]) => `paid by ${list.format(names)}`,
  oddUnits: (name: string, odd: string) => `${name} carries the odd ${odd}`,
  groupBalance: {
    square: 'All square: nobody owes anybody.',
    isOwed: 'gets back',
    owes: 'owes',
  },
  ownBalance: {
    square: 'All square: you owe nobody, and nobody owes you.',
    isOwed: 'you get back',
    owes: 'you owe',
  },
  ownBalances: 'Your balances',
  balances: (group: string) => `Balances in ${group}`,
} as const

const examples = { spent: '/spent 12 lunch', split: '/split 90 dinner @ann @bob' } as const

/** A refusal always ends with a phrasing that works. */
export function refusal(
  detail: string,
  command: keyof typeof examples = 'spent',
): readonly Block[] {
  return [text(detail), note('Try: ', code(examples[command]))]
}

export function unclearWords(problem: Problem, word: string): string {
  switch (problem) {
    case 'missing-amount':
      return 'I see no amount, so nothing was recorded.'
    case 'several-amounts':
      return 'I see several numbers, so nothing was recorded. Send it again with the amount only.'
    case 'bad-amount':
      return `Nothing was recorded. ${word}`
    case 'missing-people':
      return 'With whom? Nothing was recorded yet.'
    case 'unknown-name':
      return `I know nobody called “${word}” here, so nothing was recorded. Write @ before the name to add them.`
    case 'unknown-command':
      return `I do not know ${word}.`
  }
}

export const help: readonly Block[] = [
  text('I keep track of what you spend and who owes whom. Just write to me:'),
  text(code('/spent 12 lunch'), ' records what you spent'),
  text(code('/split 90 dinner @ann @bob'), ' shares what you paid'),
  text(code('/balance'), ' tells who owes whom'),
  text(code('/undo'), ' takes the last one back'),
  note('In private just write “12 lunch”.'),
]
