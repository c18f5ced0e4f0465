import type { User } from '../../domain/accounts/user.ts'
import { type Expense, isShared } from '../../domain/expenses/expense.ts'
import type { Group } from '../../domain/groups/group.ts'
import { formatMoney } from '../../domain/money/format-money.ts'
import { absolute, isNegative } from '../../domain/money/money.ts'
import type { Reads } from '../../domain/ports.ts'
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
    ...roundingWords(expense, group),
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

function roundingWords(expense: Expense, group: Group): readonly string[] {
  const carriers = expense.splits
    .filter((owed) => owed.oddUnits !== 0n)
    .map((owed) => nameOf(group, owed.userId))
  return carriers.length === 0 || !isShared(expense) ? [] : [say.oddUnits(carriers)]
}

export function nameOf(group: Group, userId: string): string {
  return group.members.find((member) => member.userId === userId)?.displayName ?? say.somebody
}

/** Who is owed and who owes, per currency. Positive balances first. */
export async function balanceCard(
  reads: Pick<Reads, 'balances'>,
  group: Group,
  reader: Reader,
): Promise<Message> {
  const balances = await reads.balances.of(group.id)
  if (balances.length === 0) return { blocks: [text(say.allSquare)], buttons: [] }
  const rows = [...balances]
    .sort((left, right) => Number(isNegative(left.amount)) - Number(isNegative(right.amount)))
    .map(({ userId, amount }) => ({
      label: (isNegative(amount) ? say.owes : say.isOwed)(nameOf(group, userId)),
      amount: formatMoney(absolute(amount), reader.locale),
    }))
  return { blocks: [text(bold(say.balances(group.name))), { type: 'amounts', rows }], buttons: [] }
}
