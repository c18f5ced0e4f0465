import { type ConnectionConfig, openDatabase } from '../db/knex.ts'
import { ledgerReads } from '../db/queries/ledger.ts'
import type { LedgerDifference } from '../domain/ledger/ledger-ports.ts'
import { type LedgerCheck, mostDifferences, verifyLedger } from '../domain/ledger/verify-ledger.ts'
import { explain } from '../explain.ts'
import { withDatabase } from './with-database.ts'

const exitCodes = { differs: 1, cannotTell: 2 }
const missingTable = '42P01'

/** Recomputes every balance from the rows it comes from. Changes nothing; safe while Quits is at work. */
try {
  const check = await withDatabase(verify, { mayCreate: false })
  for (const line of report(check)) process.stdout.write(`${line}\n`)
  if (check.differences.length > 0) process.exitCode = exitCodes.differs
} catch (error) {
  const isEmpty = (error as { code?: string }).code === missingTable
  const reason = isEmpty ? 'There is nothing of Quits in this database yet.' : explain(error)
  process.stderr.write(`${reason}\n`)
  process.exitCode = exitCodes.cannotTell
}

async function verify(connection: ConnectionConfig): Promise<LedgerCheck> {
  const knex = openDatabase({ connection, poolSize: 1, statementTimeoutMs: null })
  try {
    return await verifyLedger(ledgerReads(knex))
  } finally {
    await knex.destroy()
  }
}

function report({ groups, balances, differences }: LedgerCheck): string[] {
  const checked = `${count(groups, 'group')}, ${count(balances, 'balance')} checked`
  if (differences.length === 0) return [`${checked}: everything adds up.`]
  const isMore = differences.length === mostDifferences
  const found = `${isMore ? 'at least ' : ''}${count(differences.length, 'difference')}`
  return [...differences.map(describe), `${checked}: ${found}.`]
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function describe(difference: LedgerDifference): string {
  const { groupId, userId, currency, kept, computed, expenseId } = difference
  const said = {
    amount: `the balance of member ${userId} is kept as ${kept} ${currency}, but comes to ${computed}`,
    'odd-units': `member ${userId} is said to have borne ${kept} odd units of ${currency}, but bore ${computed}`,
    'expense-sums': `expense ${expenseId} is over ${kept} ${currency}, but has ${computed}`,
    'event-numbers': `the last event is said to be number ${kept}, but there are ${computed}`,
  }
  return `Group ${groupId}: ${said[difference.what]}.`
}
