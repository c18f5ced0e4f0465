import type { User } from '../../domain/accounts/user.ts'
import { type Expense, isShared } from '../../domain/expenses/expense.ts'
import type { Group } from '../../domain/groups/group.ts'
import { formatMoney } from '../../domain/money/format-money.ts'
import { absolute, isNegative, type Money, money } from '../../domain/money/money.ts'
import { type CalendarDate, formatDate } from '../../domain/time/calendar-date.ts'
import { todayIn } from '../../domain/time/zone.ts'
import { encodeAction } from './actions.ts'
import { say } from './replies/en.ts'
import { type Block, bold, type Message, note, text } from './reply.ts'

/** Whoever the card is for: their locale, and what "today" is for them. */
export type Reader = { readonly locale: string; readonly today: CalendarDate }

export function readerOf(user: User, now: Date): Reader {
  return { locale: user.locale, today: todayIn(user.timeZone, now) }
}

/** The one card of an expense: what was understood, who owes what, and a way back. */
export function expenseCard(expense: Expense, group: Group, reader: Reader): Message {
  const isVoided = expense.voidedAt !== null
  const verb = isVoided ? 'redo' : 'undo'
  const action = encodeAction({ verb, expenseId: expense.id, version: expense.version })
  return {
    blocks: isVoided
      ? [headline(expense, reader, say.undone)]
      : recordedBlocks(expense, group, reader),
    buttons: [[{ label: isVoided ? say.redo : say.undo, action }]],
  }
}

function recordedBlocks(expense: Expense, group: Group, reader: Reader): readonly Block[] {
  const verb = isShared(expense) ? say.splitDone : say.recorded
  const notes = [
    ...(expense.spentOn === reader.today
      ? []
      : [formatDate(expense.spentOn, reader.locale, 'medium')]),
    ...(group.kind === 'personal'
      ? []
      : [say.paidBy(expense.payers.map((paid) => nameOf(group, paid.userId)))]),
    ...roundingWords(expense, group, reader),
  ]
  return [
    headline(expense, reader, verb),
    ...(isShared(expense)
      ? [
          {
            type: 'amounts' as const,
            rows: expense.splits.map((owed) => ({
              label: nameOf(group, owed.userId),
              amount: formatMoney(owed.amount, reader.locale),
            })),
          },
        ]
      : []),
    ...(notes.length > 0 ? [note(notes.join(' · '))] : []),
  ]
}

function headline(expense: Expense, reader: Reader, verb: string): Block {
  return text(
    `${verb} `,
    bold(formatMoney(expense.amount, reader.locale)),
    ` · ${expense.description}`,
  )
}

/** Names who bears what could not be divided, so that nobody wonders. */
function roundingWords(expense: Expense, group: Group, reader: Reader): readonly string[] {
  if (!isShared(expense)) return []
  return expense.splits
    .filter((owed) => owed.oddUnits !== 0n)
    .map((owed) => {
      const odd = formatMoney(money(owed.oddUnits, expense.amount.currency), reader.locale)
      return say.oddUnits(nameOf(group, owed.userId), odd)
    })
}

export function nameOf(group: Group, userId: string): string {
  return group.members.find((member) => member.userId === userId)?.displayName ?? say.somebody
}

type Standing = { readonly name: string; readonly amount: Money }

/** Who is owed and who owes in a group, or, in private, where the reader is owed and owes. */
export function balanceCard(
  title: string,
  standings: readonly Standing[],
  words: BalanceWords,
  reader: Reader,
): Message {
  if (standings.length === 0) return { blocks: [text(words.square)], buttons: [] }
  const owed = standings.filter(({ amount }) => !isNegative(amount))
  const owing = standings.filter(({ amount }) => isNegative(amount))
  return {
    blocks: [
      text(bold(title)),
      ...standingBlocks(words.isOwed, owed, reader),
      ...standingBlocks(words.owes, owing, reader),
    ],
    buttons: [],
  }
}

export type BalanceWords = {
  readonly square: string
  readonly isOwed: string
  readonly owes: string
}

function standingBlocks(
  heading: string,
  standings: readonly Standing[],
  reader: Reader,
): readonly Block[] {
  if (standings.length === 0) return []
  const rows = standings.map(({ name, amount }) => ({
    label: name,
    amount: formatMoney(absolute(amount), reader.locale),
  }))
  return [note(heading), { type: 'amounts', rows }]
}
